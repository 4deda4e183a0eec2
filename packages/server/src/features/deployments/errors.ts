import { defineErrors } from '@modelsmith/table'

export const { rows: deploymentErrors, error: deploymentError } = defineErrors({
  'deployment.servingDown': {
    kind: 'unavailable',
    message: () => 'The prediction process does not answer; it is being restarted.',
    hint: () => 'Try again in a few seconds.',
  },
  'deployment.oneModel': {
    kind: 'invalid',
    message: () => 'A deployment serves one model.',
    hint: () => 'Name either modelId or modelReleaseId.',
  },
})
