export { sandboxSetting, sessionLimits, trainEnded, trainJob, type TrainingSupplies } from './train-job.ts'
