export { cancelJob, type JobEndings } from './ending.ts'
export { jobError } from './errors.ts'
export { jobRoutes } from './routes.ts'
export {
  type JobDone,
  type JobHandler,
  type JobHandlers,
  type JobPorts,
  startJobRunner,
  storedError,
} from './runner.ts'
export { findJob, type JobRow, queueJob, toJob } from './store.ts'
export { resultOf } from './wait.ts'
export { authoriseJob, withoutSourceOf } from './rights.ts'
export { whileOpen } from './while-open.ts'
