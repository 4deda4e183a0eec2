export { taskErrors } from './errors.ts'
export { taskRoutes } from './routes.ts'
export { createTasks, engineTasks, type Tasks } from './service.ts'
