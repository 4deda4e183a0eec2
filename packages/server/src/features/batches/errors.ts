import { defineErrors } from '@modelsmith/table'

export const { rows: batchErrors, error: batchError } = defineErrors({
  'batch.noFile': {
    kind: 'invalid',
    message: ({ count }: { count: number }) => `The upload has ${count} files; exactly one CSV file was expected.`,
  },
  'batch.sinkText': {
    kind: 'invalid',
    message: () => 'The field "sink" is no object of JSON that says where predictions go.',
    hint: () => 'Send {"kind": "file"}, or {"kind": "dataset", "name": "…"}.',
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
  'batch.noPredictions': {
    kind: 'conflict',
    message: ({ state }: { state: string }) =>
      state === 'succeeded'
        ? 'The predictions of this batch went into a dataset.'
        : `There is nothing to download: the batch is ${state}.`,
    hint: ({ state }: { state: string }) =>
      state === 'succeeded'
        ? 'Its job names the dataset.'
        : 'Wait until its job has succeeded, or begin another batch.',
  },
})
