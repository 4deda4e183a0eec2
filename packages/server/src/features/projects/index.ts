export { findEvaluation, keepResult, type Measured, measureNew, unmeasured } from './evaluations.ts'
export { createSplit, type SplitPayload } from './functions.ts'
export { projectRoutes } from './routes.ts'
export { demandMetric } from './plan.ts'
export { queueTraining } from './queue-training.ts'
export { createProjects, type Projects } from './service.ts'
export {
  findProject,
  findRun,
  type ProjectRow,
  type RunRow,
  type Scores,
  setRunModel,
  setRunState,
  setRunSteps,
  toRetrained,
} from './store.ts'
