export { ingestEnded, ingestJob } from './ingest-job.ts'
export { datasetRoutes } from './routes.ts'
export { addVersion, createDatasets, type Datasets } from './service.ts'
