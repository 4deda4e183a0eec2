export { keepChallengers } from './keep-challengers.ts'
export { measureChallengers } from './measure.ts'
export { challengerRoutes } from './routes.ts'
export { scoreChallengerJob } from './score-job.ts'
