import { reportFuzz } from '../../conformance/fuzz/report.ts'

/**
 * Tries a million broken model files. `npm run prove -- fuzz SEED COUNT FROM`: all of it can be chosen, so that a run that was
 * stopped goes on where it was, and a finding is tried again by its number.
 */
await reportFuzz(1_000_000)
