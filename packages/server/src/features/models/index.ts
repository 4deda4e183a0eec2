export { featureInsightsJob } from './feature-insights-job.ts'
export { predictJob, type PredictPayload } from './predict-job.ts'
export { modelRoutes } from './routes.ts'
export { findModel } from './store.ts'
