export { accountErrors } from './errors.ts'
export { accountRoutes } from './routes.ts'
export { type Accounts, createAccounts, createCallerOf } from './service.ts'
