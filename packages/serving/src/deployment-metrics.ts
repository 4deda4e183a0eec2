import type { ErrorKind } from '@modelsmith/table'
import { createLatency } from './latency.ts'

type Counts = {
  requests: number
  rows: number
  fallbacks: number
  readonly errors: Map<ErrorKind, number>
  readonly latency: ReturnType<typeof createLatency>
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
  const countsOf = (id: string): Counts => {
    const known = counts.get(id) ?? { requests: 0, rows: 0, fallbacks: 0, errors: new Map(), latency: createLatency() }
    counts.set(id, known)
    return known
  }

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
    text(deployments: readonly Shown[]): string {
      const each = (write: (own: Counts, label: string, shown: Shown) => readonly string[]): readonly string[] =>
        deployments.flatMap((shown) => write(countsOf(shown.id), `deployment="${shown.id}"`, shown))
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
        `process_resident_memory_bytes ${process.memoryUsage.rss()}`,
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
