export { credentialRoutes } from './routes.ts'
export { createCredentials, variablesFor } from './service.ts'
