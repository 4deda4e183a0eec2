export { jobError, jobErrors } from './errors.ts'
export { jobRoutes } from './routes.ts'
export { type JobHandler, type JobHandlers, type JobPorts, startJobRunner, storedError } from './runner.ts'
export { type Claim, demandClaim, findJob, type JobRow, queueJob, toJob } from './store.ts'
