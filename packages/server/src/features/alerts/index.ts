export { keepAlerts } from './keep-alerts.ts'
export { alertRoutes } from './routes.ts'
