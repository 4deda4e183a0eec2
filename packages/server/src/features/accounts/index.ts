export { accountRoutes } from './routes.ts'
export { createAccounts, createCallerOf } from './service.ts'
