/**
 * Quantiles of durations from counts on bins that widen by a constant factor, after Masson, Rim and Lee, "DDSketch: a fast and
 * fully-mergeable quantile sketch with relative-error guarantees" (2019). A quantile is off by at most `latencyError` of its own
 * value; adding up the counts of two sketches gives the sketch of both.
 */
export const latencyError = 0.01

const growth = (1 + latencyError) / (1 - latencyError)
/** Shorter is not told apart; milliseconds. */
const shortest = 1e-3

/** The bin of a duration in milliseconds; NaN and what is below a microsecond lie in the first. */
export const latencyBin = (ms: number): number =>
  ms > shortest ? Math.ceil((Math.log(Math.min(ms, Number.MAX_VALUE)) - Math.log(shortest)) / Math.log(growth)) : 0

/** What stands for the durations of a bin: off by the same share at both of its ends. */
const midOf = (bin: number): number => (bin === 0 ? shortest : (shortest * 2 * growth ** bin) / (growth + 1))

/** Counts by bin, in any order. */
export type LatencyCounts = Iterable<readonly [bin: number, count: number]>

/**
 * Quantiles in milliseconds: of each share, the duration at rank `share × (n - 1)`, rounded down; null where nothing was counted.
 */
export const latencyQuantiles = (counts: LatencyCounts, shares: readonly number[]): (number | null)[] => {
  const sorted = [...counts].filter(([, count]) => count > 0).toSorted(([a], [b]) => a - b)
  const total = sorted.reduce((sum, [, count]) => sum + count, 0)
  return shares.map((share) => {
    const rank = Math.floor(share * (total - 1))
    let passed = 0
    for (const [bin, count] of sorted) {
      passed += count
      if (passed > rank) return midOf(bin)
    }
    return null
  })
}
