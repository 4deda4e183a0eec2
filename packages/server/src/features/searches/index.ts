export { searchRoutes } from './routes.ts'
export { searchEnded, searchJob } from './search-job.ts'
export { createSearches } from './service.ts'
