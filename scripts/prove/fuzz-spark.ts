import { sparkSets } from '../../conformance/fuzz/mutants.ts'
import { reportFuzz } from '../../conformance/fuzz/report.ts'

/**
 * The same of 100,000 broken zips of saved Spark models, of all versions: their metadata, their Parquet files, their entries and the
 * archives around them. `npm run prove -- fuzz-spark SEED COUNT FROM`.
 */
await reportFuzz(100_000, sparkSets())
