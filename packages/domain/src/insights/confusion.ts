import { binaryCounts } from '../metrics/binary.ts'
import type { Weights } from '../metrics/value.ts'
import { classCounts, predictedClasses } from '../metrics/multiclass.ts'

/** `counts[actual][predicted]`: weights of rows, classes in their order. */
export type ConfusionMatrix = {
  readonly rows: number
  readonly classes: readonly string[]
  readonly counts: readonly (readonly number[])[]
}

/** Of a binary model, with rows above the threshold taken for the second, positive class. */
export const confusionAtThreshold = (
  actual: ArrayLike<number>,
  probabilities: Float64Array,
  classes: readonly string[],
  threshold?: number,
): ConfusionMatrix => {
  const counts = binaryCounts(actual, probabilities, undefined, threshold)
  return {
    rows: probabilities.length,
    classes,
    counts: [
      [counts.trueNegatives, counts.falsePositives],
      [counts.falseNegatives, counts.truePositives],
    ],
  }
}

export const multiclassConfusion = (
  actual: ArrayLike<number>,
  probabilities: readonly Float64Array[],
  classes: readonly string[],
  weights?: Weights,
): ConfusionMatrix => {
  const predicted = predictedClasses(probabilities)
  return { rows: predicted.length, classes, counts: classCounts(actual, predicted, classes.length, weights) }
}
