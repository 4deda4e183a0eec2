export { sharingRoutes } from './routes.ts'
export { createSharing } from './service.ts'
