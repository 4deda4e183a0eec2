export {
  type EnvironmentDescription,
  type InstalledPackage,
  type InstallOptions,
  installEnvironment,
  listEnvironments,
} from './environments.ts'
export { runnerErrors } from './errors.ts'
export { findPythons, type Python } from './pythons.ts'
export { createRunner, type RunnerSettings } from './runner.ts'
export { levelWords } from './session.ts'
export * from './types.ts'
