export { algorithmRoutes } from './routes.ts'
export { useAlgorithm } from './service.ts'
