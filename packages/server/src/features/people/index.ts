export { peopleRoutes } from './routes.ts'
export { createPeople } from './service.ts'
