export { batchEnded, batchJob } from './batch-job.ts'
export { batchRoutes } from './routes.ts'
