import { ascending } from '../metrics/ascending.ts'
import { type Weights, weightOf } from '../metrics/value.ts'

export type LiftBin = { readonly rows: number; readonly predicted: number; readonly actual: number }
export type LiftChart = { readonly rows: number; readonly bins: readonly LiftBin[] }

/**
 * Rows sorted by prediction and cut into bins of equal size (they differ by one row at most): mean prediction and mean
 * actual value of each, by the weights of the rows; a bin without weight is left out. `actual` is 0 or 1 for a binary target.
 */
export const liftChart = (
  actual: ArrayLike<number>,
  predicted: Float64Array,
  { bins = 10, weights }: { readonly bins?: number; readonly weights?: Weights } = {},
): LiftChart => {
  const rows = predicted.length
  const order = ascending(predicted)
  const count = Math.min(bins, rows)
  return {
    rows,
    bins: Array.from({ length: count }, (_, bin): LiftBin[] => {
      const inside = order.subarray(Math.floor((bin * rows) / count), Math.floor(((bin + 1) * rows) / count))
      const total = inside.reduce((sum, row) => sum + weightOf(weights, row), 0)
      const mean = (values: ArrayLike<number>) =>
        inside.reduce((sum, row) => sum + weightOf(weights, row) * (values[row] as number), 0) / total
      return total === 0 ? [] : [{ rows: inside.length, predicted: mean(predicted), actual: mean(actual) }]
    }).flat(),
  }
}
