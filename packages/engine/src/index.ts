export { type EnvironmentRequest, prepareTasks, requestOf } from './environments.ts'
export { engineErrors } from './errors.ts'
export { type FitResult, type FitSpec, fitTask, validationPartName } from './fit.ts'
export { foldModel } from './fold-model.ts'
export { callEvaluate, callSplit, type Evaluated, type FunctionCall } from './functions.ts'
export { engineVersion, hashBytes, hashOf } from './keys.ts'
export { type LibraryTask, libraryId, loadLibrary, readLibrary } from './library.ts'
export { LibraryEntry } from './library-entry.ts'
export { writeModel } from './model.ts'
export { allRowsPart, finalPart, type PlannedNode, type PlannedPart, planTraining } from './plan.ts'
export { noCache, type StepCache, type StepReport, type StepState, type TrainingPorts } from './ports.ts'
export { loadRepository, type RepositoryBlueprint } from './repository.ts'
export { type EngineTask, excludedPart, type Partition, type TrainingData, type TrainingSpec } from './spec.ts'
export {
  type EndedTrial,
  openSampler,
  type Proposal,
  type Sampler,
  samplerEnvironment,
  type SearchProblem,
} from './sampler.ts'
export type { OutOfFold } from './folds.ts'
export { type FitOutput, type TrainingResult, train, tryBlueprint } from './train.ts'
