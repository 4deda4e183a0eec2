import { binaryAccuracy, binaryBalancedAccuracy, f1Score, matthewsCorrelation } from '../metrics/binary.ts'
import { clipProbability, type MetricValue } from '../metrics/value.ts'

/** Metrics that sums over rows tell exactly, so that rows may come late, be corrected, and be added up over any time. */
export type Measured =
  | { readonly kind: 'regression' }
  /** Of classes; of two, the second is the positive one. */
  | { readonly kind: 'classes'; readonly classes: readonly string[] }

export type MeasuredRow = {
  readonly prediction: number | null
  readonly label: string | null
  /** By class; null where the model gives none. */
  readonly probabilities: readonly number[] | null
}

/** Sums of as many rows as anybody has stay within a double. */
const mostMeasure = 1e200

/**
 * What a row adds to the sums: of numbers squared error, absolute error, actual value and its square; of classes log loss and
 * squared error of the second class (0 without probabilities), a hit, the four cells of a table of two classes, and whether it had
 * probabilities. Undefined where the prediction is no number, or so large that sums would overflow.
 */
export const measuresOf = (measured: Measured, row: MeasuredRow, actual: string): number[] | undefined => {
  const measures =
    measured.kind === 'regression' ? ofNumber(row, Number(actual)) : ofClass(measured.classes, row, actual)
  return measures?.every((value) => Math.abs(value) < mostMeasure) === true ? measures : undefined
}

const ofNumber = ({ prediction }: MeasuredRow, actual: number): number[] | undefined => {
  if (prediction === null) return undefined
  const error = actual - prediction
  return [error ** 2, Math.abs(error), actual, actual ** 2]
}

const ofClass = (
  classes: readonly string[],
  { label, probabilities }: MeasuredRow,
  actual: string,
): number[] | undefined => {
  if (label === null) return undefined
  const at = classes.indexOf(actual)
  const positive = classes[1]
  const [isPositive, saysPositive] = [actual === positive, label === positive]
  const cell = (is: boolean, says: boolean) => Number(isPositive === is && saysPositive === says)
  const loss = probabilities === null ? 0 : -Math.log(clipProbability(probabilities[at] as number))
  const squared = probabilities === null ? 0 : ((probabilities[1] as number) - Number(isPositive)) ** 2
  return [
    loss,
    squared,
    Number(label === actual),
    cell(true, true),
    cell(false, true),
    cell(true, false),
    cell(false, false),
    Number(probabilities !== null),
  ]
}

/** Metrics from sums over `rows` rows; `spread` is the sum of squared distances of the actual values from their mean. */
export const scoresOfSums = (
  measured: Measured,
  rows: number,
  sums: readonly number[],
  spread: number,
): Record<string, number | null> => {
  if (rows === 0) return {}
  if (measured.kind === 'regression') {
    const [squared = 0, absolute = 0] = sums
    return {
      RMSE: Math.sqrt(squared / rows),
      MAE: absolute / rows,
      'R squared': rows < 2 ? null : spread > 0 ? 1 - squared / spread : squared === 0 ? 1 : 0,
    }
  }
  const [
    loss = 0,
    squared = 0,
    hits = 0,
    truePositives = 0,
    falsePositives = 0,
    falseNegatives = 0,
    trueNegatives = 0,
    known = 0,
  ] = sums
  const likely = known === rows ? { LogLoss: loss / rows } : {}
  if (measured.classes.length !== 2) return { ...likely, Accuracy: hits / rows }
  const counts = { truePositives, falsePositives, falseNegatives, trueNegatives }
  return {
    ...likely,
    Accuracy: numberOf(binaryAccuracy(counts)),
    'Balanced accuracy': numberOf(binaryBalancedAccuracy(counts)),
    F1: numberOf(f1Score(counts)),
    'Matthews correlation': numberOf(matthewsCorrelation(counts)),
    ...(known === rows ? { 'Brier score': squared / rows } : {}),
  }
}

const numberOf = (value: MetricValue): number | null => (typeof value === 'number' ? value : null)
