export { bundleRoutes } from './routes.ts'
export { createBundles } from './service.ts'
