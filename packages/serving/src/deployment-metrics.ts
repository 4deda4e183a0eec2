import type { ErrorKind } from '@modelsmith/table'
import { createLatency, type LatencySnapshot } from './latency.ts'

type Counts = {
  requests: number
  rows: number
  fallbacks: number
  readonly errors: Map<ErrorKind, number>
  readonly latency: ReturnType<typeof createLatency>
}

/** Counts as they travel between processes. */
export type CountsSnapshot = {
  readonly residentBytes: number
  readonly deployments: Readonly<
    Record<
      string,
      {
        readonly requests: number
        readonly rows: number
        readonly fallbacks: number
        readonly errors: Readonly<Partial<Record<ErrorKind, number>>>
        readonly latency: LatencySnapshot
      }
    >
  >
}

type Noted = {
  readonly rows: number
  readonly latencyMs: number
  readonly error: ErrorKind | undefined
  readonly fallback?: boolean
}
type Shown = { readonly id: string; readonly paused: boolean; readonly active: boolean }

/**
 * Counts of each deployment since this process started, in the text format of Prometheus. Labels are the ids of deployments that are there and
 * kinds of errors: what is asked for and does not exist makes no series, and what is taken down leaves none.
 */
export const createDeploymentMetrics = () => {
  const counts = new Map<string, Counts>()
  const countsOf = (id: string): Counts => countsIn(counts, id)

  return {
    note(id: string, { rows, latencyMs, error, fallback = false }: Noted): void {
      const own = countsOf(id)
      own.requests++
      if (fallback) own.fallbacks++
      own.latency.note(latencyMs)
      if (error === undefined) own.rows += rows
      else own.errors.set(error, (own.errors.get(error) ?? 0) + 1)
    },
    forget(id: string): void {
      counts.delete(id)
    },
    snapshot: (): CountsSnapshot => snapshotOf(counts, process.memoryUsage.rss()),
    /** With what other processes have counted, as one. */
    text(deployments: readonly Shown[], others: readonly CountsSnapshot[] = []): string {
      const own = snapshotOf(counts, process.memoryUsage.rss())
      const { residentBytes, all } = added([own, ...others])
      const each = (write: (own: Counts, label: string, shown: Shown) => readonly string[]): readonly string[] =>
        deployments.flatMap((shown) => write(countsIn(all, shown.id), `deployment="${shown.id}"`, shown))
      const flag = (name: string, is: (shown: Shown) => boolean) =>
        each((_, label, shown) => [`${name}{${label}} ${is(shown) ? 1 : 0}`])
      return [
        ...head('modelsmith_deployment_requests_total', 'counter', 'Requests for predictions.'),
        ...each(({ requests }, label) => [`modelsmith_deployment_requests_total{${label}} ${requests}`]),
        ...head('modelsmith_deployment_rows_total', 'counter', 'Rows scored.'),
        ...each(({ rows }, label) => [`modelsmith_deployment_rows_total{${label}} ${rows}`]),
        ...head('modelsmith_deployment_errors_total', 'counter', 'Requests that were refused or failed, by kind.'),
        ...each(({ errors }, label) =>
          Array.from(errors, ([kind, n]) => `modelsmith_deployment_errors_total{${label},kind="${kind}"} ${n}`),
        ),
        ...head('modelsmith_deployment_fallbacks_total', 'counter', 'Requests that its fallback answered.'),
        ...each(({ fallbacks }, label) => [`modelsmith_deployment_fallbacks_total{${label}} ${fallbacks}`]),
        ...head('modelsmith_deployment_request_seconds', 'histogram', 'Time from the head of a request to its answer.'),
        ...each(({ latency }, label) => latency.lines('modelsmith_deployment_request_seconds', label)),
        ...head('modelsmith_deployment_paused', 'gauge', '1 while somebody has paused it.'),
        ...flag('modelsmith_deployment_paused', ({ paused }) => paused),
        ...head('modelsmith_deployment_active', 'gauge', '1 while it has a model that can answer.'),
        ...flag('modelsmith_deployment_active', ({ active }) => active),
        ...head('process_resident_memory_bytes', 'gauge', 'Resident memory of the server, without sessions of models.'),
        `process_resident_memory_bytes ${residentBytes}`,
        '',
      ].join('\n')
    },
  }
}

export type DeploymentMetrics = ReturnType<typeof createDeploymentMetrics>

const head = (name: string, type: 'counter' | 'gauge' | 'histogram', help: string): readonly string[] => [
  `# HELP ${name} ${help}`,
  `# TYPE ${name} ${type}`,
]

const countsIn = (counts: Map<string, Counts>, id: string): Counts => {
  const known = counts.get(id) ?? { requests: 0, rows: 0, fallbacks: 0, errors: new Map(), latency: createLatency() }
  counts.set(id, known)
  return known
}

const snapshotOf = (counts: ReadonlyMap<string, Counts>, residentBytes: number): CountsSnapshot => ({
  residentBytes,
  deployments: Object.fromEntries(
    Array.from(counts, ([id, { errors, latency, ...plain }]) => [
      id,
      { ...plain, errors: Object.fromEntries(errors), latency: latency.snapshot() },
    ]),
  ),
})

const added = (snapshots: readonly CountsSnapshot[]) => {
  const all = new Map<string, Counts>()
  let residentBytes = 0
  for (const each of snapshots) {
    residentBytes += each.residentBytes
    for (const [id, { requests, rows, fallbacks, errors, latency }] of Object.entries(each.deployments)) {
      const own = countsIn(all, id)
      own.requests += requests
      own.rows += rows
      own.fallbacks += fallbacks
      for (const [kind, n] of Object.entries(errors) as [ErrorKind, number][])
        own.errors.set(kind, (own.errors.get(kind) ?? 0) + n)
      own.latency.add(latency)
    }
  }
  return { residentBytes, all }
}

/** What several processes have counted, as one. */
export const sumOfCounts = (snapshots: readonly CountsSnapshot[]): CountsSnapshot => {
  const { residentBytes, all } = added(snapshots)
  return snapshotOf(all, residentBytes)
}
