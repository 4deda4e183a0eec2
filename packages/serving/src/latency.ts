/** Upper bounds of the buckets of latency, in seconds. */
const bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]

export type LatencySnapshot = { readonly buckets: readonly number[]; readonly count: number; readonly seconds: number }

/** Counts latencies as a histogram of Prometheus does: each bucket has all that took no longer than its bound. */
export const createLatency = () => {
  const buckets = bounds.map(() => 0)
  let count = 0
  let seconds = 0
  return {
    add(other: LatencySnapshot): void {
      for (const [index, value] of other.buckets.entries()) buckets[index] = (buckets[index] as number) + value
      count += other.count
      seconds += other.seconds
    },
    snapshot: (): LatencySnapshot => ({ buckets: [...buckets], count, seconds }),
    note(latencyMs: number): void {
      const taken = latencyMs / 1000
      for (let index = 0; index < bounds.length; index++)
        if (taken <= (bounds[index] as number)) buckets[index] = (buckets[index] as number) + 1
      count++
      seconds += taken
    },
    /** Its lines under a name; labels as `a="b",c="d"`. */
    lines: (name: string, labels: string): readonly string[] => [
      ...bounds.map((bound, index) => `${name}_bucket{${labels},le="${bound}"} ${buckets[index]}`),
      `${name}_bucket{${labels},le="+Inf"} ${count}`,
      `${name}_sum{${labels}} ${seconds}`,
      `${name}_count{${labels}} ${count}`,
    ],
  }
}
