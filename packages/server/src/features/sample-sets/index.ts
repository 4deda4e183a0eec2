export { sampleSetRoutes } from './routes.ts'
export { createSampleSets, type SampleSets } from './service.ts'
