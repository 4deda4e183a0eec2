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
      'Send {"kind": "file"}, or {"kind": "dataset", "name": "…"}, or {"kind": "postgres", "credentialId": "…", "table": "…", "mode": "create"}, or {"kind": "s3", "credentialId": "…", "url": "s3://bucket/key"}.',
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
    message: ({ type, expected }: { type: string; expected: string }) =>
      `The credential is one of ${type}; one of ${expected} was expected.`,
    hint: ({ expected }: { type: string; expected: string }) => `Make a credential of the type ${expected}.`,
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
  'batch.noObjects': {
    kind: 'notFound',
    message: ({ place }: { place: string }) => `There are no files beneath ${place}.`,
    hint: () =>
      'Correct the address. Empty objects, and those whose names begin with "_" or ".", are no files of rows.',
  },
  'batch.tooManyObjects': {
    kind: 'limit',
    message: ({ place, most }: { place: string; most: number }) =>
      `There are more than ${most.toLocaleString('en')} files beneath ${place}.`,
    hint: () => 'Name a narrower place, or bring the rows into fewer files.',
  },
  'batch.objectsTooLarge': {
    kind: 'limit',
    message: ({ place, bytes, mostMb }: { place: string; bytes: number; mostMb: number }) =>
      `What ${place} names has at least ${bytes.toLocaleString('en')} bytes; at most ${mostMb.toLocaleString('en')} MB were expected.`,
    hint: () => 'Score it in several batches. The operator sets the most that a batch reads by MODELSMITH_UPLOAD_MB.',
  },
  'batch.packed': {
    kind: 'unsupported',
    message: ({ place }: { place: string }) => `${place} is packed by gzip; CSV or Parquet was expected.`,
    hint: () => 'Unpack it, or write Parquet, which packs its columns by itself.',
  },
  'batch.columnsDiffer': {
    kind: 'invalid',
    message: ({ name, first }: { name: string; first: string }) =>
      `The columns that stand beside the predictions have other names or types in ${name} than in ${first}.`,
    hint: () => 'Write all files with the same columns, or leave these out of passThrough.',
  },
  'batch.tableColumns': {
    kind: 'invalid',
    message: ({ table, missing }: { table: string; missing: readonly string[] }) =>
      `The table ${table} is not there, or lacks columns of the predictions: ${missing.join(', ')}.`,
    hint: () => 'Add them to the table, or have a new one made by the mode "create".',
  },
  'schedule.cron': {
    kind: 'invalid',
    message: ({ cron, reason }: { cron: string; reason: string }) => `"${cron}" is no time of a schedule: ${reason}`,
    hint: () =>
      'Write five fields: minute, hour, day of the month, month, day of the week. "30 6 * * 1-5" is half past six on weekdays.',
  },
  'schedule.timeZone': {
    kind: 'invalid',
    message: ({ timeZone }: { timeZone: string }) => `"${timeZone}" is no time zone.`,
    hint: () => 'Name one of the IANA database, such as Europe/Vienna or UTC.',
  },
  'schedule.newTable': {
    kind: 'invalid',
    message: ({ table }: { table: string }) =>
      `Each run of the schedule would make the table ${table}, which is there after the first.`,
    hint: () => 'Make the table, and let the batch append to it.',
  },
  'schedule.notFound': {
    kind: 'notFound',
    message: ({ id }: { id: string }) => `The deployment has no schedule "${id}" that you may see.`,
    hint: () => 'The list of schedules has their ids.',
  },
  'schedule.running': {
    kind: 'conflict',
    message: ({ name }: { name: string }) => `The batch that "${name}" began before still runs.`,
    hint: () => 'Wait for it, or cancel its job.',
  },
  'schedule.ownerGone': {
    kind: 'forbidden',
    message: ({ owner }: { owner: string }) => `${owner}, who made the schedule, was deactivated.`,
    hint: () => 'Delete it, and let somebody else make one.',
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
