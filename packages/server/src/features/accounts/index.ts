export { accountRoutes } from './routes.ts'
export { createAccounts, createCallerOf } from './service.ts'
export { newInvitationSecret, sha256 } from './secrets.ts'
export { insertPerson } from './store.ts'
