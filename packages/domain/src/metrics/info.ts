import type { metricNames } from '../project/schema.ts'

type Name = (typeof metricNames)[keyof typeof metricNames][number]

export type MetricInfo = {
  readonly better: 'higher' | 'lower'
  /** Bounds of the value; null is without bound. */
  readonly range: readonly [number | null, number | null]
  readonly words: string
}

/** What each metric says, in one sentence. */
export const metricInfo: Readonly<Record<Name, MetricInfo>> = {
  LogLoss: {
    better: 'lower',
    range: [0, null],
    words: 'How surprised one is by the actual class under the predicted probabilities; confident errors cost most.',
  },
  AUC: {
    better: 'higher',
    range: [0, 1],
    words:
      'The chance that a row of the positive class gets a higher score than one of the negative class; 0.5 is guessing.',
  },
  'PR AUC': {
    better: 'higher',
    range: [0, 1],
    words: 'Average precision over all recalls; more telling than AUC when the positive class is rare.',
  },
  Accuracy: { better: 'higher', range: [0, 1], words: 'Share of rows whose class is predicted.' },
  'Balanced accuracy': {
    better: 'higher',
    range: [0, 1],
    words:
      'Mean over the classes of the share of their rows that are predicted; rare classes count as much as frequent ones.',
  },
  F1: {
    better: 'higher',
    range: [0, 1],
    words: 'Harmonic mean of precision and recall of the positive class at the threshold 0.5.',
  },
  'Brier score': {
    better: 'lower',
    range: [0, 1],
    words: 'Mean squared difference between the predicted probability and what happened.',
  },
  'Matthews correlation': {
    better: 'higher',
    range: [-1, 1],
    words: 'Correlation between actual and predicted class at the threshold 0.5; 0 is guessing.',
  },
  'F1 macro': { better: 'higher', range: [0, 1], words: 'Mean over the classes of their F1.' },
  'AUC one-vs-rest': {
    better: 'higher',
    range: [0, 1],
    words: 'Mean over the classes of the AUC of that class against all others.',
  },
  RMSE: {
    better: 'lower',
    range: [0, null],
    words: 'Root of the mean squared error, in the unit of the target; large errors count most.',
  },
  MAE: { better: 'lower', range: [0, null], words: 'Mean absolute error, in the unit of the target.' },
  'R squared': {
    better: 'higher',
    range: [null, 1],
    words: 'Share of the variance of the target that is explained; 0 is as good as the mean.',
  },
  MAPE: {
    better: 'lower',
    range: [0, null],
    words: 'Mean absolute error as a share of the actual value; undefined when an actual value is zero.',
  },
  RMSLE: {
    better: 'lower',
    range: [0, null],
    words:
      'Root mean squared error of the logarithms of one plus the value: relative errors, for targets that are not negative.',
  },
  'Median absolute error': {
    better: 'lower',
    range: [0, null],
    words: 'The error that half of the rows stay below; outliers do not move it.',
  },
  'Gamma deviance': {
    better: 'lower',
    range: [0, null],
    words: 'Error relative to the predicted value, for positive targets whose spread grows with their size.',
  },
  'Poisson deviance': {
    better: 'lower',
    range: [0, null],
    words: 'Error relative to the spread of counts, for targets that are counts or rates.',
  },
  'Tweedie deviance': {
    better: 'lower',
    range: [0, null],
    words: 'Deviance of power 1.5, for amounts that are never negative and often exactly zero, such as claims.',
  },
}

export const higherIsBetter = (metric: string): boolean =>
  Object.hasOwn(metricInfo, metric) && metricInfo[metric as Name].better === 'higher'

/** Sorts scores from best to worst; what has no value comes last. */
export const compareScores =
  (metric: string) =>
  (a: number | null | undefined, b: number | null | undefined): number => {
    if (a === null || a === undefined) return b === null || b === undefined ? 0 : 1
    if (b === null || b === undefined) return -1
    return higherIsBetter(metric) ? b - a : a - b
  }
