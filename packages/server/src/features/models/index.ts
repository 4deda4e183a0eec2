export { modelErrors } from './errors.ts'
export { predictJob } from './predict-job.ts'
export { modelRoutes } from './routes.ts'
export { findModel, type ModelRow } from './store.ts'
