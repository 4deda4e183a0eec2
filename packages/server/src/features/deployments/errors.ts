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
  'deployment.otherKind': {
    kind: 'conflict',
    message: () => 'It answers another kind of question than the deployment is asked.',
    hint: () => 'Make a deployment of its own for it.',
  },
  'deployment.changesNotAccepted': {
    kind: 'conflict',
    message: () => 'Clients of the deployment would notice the other model.',
    hint: () => 'Change them first, then replace it with acceptChanges (on the page: say that clients are ready).',
  },
  'deployment.nothingBefore': {
    kind: 'conflict',
    message: ({ number }: { number: number }) => `There is no release before release ${number} to roll back to.`,
    hint: () => 'Replace the model instead.',
  },
  'deployment.pausedAlready': {
    kind: 'conflict',
    message: ({ by }: { by: string }) => `${by} has paused the deployment already.`,
  },
  'deployment.notPaused': { kind: 'conflict', message: () => 'The deployment is not paused.' },
})
