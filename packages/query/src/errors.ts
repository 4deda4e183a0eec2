import { defineErrors } from '@modelsmith/table'

export const { rows: queryErrors, error: queryError } = defineErrors({
  'query.memory': {
    kind: 'limit',
    message: ({ limitMb }: { limitMb: number }) => `Reading the file needed more than ${limitMb} MB of memory.`,
    hint: () => 'Upload fewer rows or columns, or ask the operator to raise the limit.',
  },
  'query.died': {
    kind: 'unavailable',
    message: ({ signal }: { signal: string }) => `The process that read the file ended unexpectedly (${signal}).`,
    hint: () => 'Try again; if it happens again, the file itself may be the cause.',
  },
  'query.cancelled': { kind: 'conflict', message: () => 'Reading the file was cancelled.' },
  'parquet.unreadable': {
    kind: 'invalid',
    message: ({ reason }: { reason: string }) => `The file is not a Parquet file that can be read: ${reason}.`,
    hint: () => 'Write it again with a current library, such as pandas or DuckDB.',
  },
  'parquet.columnType': {
    kind: 'unsupported',
    message: ({ column, type }: { column: string; type: string }) =>
      `Column "${column}" has the type ${type}; a table here holds numbers, booleans, text and dates.`,
    hint: () => 'Leave the column out, or turn it into one of these types before uploading.',
  },
  'dataset.empty': {
    kind: 'invalid',
    message: () => 'The file has no rows.',
    hint: () => 'A dataset needs a header and at least one row.',
  },
})
