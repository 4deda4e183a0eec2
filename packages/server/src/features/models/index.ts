export { predictJob } from './predict-job.ts'
export { modelRoutes } from './routes.ts'
export { findModel } from './store.ts'
