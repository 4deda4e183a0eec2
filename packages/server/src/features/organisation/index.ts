export { organisationRoutes } from './routes.ts'
export { demandModelFilesRun, modelFilesForbidden } from './service.ts'
