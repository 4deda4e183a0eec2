import { defineErrors } from '@modelsmith/table'

export const { rows: algorithmErrors, error: algorithmError } = defineErrors({
  'algorithm.unknownClass': {
    kind: 'invalid',
    message: ({ id }: { id: string }) => `There is no native algorithm "${id}" that could score it.`,
    hint: () => 'GET /algorithms lists those that there are.',
  },
  'algorithm.predictionParameters': {
    kind: 'invalid',
    message: ({ names }: { names: string }) => `A native class takes no prediction parameters: ${names}.`,
    hint: () => 'Leave them out; what a native class was trained with is in the file.',
  },
  'algorithm.wrong': {
    kind: 'invalid',
    message: ({ count }: { count: number }) =>
      `The definition cannot be used: ${count === 1 ? 'one thing is' : `${count} things are`} wrong in it.`,
    hint: () => 'Each finding says what to do.',
  },
})
