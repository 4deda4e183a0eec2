import { defineErrors } from '@modelsmith/table'

export const { rows: sampleSetErrors, error: sampleSetError } = defineErrors({
  'sampleSet.invalid': {
    kind: 'invalid',
    message: ({ problems }: { problems: string }) => `The sample set cannot be used like this: ${problems}`,
  },
  'sampleSet.busy': {
    kind: 'limit',
    message: () => 'Too many sample sets are being looked at at the moment.',
    hint: () => 'Try again in a few seconds.',
  },
})
