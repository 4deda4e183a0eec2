import { areaUnderRoc, rankedCounts } from './ranking.ts'
import { clipProbability, meanOf, type MetricValue, noValue, type Weights, weightOf } from './value.ts'

/** The class of the highest probability in each row; the first one wins a tie. */
export const predictedClasses = (probabilities: readonly Float64Array[]): Int32Array => {
  const predicted = new Int32Array(probabilities[0]?.length ?? 0)
  for (let row = 0; row < predicted.length; row++) {
    let best = 0
    for (let index = 1; index < probabilities.length; index++) {
      if ((probabilities[index]?.[row] as number) > (probabilities[best]?.[row] as number)) best = index
    }
    predicted[row] = best
  }
  return predicted
}

/** Weight of rows by actual class (row) and predicted class (column). */
export const classCounts = (
  actual: ArrayLike<number>,
  predicted: Int32Array,
  classes: number,
  weights?: Weights,
): number[][] => {
  const counts = Array.from({ length: classes }, () => Array.from({ length: classes }, () => 0))
  for (let row = 0; row < predicted.length; row++) {
    const line = counts[actual[row] as number] as number[]
    const column = predicted[row] as number
    line[column] = (line[column] as number) + weightOf(weights, row)
  }
  return counts
}

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0)
const columnTotal = (counts: readonly (readonly number[])[], column: number): number =>
  total(counts.map((line) => line[column] as number))
const hits = (counts: readonly (readonly number[])[]): number[] => counts.map((line, index) => line[index] as number)

export const multiclassLogLoss = (
  actual: ArrayLike<number>,
  probabilities: readonly Float64Array[],
  weights?: Weights,
): MetricValue =>
  meanOf(
    probabilities[0]?.length ?? 0,
    weights,
    (row) => -Math.log(clipProbability(probabilities[actual[row] as number]?.[row] as number)),
  )

export const multiclassAccuracy = (counts: readonly (readonly number[])[]): MetricValue =>
  total(hits(counts)) / total(counts.map(total))

/** Mean recall of the classes that occur. */
export const multiclassBalancedAccuracy = (counts: readonly (readonly number[])[]): MetricValue => {
  const recalls = counts.map((line, index) => (line[index] as number) / total(line)).filter((recall) => recall >= 0)
  return total(recalls) / recalls.length
}

/** Mean F1 of the classes that occur or are predicted. */
export const macroF1 = (counts: readonly (readonly number[])[]): MetricValue => {
  const scores = hits(counts)
    .map((hit, index) => (2 * hit) / (total(counts[index] as number[]) + columnTotal(counts, index)))
    .filter((score) => score >= 0)
  return total(scores) / scores.length
}

/** Mean over the classes of the AUC of that class against the rest. */
export const areaOneVsRest = (
  actual: ArrayLike<number>,
  probabilities: readonly Float64Array[],
  weights?: Weights,
): MetricValue => {
  let sum = 0
  for (const [index, scores] of probabilities.entries()) {
    const isClass = Uint8Array.from(actual, (label) => (label === index ? 1 : 0))
    const area = areaUnderRoc(rankedCounts(isClass, scores, weights))
    if (typeof area !== 'number') return noValue('the rows do not have every class')
    sum += area
  }
  return sum / probabilities.length
}
