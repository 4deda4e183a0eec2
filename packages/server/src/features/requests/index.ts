export { askJob as askKeptRowsJob } from './ask-job.ts'
export { requestRoutes } from './routes.ts'
