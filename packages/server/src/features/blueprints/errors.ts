import { defineErrors } from '@modelsmith/table'

export const { rows: blueprintErrors, error: blueprintError } = defineErrors({
  'blueprint.yaml': {
    kind: 'invalid',
    message: ({ count }: { count: number }) =>
      `The text is no blueprint: ${count} ${count === 1 ? 'thing is' : 'things are'} wrong with it.`,
    hint: () => 'Each finding names its line and what was expected there. An export of a blueprint shows the form.',
  },
  'blueprint.noVersion': {
    kind: 'notFound',
    message: ({ number, latest }: { number: number; latest: number }) =>
      `The blueprint has no version ${number}; its latest is ${latest}.`,
  },
})
