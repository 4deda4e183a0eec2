export { databaseOptions, joinDatabase, openDatabase } from './database.ts'
export { serviceUser } from './service-user.ts'
