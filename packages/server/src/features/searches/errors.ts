import { defineErrors } from '@modelsmith/table'

export const { rows: searchErrors, error: searchError } = defineErrors({
  'search.request': {
    kind: 'invalid',
    message: ({ count }: { count: number }) =>
      `The search cannot begin: ${count} ${count === 1 ? 'thing is' : 'things are'} wrong with it.`,
    hint: () => 'Each finding names its place in the request.',
  },
  'search.nothingSuggested': {
    kind: 'invalid',
    message: ({ task }: { task: string }) => `Nothing is suggested to search of "${task}".`,
    hint: () => 'Give a space: parameters with ranges or values.',
  },
  'search.noMetric': {
    kind: 'invalid',
    message: () => 'Nothing says which trial is best: the project has no metric.',
    hint: () => 'Search in a project with a column that says which rows are anomalies.',
  },
  'search.active': {
    kind: 'conflict',
    message: ({ name }: { name: string }) => `The search "${name}" has not ended yet.`,
    hint: () => 'Cancel it first, or wait.',
  },
  'search.spent': {
    kind: 'conflict',
    message: ({ trials }: { trials: number }) => `The search has used its budget: ${trials} trials have ended.`,
    hint: () => 'Give it more trials or minutes than it had.',
  },
  'search.noTrial': {
    kind: 'notFound',
    message: ({ trial, done }: { trial: number; done: number }) =>
      `The search has no trial ${trial}; ${done === 0 ? 'none has ended yet' : `the last is ${done}`}.`,
  },
  'search.failedTrial': {
    kind: 'conflict',
    message: ({ trial }: { trial: number }) => `Trial ${trial} failed; no model can be made of it.`,
    hint: () => 'Its error says why. Choose another trial.',
  },
  'search.allFailed': {
    kind: 'userCode',
    message: ({ trials, last }: { trials: number; last: string }) =>
      `None of ${trials} trials succeeded. The last: ${last}`,
    hint: () => 'Train the blueprint by itself first: its log has the whole story.',
  },
  'search.noScore': {
    kind: 'userCode',
    message: ({ metric }: { metric: string }) => `The predictions of this trial have no ${metric}.`,
    hint: () =>
      'A fold may lack a class, or a prediction may be where the metric is not defined. Choose another metric.',
  },
})
