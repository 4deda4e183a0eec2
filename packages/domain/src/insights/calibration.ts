import { brierScore } from '../metrics/binary.ts'
import { type Weights, weightOf } from '../metrics/value.ts'

export type CalibrationBin = {
  readonly low: number
  readonly high: number
  readonly rows: number
  /** Mean predicted probability of the rows in the bin, and their share of positives. */
  readonly predicted: number
  readonly actual: number
  /** Wilson's 95 % interval of that share; of weighted rows, with as many trials as they are worth (Kish, 1965). */
  readonly actualLow: number
  readonly actualHigh: number
}
export type Calibration = { readonly rows: number; readonly brier: number; readonly bins: readonly CalibrationBin[] }

/** The weighted reliability diagram in bins of equal width, those without weight left out; undefined without any. A probability on an edge is in the bin below. */
export const calibration = (
  actual: ArrayLike<number>,
  probabilities: Float64Array,
  { bins = 10, weights }: { readonly bins?: number; readonly weights?: Weights } = {},
): Calibration | undefined => {
  const brier = brierScore(actual, probabilities, weights)
  if (probabilities.length === 0 || typeof brier !== 'number' || Number.isNaN(brier)) return undefined
  const rows = new Float64Array(bins)
  const total = new Float64Array(bins)
  const squares = new Float64Array(bins)
  const predicted = new Float64Array(bins)
  const positives = new Float64Array(bins)
  const edges = Float64Array.from({ length: bins + 1 }, (_, edge) => edge * (1 / bins))
  for (let row = 0; row < probabilities.length; row++) {
    const probability = probabilities[row] as number
    let bin = Math.min(bins - 1, Math.max(0, Math.floor(probability * bins)))
    if (bin > 0 && probability <= (edges[bin] as number)) bin--
    else if (bin < bins - 1 && probability > (edges[bin + 1] as number)) bin++
    const weight = weightOf(weights, row)
    rows[bin] = (rows[bin] as number) + 1
    total[bin] = (total[bin] as number) + weight
    squares[bin] = (squares[bin] as number) + weight ** 2
    predicted[bin] = (predicted[bin] as number) + weight * probability
    positives[bin] = (positives[bin] as number) + (actual[row] === 1 ? weight : 0)
  }
  return {
    rows: probabilities.length,
    brier,
    bins: Array.from(rows, (count, bin) => {
      const weight = total[bin] as number
      // What the rows are worth in trials, for each unit of weight: 1 where all weigh 1.
      const worth = weight / (squares[bin] as number)
      const [actualLow, actualHigh] = wilsonInterval((positives[bin] as number) * worth, weight * worth)
      return {
        low: edges[bin] as number,
        high: edges[bin + 1] as number,
        rows: count,
        predicted: (predicted[bin] as number) / weight,
        actual: (positives[bin] as number) / weight,
        actualLow,
        actualHigh,
      }
    }).filter((_, bin) => (total[bin] as number) > 0),
  }
}

/** The 97.5 % quantile of the standard normal distribution. */
const z = 1.959963984540054

/** Wilson's 95 % interval of a share (E. B. Wilson, 1927). */
export const wilsonInterval = (successes: number, trials: number): readonly [low: number, high: number] => {
  if (trials === 0) return [0, 1]
  const share = successes / trials
  const middle = (share + z ** 2 / (2 * trials)) / (1 + z ** 2 / trials)
  const half = (z / (1 + z ** 2 / trials)) * Math.sqrt((share * (1 - share)) / trials + z ** 2 / (4 * trials ** 2))
  return [Math.max(0, middle - half), Math.min(1, middle + half)]
}
