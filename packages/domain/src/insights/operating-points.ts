import { areaUnderRoc, averagePrecision, type RankedCounts, rankedCounts } from '../metrics/ranking.ts'
import type { Weights } from '../metrics/value.ts'

/** Weights of the rows that score at least the threshold, by what they are: those are taken for positive. */
export type OperatingPoint = {
  readonly threshold: number
  readonly truePositives: number
  readonly falsePositives: number
}

/** What every choice of a threshold gives; the ROC, gain, lift and precision–recall charts are views of it. */
export type OperatingPoints = {
  readonly rows: number
  /** Weights, as all counts here. */
  readonly positives: number
  readonly negatives: number
  /** Of the full curve. */
  readonly auc: number
  readonly averagePrecision: number
  /** Distinct scores; `points` has some of them when there are many, each with its exact counts. */
  readonly thresholds: number
  /** From the highest threshold down; the last takes every row for positive. */
  readonly points: readonly OperatingPoint[]
}

/**
 * The counts at each distinct score, at most about `maxPoints` of them: spread evenly over the scores, and always the
 * ends, the threshold of a prediction (the lowest score above 0.5) and that of the best F1. Undefined when the rows are
 * all of one class.
 */
export const operatingPoints = (
  actual: ArrayLike<number>,
  scores: Float64Array,
  { maxPoints = 400, weights }: { readonly maxPoints?: number; readonly weights?: Weights } = {},
): OperatingPoints | undefined => {
  const ranked = rankedCounts(actual, scores, weights)
  const auc = areaUnderRoc(ranked)
  const precision = averagePrecision(ranked)
  if (typeof auc !== 'number' || typeof precision !== 'number') return undefined
  const { thresholds, truePositives, falsePositives } = ranked
  return {
    rows: scores.length,
    positives: truePositives.at(-1) as number,
    negatives: falsePositives.at(-1) as number,
    auc,
    averagePrecision: precision,
    thresholds: thresholds.length,
    points: kept(ranked, maxPoints).map((index) => ({
      threshold: thresholds[index] as number,
      truePositives: truePositives[index] as number,
      falsePositives: falsePositives[index] as number,
    })),
  }
}

const kept = ({ thresholds, truePositives, falsePositives }: RankedCounts, maxPoints: number): number[] => {
  const { length } = thresholds
  if (length <= maxPoints) return [...thresholds.keys()]
  const chosen = new Set<number>([0, length - 1])
  for (let step = 1; step < maxPoints; step++) chosen.add(Math.round((step * (length - 1)) / (maxPoints - 1)))
  const positives = truePositives.at(-1) as number
  let best = 0
  let bestScore = -1
  let predicted = -1
  for (let index = 0; index < length; index++) {
    if ((thresholds[index] as number) > 0.5) predicted = index
    const found = truePositives[index] as number
    const score = (2 * found) / (positives + found + (falsePositives[index] as number))
    if (score > bestScore) {
      best = index
      bestScore = score
    }
  }
  chosen.add(best)
  if (predicted >= 0) chosen.add(predicted)
  return [...chosen].sort((a, b) => a - b)
}

/** What a threshold gives, as rates; null where the denominator has no rows. */
export type OperatingRates = OperatingPoint & {
  readonly falseNegatives: number
  readonly trueNegatives: number
  /** Also called recall and sensitivity; on a gain chart, the gain. */
  readonly truePositiveRate: number
  readonly falsePositiveRate: number
  readonly specificity: number
  readonly precision: number | null
  readonly accuracy: number
  readonly f1: number | null
  readonly matthewsCorrelation: number | null
  /** Share of the rows that are taken for positive. */
  readonly depth: number
  /** How many times more positives are among them than among as many rows drawn blindly. */
  readonly lift: number | null
}

export const ratesAt = (
  { positives, negatives }: Pick<OperatingPoints, 'positives' | 'negatives'>,
  { threshold, truePositives, falsePositives }: OperatingPoint,
): OperatingRates => {
  const falseNegatives = positives - truePositives
  const trueNegatives = negatives - falsePositives
  const rows = positives + negatives
  const marked = truePositives + falsePositives
  const product = marked * positives * negatives * (trueNegatives + falseNegatives)
  const precision = marked === 0 ? null : truePositives / marked
  return {
    threshold,
    truePositives,
    falsePositives,
    falseNegatives,
    trueNegatives,
    truePositiveRate: truePositives / positives,
    falsePositiveRate: falsePositives / negatives,
    specificity: trueNegatives / negatives,
    precision,
    accuracy: (truePositives + trueNegatives) / rows,
    f1: positives + marked === 0 ? null : (2 * truePositives) / (positives + marked),
    matthewsCorrelation:
      product === 0 ? null : (truePositives * trueNegatives - falsePositives * falseNegatives) / Math.sqrt(product),
    depth: marked / rows,
    lift: precision === null ? null : precision / (positives / rows),
  }
}

/** The kept threshold of the best F1: where scores are no probabilities, and 0.5 is no threshold. */
export const bestPoint = ({ positives, points }: Pick<OperatingPoints, 'positives' | 'points'>): number => {
  const scores = points.map(
    ({ truePositives, falsePositives }) => (2 * truePositives) / (positives + truePositives + falsePositives),
  )
  return scores.indexOf(Math.max(...scores))
}

/** Where the predicted class stands: the lowest kept threshold above 0.5, or the highest where no score is above it. */
export const predictedPoint = (points: readonly OperatingPoint[]): number =>
  Math.max(
    0,
    points.findLastIndex(({ threshold }) => threshold > 0.5),
  )
