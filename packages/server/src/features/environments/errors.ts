import { defineErrors } from '@modelsmith/table'

export const { rows: environmentErrors, error: environmentError } = defineErrors({
  'environment.folder': {
    kind: 'invalid',
    message: ({ count }: { count: number }) =>
      `No image can be built from this folder: it has ${count} ${count === 1 ? 'mistake' : 'mistakes'}.`,
    hint: () => 'Mend what the findings name and upload the folder again.',
  },
  'environment.empty': {
    kind: 'invalid',
    message: () => 'The upload has no files.',
    hint: () => 'Choose the folder that holds the Dockerfile.',
  },
  'environment.name': {
    kind: 'invalid',
    message: ({ name, problem }: { name: string; problem: string }) =>
      `An environment cannot have the name "${name}": ${problem}.`,
    hint: () =>
      'Tasks name it in model-metadata.yaml: letters, digits, dots, underscores and hyphens, such as nlp-tools.',
  },
  'environment.notReady': {
    kind: 'conflict',
    message: ({ reference, state }: { reference: string; state: string }) =>
      `The environment ${reference} has no image: it is ${state}.`,
    hint: () =>
      'Its page has the log of the build; a version that failed can be built again there, or a mended folder uploaded.',
  },
  'environment.absent': {
    kind: 'notFound',
    message: ({ reference }: { reference: string }) => `There is no environment ${reference} any more.`,
    hint: () => 'Name another one in model-metadata.yaml and upload the task again.',
  },
  'environment.building': {
    kind: 'conflict',
    message: ({ state }: { state: string }) =>
      `This version is ${state}; only one that failed or was cancelled is built again.`,
  },
  'network.notGranted': {
    kind: 'forbidden',
    message: ({ task }: { task: string }) =>
      `Task "${task}" asks for the network, which no administrator has granted to this version of it.`,
    hint: () =>
      'An administrator grants it under Administration, Network; or remove "network: public" from model-metadata.yaml.',
  },
  'network.grant': {
    kind: 'conflict',
    message: ({ problem }: { problem: string }) =>
      `The network cannot be granted or taken back: this version ${problem}.`,
  },
})
