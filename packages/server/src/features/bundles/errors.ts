import { defineErrors } from '@modelsmith/table'

export const { rows: bundleErrors, error: bundleError } = defineErrors({
  'bundle.kind': {
    kind: 'invalid',
    message: ({ title }: { title: string }) => `"${title}" is neither a training nor a prediction of a file.`,
  },
  'bundle.gone': {
    kind: 'notFound',
    message: ({ title }: { title: string }) => `What "${title}" worked from is no longer kept.`,
  },
  'bundle.sensitive': {
    kind: 'forbidden',
    message: ({ title, columns }: { title: string; columns: readonly string[] }) =>
      `The rows behind "${title}" have sensitive columns, whose values only editors of the dataset take away: ${columns.join(', ')}.`,
    hint: () => 'Ask somebody who may edit the dataset.',
  },
})
