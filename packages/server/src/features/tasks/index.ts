export { taskRoutes } from './routes.ts'
export { createTasks, engineTasks, type Tasks } from './service.ts'
