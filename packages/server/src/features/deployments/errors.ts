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
  'deployment.ownersKeepRows': {
    kind: 'forbidden',
    message: () => 'Only owners of a deployment say of how many requests rows are kept, and for how long.',
    hint: () => 'Rows that are not kept any more are lost: ask an owner.',
  },
  'deployment.challengersNeedRows': {
    kind: 'conflict',
    message: () => 'The deployment has challengers, which score the rows that are kept.',
    hint: () => 'Remove them first, or keep rows for at least a day.',
  },
  'deployment.fallbackItself': {
    kind: 'conflict',
    message: () => 'A deployment does not answer in place of itself.',
    hint: () => 'Name another deployment, of another model.',
  },
  'deployment.fallbackHasOne': {
    kind: 'conflict',
    message: ({ name }: { name: string }) => `"${name}" has a fallback itself, and there are no chains of them.`,
    hint: () => 'Name a deployment that has none.',
  },
  'deployment.fallbackOfOthers': {
    kind: 'conflict',
    message: () => 'The deployment is the fallback of another one, and there are no chains of them.',
    hint: () => 'Give the other one another fallback first.',
  },
  'deployment.fallbackDiffers': {
    kind: 'conflict',
    message: ({ name }: { name: string }) => `Clients would notice that "${name}" answers.`,
    hint: () => 'A fallback takes the same fields and answers the same kind of target with the same classes.',
  },
  'deployment.pausedAlready': {
    kind: 'conflict',
    message: ({ by }: { by: string }) => `${by} has paused the deployment already.`,
  },
  'deployment.needsApproval': {
    kind: 'conflict',
    message: ({ importance, what }: { importance: string; what: readonly string[] }) =>
      `A second person has to approve this of a deployment of ${importance} importance: ${what.join(', ')}.`,
    hint: () =>
      'Ask for it with a reason: on the page of the deployment, by "modelsmith deployments ask", or by POST /deployments/{id}/change-requests.',
  },
  'deployment.reasonMissing': {
    kind: 'invalid',
    message: ({ importance }: { importance: string }) =>
      `A second person has to approve that a deployment of ${importance} importance answers, and is told no reason.`,
    hint: () => 'Say in reason why it is wanted.',
  },
  'changeRequest.incomplete': {
    kind: 'invalid',
    message: ({ action, wanted }: { action: string; wanted: string }) =>
      `To ask for "${action}", a change request has ${wanted}.`,
  },
  'changeRequest.nothing': {
    kind: 'invalid',
    message: () => 'The deployment is set so already: nothing would be different.',
  },
  'changeRequest.notWaiting': {
    kind: 'conflict',
    message: () => 'The deployment does not wait for approval of its creation.',
  },
  'changeRequest.notOpen': {
    kind: 'conflict',
    message: ({ state }: { state: string }) => `The change request is decided already: it is ${state}.`,
  },
  'changeRequest.own': {
    kind: 'forbidden',
    message: () => 'Who has asked for something does not decide on it.',
    hint: () => 'Another owner of the deployment or an administrator decides; you may withdraw it.',
  },
  'changeRequest.service': {
    kind: 'forbidden',
    message: () => 'A service account does not decide on a change request: a person does.',
  },
  'changeRequest.tokenMaker': {
    kind: 'forbidden',
    message: ({ name }: { name: string }) =>
      `The service account "${name}" has asked for it, and you have made a token of it: that would be you twice.`,
    hint: () => 'Somebody who has made no token of it decides.',
  },
  'changeRequest.letIn': {
    kind: 'forbidden',
    message: ({ name }: { name: string }) => `${name} has asked for it, and has let your account in after asking.`,
    hint: () => 'Somebody decides whose account was there before.',
  },
  'changeRequest.notAsker': {
    kind: 'forbidden',
    message: ({ name }: { name: string }) => `${name} has asked for it: nobody else withdraws it.`,
    hint: () => 'Whoever may decide on it may reject it.',
  },
  'changeRequest.askerGone': {
    kind: 'conflict',
    message: ({ name }: { name: string }) => `${name}, who has asked for it, is deactivated.`,
    hint: () => 'Ask for it anew.',
  },
  'deployment.notPaused': { kind: 'conflict', message: () => 'The deployment is not paused.' },
})
