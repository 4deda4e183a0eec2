export { keepAlerts } from './keep-alerts.ts'
export { tellOfAsked, tellOfDecided } from './request-notices.ts'
export { alertRoutes } from './routes.ts'
