import { createLatency } from './latency.ts'

/** Counts requests, rows and latency, and writes them in the text format of Prometheus. */
export const createMetrics = (model: string) => {
  const requests = new Map<string, number>()
  const latency = createLatency()
  let rows = 0
  const label = `model="${model.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`

  return {
    note({ protocol, status, latencyMs, scored }: Request): void {
      const key = `${label},protocol="${protocol}",status="${status}"`
      requests.set(key, (requests.get(key) ?? 0) + 1)
      latency.note(latencyMs)
      rows += scored
    },
    text(): string {
      return [
        '# HELP modelsmith_requests_total Requests for predictions by protocol and HTTP status.',
        '# TYPE modelsmith_requests_total counter',
        ...Array.from(requests, ([labels, value]) => `modelsmith_requests_total{${labels}} ${value}`),
        '# HELP modelsmith_rows_total Rows scored.',
        '# TYPE modelsmith_rows_total counter',
        `modelsmith_rows_total{${label}} ${rows}`,
        '# HELP modelsmith_request_seconds Time from the head of a request to its answer.',
        '# TYPE modelsmith_request_seconds histogram',
        ...latency.lines('modelsmith_request_seconds', label),
        '# HELP process_resident_memory_bytes Resident memory of the server, without the sessions of its model.',
        '# TYPE process_resident_memory_bytes gauge',
        `process_resident_memory_bytes ${process.memoryUsage.rss()}`,
        '',
      ].join('\n')
    },
  }
}

type Request = {
  readonly protocol: string
  readonly status: number
  readonly latencyMs: number
  readonly scored: number
}
