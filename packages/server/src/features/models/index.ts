export { predictJob, type PredictPayload } from './predict-job.ts'
export { modelRoutes } from './routes.ts'
export { findModel } from './store.ts'
