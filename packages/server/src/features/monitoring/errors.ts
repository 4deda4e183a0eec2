import { defineErrors } from '@modelsmith/table'

export const { rows: monitoringErrors, error: monitoringError } = defineErrors({
  'monitoring.range': {
    kind: 'invalid',
    message: ({ from, to }: { from: string; to: string }) => `The range from ${from} to ${to} holds no moment.`,
    hint: () => 'Give moments in ISO 8601, the earlier one as `from`; 2026-01-31T12:00:00Z.',
  },
  'monitoring.noRelease': {
    kind: 'notFound',
    message: ({ release }: { release: string }) => `This deployment has no release "${release}".`,
    hint: () => 'Its releases are listed under /releases.',
  },
  'monitoring.noFeature': {
    kind: 'notFound',
    message: ({ feature }: { feature: string }) => `The baseline has no feature "${feature}".`,
    hint: () => 'Features are named as in the answer about drift.',
  },
  'monitoring.baselineDataset': {
    kind: 'invalid',
    message: () => 'A baseline names a dataset version where it comes from a dataset, and only there.',
    hint: () => 'Send {"source": "dataset", "datasetVersionId": …}.',
  },
  'monitoring.noTraining': {
    kind: 'invalid',
    message: () => 'A hosted model has no training rows here.',
    hint: () => 'Assign a dataset, or take the first rows.',
  },
  'monitoring.actuals': {
    kind: 'invalid',
    message: ({ count }: { count: number }) =>
      `${count.toLocaleString('en')} of the actual values ${count === 1 ? 'is' : 'are'} wrong; none was taken.`,
    hint: () => 'Send a number for regression, one of the classes else, and each id once.',
  },
  'monitoring.actual': {
    kind: 'invalid',
    message: ({ id, found, expected }: { id: string; found: string; expected: string }) =>
      `The actual value of "${id}" is ${found}; ${expected} was expected.`,
  },
  'monitoring.associationId': {
    kind: 'invalid',
    message: ({ bytes, most }: { bytes: number; most: number }) =>
      bytes > most
        ? `An association id has ${bytes.toLocaleString('en')} bytes; at most ${most.toLocaleString('en')} were expected.`
        : 'An association id holds U+0000 or half of a surrogate pair.',
    hint: () => 'Use a short text, such as the number of an order.',
  },
  'monitoring.actualTwice': {
    kind: 'invalid',
    message: ({ id }: { id: string }) => `The actual value of "${id}" is given twice, with two values.`,
  },
  'monitoring.noActuals': {
    kind: 'unsupported',
    message: () => 'What this model answers cannot be held against actual values.',
    hint: () => 'Accuracy is for regression, binary and multiclass models with one target.',
  },
})
