export { credentialRoutes } from './routes.ts'
export { createCredentials, openCredential, variablesFor } from './service.ts'
