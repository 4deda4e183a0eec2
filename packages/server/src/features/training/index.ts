export { sessionLimits, trainJob, type TrainingSupplies } from './train-job.ts'
