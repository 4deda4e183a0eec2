import { defineErrors } from '@modelsmith/table'

export const { rows: projectErrors, error: projectError } = defineErrors({
  'project.target': {
    kind: 'invalid',
    message: ({ problems }: { problems: string }) => `The target cannot be used: ${problems}`,
    hint: () => 'Choose another column or target type.',
  },
  'project.unknownColumn': {
    kind: 'invalid',
    message: ({ names }: { names: string }) => `The dataset has no column ${names}.`,
  },
  'project.metric': {
    kind: 'invalid',
    message: ({ metric, known }: { metric: string; known: string }) =>
      `The metric "${metric}" does not fit this target; those that do: ${known}.`,
  },
  'project.partitioning': {
    kind: 'invalid',
    message: ({ problems }: { problems: string }) => `The rows cannot be split like this: ${problems}`,
  },
  'project.features': { kind: 'invalid', message: () => 'There is no feature: every column is the target.' },
  'project.blueprint': {
    kind: 'invalid',
    message: ({ count }: { count: number }) =>
      `The blueprint cannot be trained: ${count} ${count === 1 ? 'thing is' : 'things are'} wrong with it.`,
    hint: () => 'Each finding names its node and the cure.',
  },
})
