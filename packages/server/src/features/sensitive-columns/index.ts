export {
  hiddenOf,
  hiddenOfPrediction,
  hiddenOfProject,
  hiddenOfProjects,
  hiddenOfRelease,
  projectTelling,
  sensitiveOf,
  setSensitive,
} from './columns.ts'
export { maskedCsv } from './masked-csv.ts'
export { clear, createMasking, type Masking, type Sight } from './masking.ts'
