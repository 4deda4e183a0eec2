/** Where the page of an object is, by its kind. */
export const pageOf: Readonly<Record<string, string>> = {
  dataset: '/datasets/$id',
  sampleSet: '/sample-sets/$id',
  task: '/tasks/$id',
  environment: '/environments/$id',
  blueprint: '/blueprints/$id',
  project: '/projects/$id',
  trainingRun: '/training-runs/$id',
  search: '/searches/$id',
  model: '/models/$id',
  registeredModel: '/registered-models/$id',
  algorithm: '/algorithms/$id',
  experiment: '/experiments/$id',
  deployment: '/deployments/$id',
  credential: '/administration',
  job: '/jobs/$id',
}
