export { importJob } from './git/import-job.ts'
export { createTaskImports } from './git/imports.ts'
export { taskRoutes } from './routes.ts'
export { createTasks, engineTasks, type Tasks } from './service.ts'
