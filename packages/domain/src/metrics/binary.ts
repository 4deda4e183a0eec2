import { clipProbability, meanOf, type MetricValue, noValue, type Weights, weightOf } from './value.ts'

/** A row is predicted positive above this probability; at it, the first class wins, as in a multiclass prediction. */
const decisionThreshold = 0.5

export type BinaryCounts = {
  readonly truePositives: number
  readonly falsePositives: number
  readonly falseNegatives: number
  readonly trueNegatives: number
}

/** Weights of rows by actual (1 is the positive class) and predicted class. */
export const binaryCounts = (
  actual: ArrayLike<number>,
  probabilities: Float64Array,
  weights?: Weights,
  threshold: number = decisionThreshold,
): BinaryCounts => {
  const counts = { truePositives: 0, falsePositives: 0, falseNegatives: 0, trueNegatives: 0 }
  for (let row = 0; row < probabilities.length; row++) {
    const predicted = (probabilities[row] as number) > threshold
    const cell =
      actual[row] === 1
        ? predicted
          ? 'truePositives'
          : 'falseNegatives'
        : predicted
          ? 'falsePositives'
          : 'trueNegatives'
    counts[cell] += weightOf(weights, row)
  }
  return counts
}

export const binaryLogLoss = (actual: ArrayLike<number>, probabilities: Float64Array, weights?: Weights): MetricValue =>
  meanOf(probabilities.length, weights, (row) => {
    const probability = probabilities[row] as number
    return -Math.log(clipProbability(actual[row] === 1 ? probability : 1 - probability))
  })

export const brierScore = (actual: ArrayLike<number>, probabilities: Float64Array, weights?: Weights): MetricValue =>
  meanOf(probabilities.length, weights, (row) => ((probabilities[row] as number) - (actual[row] as number)) ** 2)

export const binaryAccuracy = ({
  truePositives,
  falsePositives,
  falseNegatives,
  trueNegatives,
}: BinaryCounts): MetricValue =>
  (truePositives + trueNegatives) / (truePositives + falsePositives + falseNegatives + trueNegatives)

/** Mean of the recalls of the two classes. */
export const binaryBalancedAccuracy = ({
  truePositives,
  falsePositives,
  falseNegatives,
  trueNegatives,
}: BinaryCounts): MetricValue => {
  const positives = truePositives + falseNegatives
  const negatives = trueNegatives + falsePositives
  if (positives === 0 || negatives === 0) return noValue('the rows are all of one class')
  return (truePositives / positives + trueNegatives / negatives) / 2
}

export const f1Score = ({ truePositives, falsePositives, falseNegatives }: BinaryCounts): MetricValue => {
  const marked = 2 * truePositives + falsePositives + falseNegatives
  return marked === 0 ? noValue('no row is positive and none is predicted so') : (2 * truePositives) / marked
}

/** Correlation of actual and predicted class; 0 where one of them is constant. */
export const matthewsCorrelation = ({
  truePositives,
  falsePositives,
  falseNegatives,
  trueNegatives,
}: BinaryCounts): MetricValue => {
  const product =
    (truePositives + falsePositives) *
    (truePositives + falseNegatives) *
    (trueNegatives + falsePositives) *
    (trueNegatives + falseNegatives)
  return product === 0 ? 0 : (truePositives * trueNegatives - falsePositives * falseNegatives) / Math.sqrt(product)
}
