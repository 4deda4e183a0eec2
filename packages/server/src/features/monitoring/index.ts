export { keepMonitoring } from './keep-monitoring.ts'
export { monitoringRoutes } from './routes.ts'
export { measuresOf } from './measures.ts'
