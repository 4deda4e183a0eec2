import { defineErrors } from '@modelsmith/table'

export const { rows: datasetErrors, error: datasetError } = defineErrors({
  'dataset.noFile': {
    kind: 'invalid',
    message: ({ count }: { count: number }) => `The upload has ${count} files; exactly one was expected.`,
    hint: () => 'Send one CSV or Parquet file as the field `file`.',
  },
  'dataset.notReady': {
    kind: 'conflict',
    message: ({ state }: { state: string }) => `This dataset version is ${state}; it must be ready.`,
    hint: () => 'Wait until it is read, or mend the file and upload it again.',
  },
  'dataset.unknownColumn': {
    kind: 'invalid',
    message: ({ column }: { column: string }) => `The dataset has no column "${column}".`,
  },
  'dataset.sensitiveRole': {
    kind: 'conflict',
    message: ({ column, by }: { column: string; by: string }) =>
      `The column "${column}" cannot be marked as sensitive: it is the target or the weights of ${by}, or parts its rows.`,
    hint: () => 'What a model answers is told to all who ask it. Delete what uses the column like this first.',
  },
  'dataset.format': {
    kind: 'invalid',
    message: ({ column, pattern }: { column: string; pattern: string }) =>
      `Column "${column}": the date format "${pattern}" has a letter that is not known, or a part of the date twice.`,
    hint: () => 'Known are %Y %y %m %d %H %I %M %S %f %p %b %z and %%.',
  },
})
