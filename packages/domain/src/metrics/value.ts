/** A metric's value, or why it has none on these rows. */
export type MetricValue = number | { readonly undefined: string }

export const noValue = (reason: string): MetricValue => ({ undefined: reason })

/** One weight a row, not negative; left out means that every row counts once. */
export type Weights = Float64Array | undefined

export const weightOf = (weights: Weights, row: number): number =>
  weights === undefined ? 1 : (weights[row] as number)

/** Weighted mean of a value of each row; NaN where no row has weight. */
export const meanOf = (rows: number, weights: Weights, valueOf: (row: number) => number): number => {
  let sum = 0
  let total = 0
  for (let row = 0; row < rows; row++) {
    const weight = weightOf(weights, row)
    if (weight === 0) continue
    sum += weight * valueOf(row)
    total += weight
  }
  return sum / total
}

/** Of 2.220446049250313e-16, the distance from 1 to the next float64: where scikit-learn clips probabilities. */
const { EPSILON } = Number
export const clipProbability = (value: number): number => Math.min(1 - EPSILON, Math.max(EPSILON, value))
