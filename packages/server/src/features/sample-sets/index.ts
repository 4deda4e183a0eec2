export { sampleSetRoutes } from './routes.ts'
export { createSampleSets } from './service.ts'
