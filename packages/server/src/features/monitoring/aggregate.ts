import { latencyBin } from '@modelsmith/domain'
import type { PredictionLogEntry } from '@modelsmith/serving'

/** What is counted of requests, by deployment, release and hour. */
export type HourCounts = {
  readonly deploymentId: string
  readonly releaseId: string
  readonly hour: string
  requests: number
  rows: number
  errors: number
  fallbacks: number
  ahead: number
  readonly errorCodes: Map<string, number>
  readonly latencyBins: Map<number, number>
}

/** Clocks of machines differ; what a clock is wrong by beyond this is said. */
const tolerableSkewMs = 5 * 60_000
const hourMs = 3_600_000

/** The hour in which a request counts: its own, or that of `now` where its clock was ahead. */
export const hourOf = (at: string, now: Date): { readonly hour: string; readonly ahead: boolean } => {
  const own = Date.parse(at)
  const ahead = !(own <= now.getTime() + tolerableSkewMs)
  const ms = ahead ? now.getTime() : own
  return { hour: textOf(Math.floor(ms / hourMs) * hourMs), ahead }
}

/** Requests of one hour come together. */
let last = { ms: Number.NaN, text: '' }
const textOf = (ms: number): string => {
  if (ms !== last.ms) last = { ms, text: new Date(ms).toISOString() }
  return last.text
}

/** Counts of requests in the order of their keys, so that two who write them do not wait for each other in a circle. */
export const countHours = (entries: readonly PredictionLogEntry[], now: Date): HourCounts[] => {
  const hours = new Map<string, HourCounts>()
  for (const { deploymentId, releaseId, at, rows, latencyMs, status, errorCode, fallback } of entries) {
    const { hour, ahead } = hourOf(at, now)
    const key = `${deploymentId} ${releaseId} ${hour}`
    const counts = hours.get(key) ?? {
      deploymentId,
      releaseId,
      hour,
      requests: 0,
      rows: 0,
      errors: 0,
      fallbacks: 0,
      ahead: 0,
      errorCodes: new Map(),
      latencyBins: new Map(),
    }
    hours.set(key, counts)
    counts.requests++
    if (ahead) counts.ahead++
    if (fallback !== undefined) counts.fallbacks++
    if (status === 'error') {
      counts.errors++
      increase(counts.errorCodes, errorCode ?? 'unknown')
    } else {
      counts.rows += rows
      increase(counts.latencyBins, latencyBin(latencyMs))
    }
  }
  return [...hours].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, counts]) => counts)
}

const increase = <K>(counts: Map<K, number>, key: K): void => {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}
