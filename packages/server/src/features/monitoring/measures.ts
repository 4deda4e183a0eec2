import type { AlertMeasures } from '@modelsmith/domain'
import type { Queries } from '../../infra/database/database.ts'
import { accuracyOf } from './accuracy.ts'
import { driftOfRelease } from './drift.ts'
import { healthOf } from './health.ts'
import { rangeOf } from './range.ts'
import { databaseNow } from './store.ts'

/** How a deployment fared in the last hours: its requests whoever answered them, and drift and accuracy of the release of now. */
export const measuresOf = async (
  queries: Queries,
  deployment: string,
  release: string,
  hours: number,
): Promise<AlertMeasures> => {
  const now = await databaseNow(queries)
  const range = rangeOf({ from: new Date(now.getTime() - hours * 3_600_000).toISOString() }, now)
  const health = await healthOf(queries, deployment, undefined, range)
  const drift = await driftOfRelease(queries, release, range)
  const { releases } = await accuracyOf(queries, deployment, release, range)
  return {
    requests: health.requests,
    errors: health.errors,
    p95Ms: health.latency.p95,
    features: drift.features.map(({ name, psi, quality }) => ({ name, psi, rows: quality.rows })),
    actuals: releases[0]?.actuals ?? 0,
    scores: releases[0]?.scores ?? {},
  }
}
