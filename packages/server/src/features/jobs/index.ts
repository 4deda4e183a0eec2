export { jobError } from './errors.ts'
export { jobRoutes } from './routes.ts'
export { type JobHandler, type JobHandlers, startJobRunner } from './runner.ts'
export { demandClaim, findJob, queueJob, toJob } from './store.ts'
