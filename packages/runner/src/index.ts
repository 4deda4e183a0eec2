export type { Attend } from './attend.ts'
export { brokeredContainers, type BrokerSettings, startBroker } from './containers/broker.ts'
export { type BuildLimits, buildImage, imageId, listImages, removeImage } from './containers/build.ts'
export { demandEngine, findEngine, isEngine } from './containers/engine.ts'
export { type ContainerHost, localContainers } from './containers/host.ts'
export { type Inventory, imageEnvironment, runs, takeInventory } from './containers/inventory.ts'
export { refuseOutput } from './contract.ts'
export { dataFolder } from './data-folder.ts'
export { definedNames as builtInNames } from './definitions.ts'
export {
  type EnvironmentDescription,
  type InstallOptions,
  installEnvironment,
  listEnvironments,
} from './environments.ts'
export { type EnvironmentLock, lockIn, lockText, nameOfLock, writeLock } from './environment-lock.ts'
export { runnerErrors } from './errors.ts'
export { openInside } from './inside.ts'
export {
  atNode,
  type FittedManifest,
  inputsOf,
  type ModelManifest,
  manifestFile,
  openPipeline,
  predictionParametersFor,
  type Pipeline,
  type PipelineInput,
  type PipelineNode,
  type PipelineSpec,
  readManifest,
} from './pipeline.ts'
export { findPythons, type Python } from './pythons.ts'
export { preloadingFor } from './preload.ts'
export { lockOf, readEnvironmentLock } from './lock-file.ts'
export { prepareEnvironment, type PrepareOptions } from './requirements/index.ts'
export { createAttendedRunner, createRunner, type RunnerSettings } from './runner.ts'
export { makeRuntimeFolder } from './runtime-folder.ts'
export { levelWords } from './session.ts'
export { takeTable } from './tables.ts'
export * from './types.ts'
