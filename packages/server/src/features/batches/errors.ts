import { defineErrors } from '@modelsmith/table'

export const { rows: batchErrors, error: batchError } = defineErrors({
  'batch.noFile': {
    kind: 'invalid',
    message: ({ count }: { count: number }) => `The upload has ${count} files; exactly one CSV file was expected.`,
  },
  'batch.sinkText': {
    kind: 'invalid',
    message: () => 'The field "sink" is no object of JSON that says where predictions go.',
    hint: () =>
      'Send {"kind": "file"}, or {"kind": "dataset", "name": "…"}, or {"kind": "postgres", "credentialId": "…", "table": "…", "mode": "create"}.',
  },
  'batch.noRows': {
    kind: 'invalid',
    message: () => 'There are no rows to score.',
    hint: () => 'Send at least one row below the header.',
  },
  'batch.columnTwice': {
    kind: 'invalid',
    message: ({ names }: { names: readonly string[] }) =>
      `Columns that are passed through have names of columns of the predictions: ${names.join(', ')}.`,
    hint: () => 'Leave them out of passThrough, or name them otherwise in the rows.',
  },
  'batch.credentialFields': {
    kind: 'invalid',
    message: ({ names }: { names: readonly string[] }) =>
      `The credential lacks fields, or they are empty or unfit: ${names.join(', ')}.`,
    hint: () =>
      'A database is named by the fields host, port (5432, a whole number to 65535), database, user, password and tls ("on", which is usual, or "off").',
  },
  'batch.credentialType': {
    kind: 'invalid',
    message: ({ type }: { type: string }) => `The credential is one of ${type}; one of a database was expected.`,
    hint: () => 'Make a credential of the type database.',
  },
  'batch.databasePrivate': {
    kind: 'invalid',
    message: ({ host }: { host: string }) => `"${host}" is not known, or not at an address of the public internet.`,
    hint: () => 'Correct the credential. The operator can allow this host by MODELSMITH_DATABASE_HOSTS.',
  },
  'batch.database': {
    kind: 'unavailable',
    message: ({ reason }: { reason: string }) => `The database says: ${reason}`,
    hint: () => 'Correct the query, the table or the credential, and begin the batch again.',
  },
  'batch.deliveryUnknown': {
    kind: 'unavailable',
    message: ({ table }: { table: string }) =>
      `The connection broke as the predictions were committed, and the database does not say whether the table ${table} has them.`,
    hint: () => 'Look into the table. Begin the batch again only where they are not there.',
  },
  'batch.queryColumns': {
    kind: 'invalid',
    message: ({ names }: { names: readonly string[] }) =>
      `The query has several columns of one name: ${names.join(', ')}.`,
    hint: () => 'Give each column a name of its own, by AS.',
  },
  'batch.rowsTooLarge': {
    kind: 'limit',
    message: ({ rows, bytes, most }: { rows: number; bytes: number; most: number }) =>
      `${rows.toLocaleString('en')} rows of the query have ${bytes.toLocaleString('en')} bytes; at most ${most.toLocaleString('en')} bytes of up to 10,000 rows were expected.`,
    hint: () => 'Select only the columns that the model takes and those that are passed through.',
  },
  'batch.tableColumns': {
    kind: 'invalid',
    message: ({ table, missing }: { table: string; missing: readonly string[] }) =>
      `The table ${table} is not there, or lacks columns of the predictions: ${missing.join(', ')}.`,
    hint: () => 'Add them to the table, or have a new one made by the mode "create".',
  },
  'batch.noPredictions': {
    kind: 'conflict',
    message: ({ state }: { state: string }) =>
      state === 'succeeded'
        ? 'The predictions of this batch went into a dataset or a table.'
        : `There is nothing to download: the batch is ${state}.`,
    hint: ({ state }: { state: string }) =>
      state === 'succeeded' ? 'The batch names it.' : 'Wait until its job has succeeded, or begin another batch.',
  },
})
