import type { ObjectKind, ObjectRole } from '@modelsmith/domain'

export const roleWords: Readonly<Record<ObjectRole, string>> = {
  owner: 'Owner',
  editor: 'Editor',
  consumer: 'Consumer',
}

export const kindWords: Readonly<Record<ObjectKind, string>> = {
  organisation: 'organisation',
  person: 'person',
  group: 'group',
  token: 'token',
  dataset: 'dataset',
  sampleSet: 'sample set',
  task: 'task',
  environment: 'environment',
  blueprint: 'blueprint',
  project: 'project',
  search: 'search',
  trainingRun: 'training run',
  model: 'model',
  registeredModel: 'model',
  algorithm: 'algorithm',
  experiment: 'experiment',
  release: 'release',
  deployment: 'deployment',
  credential: 'credential',
  job: 'job',
}
