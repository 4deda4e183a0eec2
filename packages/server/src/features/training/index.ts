export type { Charts, InsightPart } from './insights.ts'
export { sessionLimits } from './limits.ts'
export { trainingSpecOf } from './spec.ts'
export { actualsOf, sandboxSetting, trainEnded, trainJob, type TrainingSupplies } from './train-job.ts'
