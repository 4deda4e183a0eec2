export { queryErrors } from './errors.ts'
export { type IngestOptions, type IngestResult, type IngestSpec, ingest } from './ingest.ts'
export { readFileHere } from './read.ts'
export { type ColumnStatistics, profileTable, quantile } from './profile.ts'
