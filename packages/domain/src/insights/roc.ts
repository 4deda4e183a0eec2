import { areaUnderRoc, rankedCounts } from '../metrics/ranking.ts'

export type RocPoint = {
  readonly falsePositiveRate: number
  readonly truePositiveRate: number
  /** Rows that score at least this are taken for positive; null at the start, where none are. */
  readonly threshold: number | null
}
export type RocCurve = { readonly rows: number; readonly auc: number; readonly points: readonly RocPoint[] }

/**
 * The ROC curve in at most `maxPoints` points, exact at both ends; the area is that of the full curve. Undefined when the
 * rows are all of one class.
 */
export const rocCurve = (actual: ArrayLike<number>, scores: Float64Array, maxPoints = 200): RocCurve | undefined => {
  const ranked = rankedCounts(actual, scores)
  const auc = areaUnderRoc(ranked)
  if (typeof auc !== 'number') return undefined
  const { thresholds, truePositives, falsePositives } = ranked
  const positives = truePositives.at(-1) as number
  const negatives = falsePositives.at(-1) as number
  const points: RocPoint[] = [{ falsePositiveRate: 0, truePositiveRate: 0, threshold: null }]
  const corners = cornersOf(truePositives, falsePositives)
  for (const index of spread(corners, maxPoints - 1)) {
    points.push({
      falsePositiveRate: (falsePositives[index] as number) / negatives,
      truePositiveRate: (truePositives[index] as number) / positives,
      threshold: thresholds[index] as number,
    })
  }
  return { rows: scores.length, auc, points }
}

/** Points between two others on one straight line show nothing. */
const cornersOf = (y: Float64Array, x: Float64Array): number[] =>
  [...y.keys()].filter((index) => {
    if (index === y.length - 1) return true
    const rise = (y[index] as number) - (y[index - 1] ?? 0)
    const run = (x[index] as number) - (x[index - 1] ?? 0)
    const nextRise = (y[index + 1] as number) - (y[index] as number)
    const nextRun = (x[index + 1] as number) - (x[index] as number)
    return rise * nextRun !== nextRise * run
  })

/** At most `count` of the entries, evenly spread, the last one always among them. */
const spread = (entries: readonly number[], count: number): number[] =>
  entries.length <= count
    ? [...entries]
    : Array.from(
        { length: count },
        (_, step) => entries[Math.ceil(((step + 1) * entries.length) / count) - 1] as number,
      )
