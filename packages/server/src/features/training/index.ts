export { sandboxSetting, sessionLimits, trainEnded, trainJob, type TrainingSupplies } from './train-job.ts'
export type { Charts, InsightPart } from './insights.ts'
