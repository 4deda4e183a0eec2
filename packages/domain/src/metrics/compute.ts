import type { EstimatorType } from '../contract/schema.ts'
import type { metricNames, Scores } from '../project/schema.ts'
import { noClass } from '../project/classes.ts'
import {
  binaryAccuracy,
  binaryBalancedAccuracy,
  binaryCounts,
  binaryLogLoss,
  brierScore,
  f1Score,
  matthewsCorrelation,
} from './binary.ts'
import {
  areaOneVsRest,
  classCounts,
  macroF1,
  multiclassAccuracy,
  multiclassBalancedAccuracy,
  multiclassLogLoss,
  predictedClasses,
} from './multiclass.ts'
import { areaUnderRoc, averagePrecision, rankedCounts } from './ranking.ts'
import {
  gammaDeviance,
  meanAbsoluteError,
  meanAbsolutePercentageError,
  medianAbsoluteError,
  poissonDeviance,
  rootMeanSquaredError,
  rootMeanSquaredLogError,
  rSquared,
  tweedieDeviance,
} from './regression.ts'
import type { MetricValue, Weights } from './value.ts'

export type Predictions = {
  readonly targetType: EstimatorType
  /** Class positions in the order of the classes (binary: 1 is the positive class; anomaly: 1 is an anomaly, -1 not labelled), or numbers. */
  readonly actual: ArrayLike<number>
  /** Columns: the probability of each class in their order, or the predicted number, or the anomaly score. */
  readonly predicted: readonly Float64Array[]
  readonly weights?: Weights
}

export type MetricResults = {
  /** Every metric of the target type; null where it has no value. */
  readonly scores: Scores
  /** Why a metric has no value on these rows. */
  readonly reasons: Readonly<Record<string, string>>
}

type MetricTable<T extends Predictions['targetType']> = Record<(typeof metricNames)[T][number], () => MetricValue>

const binary = ({ actual, predicted, weights }: Predictions): MetricTable<'binary'> => {
  const positive = predicted[1] as Float64Array
  const counts = binaryCounts(actual, positive, weights)
  const ranked = rankedCounts(actual, positive, weights)
  return {
    LogLoss: () => binaryLogLoss(actual, positive, weights),
    AUC: () => areaUnderRoc(ranked),
    'PR AUC': () => averagePrecision(ranked),
    Accuracy: () => binaryAccuracy(counts),
    'Balanced accuracy': () => binaryBalancedAccuracy(counts),
    F1: () => f1Score(counts),
    'Brier score': () => brierScore(actual, positive, weights),
    'Matthews correlation': () => matthewsCorrelation(counts),
  }
}

const multiclass = ({ actual, predicted, weights }: Predictions): MetricTable<'multiclass'> => {
  const counts = classCounts(actual, predictedClasses(predicted), predicted.length, weights)
  return {
    LogLoss: () => multiclassLogLoss(actual, predicted, weights),
    Accuracy: () => multiclassAccuracy(counts),
    'Balanced accuracy': () => multiclassBalancedAccuracy(counts),
    'F1 macro': () => macroF1(counts),
    'AUC one-vs-rest': () => areaOneVsRest(actual, predicted, weights),
  }
}

const regression = ({ actual, predicted, weights }: Predictions): MetricTable<'regression'> => {
  const values = predicted[0] as Float64Array
  return {
    RMSE: () => rootMeanSquaredError(actual, values, weights),
    MAE: () => meanAbsoluteError(actual, values, weights),
    'R squared': () => rSquared(actual, values, weights),
    MAPE: () => meanAbsolutePercentageError(actual, values, weights),
    RMSLE: () => rootMeanSquaredLogError(actual, values, weights),
    'Median absolute error': () => medianAbsoluteError(actual, values, weights),
    'Gamma deviance': () => gammaDeviance(actual, values, weights),
    'Poisson deviance': () => poissonDeviance(actual, values, weights),
    'Tweedie deviance': () => tweedieDeviance(actual, values, weights),
  }
}

/** Of the rows that are labelled: nobody knows of the others whether they are anomalies. */
const anomaly = ({ actual, predicted, weights }: Predictions): MetricTable<'anomaly'> => {
  const known = Int32Array.from((predicted[0] as Float64Array).keys()).filter((row) => actual[row] !== noClass)
  const ranked = rankedCounts(
    Int32Array.from(known, (row) => actual[row] as number),
    Float64Array.from(known, (row) => predicted[0]?.[row] as number),
    weights === undefined ? undefined : Float64Array.from(known, (row) => weights[row] as number),
  )
  return { AUC: () => areaUnderRoc(ranked), 'PR AUC': () => averagePrecision(ranked) }
}

/** All metrics of the target type over these rows. */
export const computeMetrics = (predictions: Predictions): MetricResults => {
  const scores: Record<string, number | null> = {}
  const reasons: Record<string, string> = {}
  const rows = predictions.predicted[0]?.length ?? 0
  for (const [name, compute] of Object.entries(
    { binary, multiclass, regression, anomaly }[predictions.targetType](predictions),
  )) {
    const value = rows === 0 ? { undefined: 'there are no rows' } : compute()
    scores[name] = typeof value === 'number' && Number.isFinite(value) ? value : null
    if (scores[name] === null) reasons[name] = typeof value === 'number' ? 'it is not finite' : value.undefined
  }
  return { scores, reasons }
}
