import { type Weights, weightOf } from '../metrics/value.ts'
import { randomFrom, shuffle } from '../random.ts'

export type Histogram = {
  readonly rows: number
  /** One entry more than `counts`. */
  readonly edges: readonly number[]
  readonly counts: readonly number[]
}

/** Histogram of the weights of actual minus predicted, in bins of equal width from the smallest to the largest. */
export const residualsHistogram = (
  actual: ArrayLike<number>,
  predicted: Float64Array,
  { bins = 30, weights }: { readonly bins?: number; readonly weights?: Weights } = {},
): Histogram => {
  const residuals = Float64Array.from(predicted, (value, row) => (actual[row] as number) - value)
  const rows = residuals.length
  if (rows === 0) return { rows, edges: [], counts: [] }
  let low = Infinity
  let high = -Infinity
  for (const residual of residuals) {
    low = Math.min(low, residual)
    high = Math.max(high, residual)
  }
  if (low === high)
    return { rows, edges: [low, high], counts: [weights?.reduce((sum, weight) => sum + weight, 0) ?? rows] }
  const counts = Array.from({ length: bins }, () => 0)
  for (const [row, residual] of residuals.entries()) {
    const bin = Math.min(bins - 1, Math.floor(((residual - low) / (high - low)) * bins))
    counts[bin] = (counts[bin] as number) + weightOf(weights, row)
  }
  const edges = Array.from({ length: bins + 1 }, (_, edge) => low + ((high - low) * edge) / bins)
  edges[bins] = high
  return { rows, edges, counts }
}

export type PredictedActual = {
  /** Rows the sample was drawn from. */
  readonly rows: number
  readonly points: readonly { readonly actual: number; readonly predicted: number }[]
}

/** A seeded sample of rows, for a chart of predicted against actual values; all rows when there are few. */
export const predictedAgainstActual = (
  actual: ArrayLike<number>,
  predicted: Float64Array,
  maxPoints = 1000,
  seed = 0,
): PredictedActual => {
  const rows = predicted.length
  const order = Int32Array.from(predicted, (_, row) => row)
  if (rows > maxPoints) shuffle(order, randomFrom(seed))
  const sample = order.subarray(0, maxPoints).toSorted()
  return {
    rows,
    points: Array.from(sample, (row) => ({ actual: actual[row] as number, predicted: predicted[row] as number })),
  }
}
