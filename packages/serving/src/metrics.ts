/** Upper bounds of the buckets of latency, in seconds. */
const bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]

/** Counts requests, rows and latency, and writes them in the text format of Prometheus. */
export const createMetrics = (model: string) => {
  const requests = new Map<string, number>()
  const buckets = bounds.map(() => 0)
  let count = 0
  let seconds = 0
  let rows = 0
  const label = `model="${model.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`

  return {
    note({ protocol, status, latencyMs, scored }: Request): void {
      const key = `${label},protocol="${protocol}",status="${status}"`
      requests.set(key, (requests.get(key) ?? 0) + 1)
      const taken = latencyMs / 1000
      for (let index = 0; index < bounds.length; index++)
        if (taken <= (bounds[index] as number)) buckets[index] = (buckets[index] as number) + 1
      count++
      seconds += taken
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
        ...bounds.map((bound, index) => `modelsmith_request_seconds_bucket{${label},le="${bound}"} ${buckets[index]}`),
        `modelsmith_request_seconds_bucket{${label},le="+Inf"} ${count}`,
        `modelsmith_request_seconds_sum{${label}} ${seconds}`,
        `modelsmith_request_seconds_count{${label}} ${count}`,
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
