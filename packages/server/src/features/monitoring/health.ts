import type { DeploymentHealth } from '@modelsmith/api'
import { latencyError, latencyQuantiles } from '@modelsmith/domain'
import type { Queries } from '../../infra/database/database.ts'
import { type Range, rangeFields } from './range.ts'
import * as reads from './reads.ts'

const quantilesOf = (counts: Iterable<readonly [number, number]>) => {
  const [p50 = null, p90 = null, p95 = null, p99 = null] = latencyQuantiles(counts, [0.5, 0.9, 0.95, 0.99])
  return { p50, p90, p95, p99 }
}

const sum = <T>(items: readonly T[], of: (item: T) => number): number =>
  items.reduce((total, item) => total + of(item), 0)

const totalsOf = (loads: readonly reads.Load[]) => ({
  requests: sum(loads, ({ requests }) => requests),
  rows: sum(loads, ({ rows }) => rows),
  errors: sum(loads, ({ errors }) => errors),
})

/** What a deployment was asked over a time, and how it fared. */
export const healthOf = async (
  queries: Queries,
  deployment: string,
  release: string | undefined,
  range: Range,
): Promise<DeploymentHealth> => {
  const [loads, errorCodes, latency, releases] = await Promise.all([
    reads.loadOf(queries, deployment, release, range),
    reads.errorsOf(queries, deployment, release, range),
    reads.latencyOf(queries, deployment, release, range),
    reads.releasesOf(queries, deployment),
  ])
  const byStep = Map.groupBy(loads, ({ at }) => at.toISOString())
  const latencyByStep = Map.groupBy(latency, ({ at }) => at.toISOString())
  const pairs = (rows: typeof latency) => rows.map(({ bin, requests }) => [bin, requests] as const)
  const wholeLatency = new Map<number, number>()
  for (const { bin, requests } of latency) wholeLatency.set(bin, (wholeLatency.get(bin) ?? 0) + requests)
  const ofRelease = Map.groupBy(loads, ({ release_id }) => release_id)
  return {
    ...rangeFields(range),
    ...totalsOf(loads),
    ahead: sum(loads, ({ ahead }) => ahead),
    fallbacks: sum(loads, ({ fallbacks }) => fallbacks),
    latency: { ...quantilesOf(wholeLatency), relativeError: latencyError },
    errorCodes,
    releases: releases.flatMap(({ id, number }) => {
      const own = ofRelease.get(id)
      return own === undefined ? [] : [{ releaseId: id, number, ...totalsOf(own) }]
    }),
    series: [...byStep].map(([at, own]) => ({
      at,
      ...totalsOf(own),
      ...quantilesOf(pairs(latencyByStep.get(at) ?? [])),
    })),
  }
}
