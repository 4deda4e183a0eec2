export { datasetErrors } from './errors.ts'
export { ingestJob } from './ingest-job.ts'
export { datasetRoutes } from './routes.ts'
export { createDatasets, type Datasets } from './service.ts'
