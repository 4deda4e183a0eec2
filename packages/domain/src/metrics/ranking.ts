import { ascending } from './ascending.ts'
import { type MetricValue, noValue, type Weights, weightOf } from './value.ts'

/** Weights of the rows at and above each distinct score, by class, from the highest score down. */
export type RankedCounts = {
  readonly thresholds: Float64Array
  /** Weight of positive rows that score at least the threshold. */
  readonly truePositives: Float64Array
  readonly falsePositives: Float64Array
}

/** `actual` is 1 for the positive class, 0 for any other. */
export const rankedCounts = (actual: ArrayLike<number>, scores: Float64Array, weights?: Weights): RankedCounts => {
  const order = ascending(scores).reverse()
  const thresholds: number[] = []
  const truePositives: number[] = []
  const falsePositives: number[] = []
  let positives = 0
  let negatives = 0
  for (let place = 0; place < order.length; place++) {
    const row = order[place] as number
    const weight = weightOf(weights, row)
    if (actual[row] === 1) positives += weight
    else negatives += weight
    const score = scores[row] as number
    if (place + 1 < order.length && scores[order[place + 1] as number] === score) continue
    thresholds.push(score)
    truePositives.push(positives)
    falsePositives.push(negatives)
  }
  return {
    thresholds: Float64Array.from(thresholds),
    truePositives: Float64Array.from(truePositives),
    falsePositives: Float64Array.from(falsePositives),
  }
}

/** Area under the ROC curve; a tie between a positive and a negative row counts half. */
export const areaUnderRoc = ({ truePositives, falsePositives }: RankedCounts): MetricValue => {
  const positives = truePositives.at(-1) ?? 0
  const negatives = falsePositives.at(-1) ?? 0
  if (positives === 0 || negatives === 0) return noValue('the rows are all of one class')
  let area = 0
  for (let index = 0; index < truePositives.length; index++) {
    const width = (falsePositives[index] as number) - (falsePositives[index - 1] ?? 0)
    area += (width * ((truePositives[index] as number) + (truePositives[index - 1] ?? 0))) / 2
  }
  return area / (positives * negatives)
}

/** Mean of the precisions at each threshold, weighted by the recall gained there; no interpolation. */
export const averagePrecision = ({ truePositives, falsePositives }: RankedCounts): MetricValue => {
  const positives = truePositives.at(-1) ?? 0
  if (positives === 0) return noValue('no row is of the positive class')
  let sum = 0
  for (let index = 0; index < truePositives.length; index++) {
    const found = truePositives[index] as number
    const gained = found - (truePositives[index - 1] ?? 0)
    if (gained > 0) sum += (gained / positives) * (found / (found + (falsePositives[index] as number)))
  }
  return sum
}
