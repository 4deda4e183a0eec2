export { rebuildJob } from './rebuild-job.ts'
export { registryRoutes } from './routes.ts'
