import Type, { type Static } from 'typebox'
import { EstimatorType } from '../contract/schema.ts'

const strict = { additionalProperties: false } as const

/** How rows are split. `holdout` is a fraction of all rows; the rest is cut into `folds`; validation is fold 1. */
export const Partitioning = Type.Object(
  {
    method: Type.Enum(['random', 'stratified']),
    folds: Type.Integer({ minimum: 2, maximum: 20, default: 5 }),
    holdout: Type.Number({ minimum: 0, maximum: 0.5, default: 0.2 }),
    seed: Type.Integer({ minimum: 0, maximum: 2 ** 31 - 1, default: 0 }),
  },
  strict,
)
export type Partitioning = Static<typeof Partitioning>

export const metricNames = {
  binary: ['LogLoss', 'AUC', 'PR AUC', 'Accuracy', 'Balanced accuracy', 'F1', 'Brier score', 'Matthews correlation'],
  multiclass: ['LogLoss', 'Accuracy', 'Balanced accuracy', 'F1 macro', 'AUC one-vs-rest'],
  regression: [
    'RMSE',
    'MAE',
    'R squared',
    'MAPE',
    'RMSLE',
    'Median absolute error',
    'Gamma deviance',
    'Poisson deviance',
  ],
  anomaly: ['Synthetic AUC'],
} as const satisfies Record<EstimatorType, readonly string[]>

export const MetricName = Type.String({ minLength: 1 })
export const Scores = Type.Record(Type.String(), Type.Union([Type.Number(), Type.Null()]))
export type Scores = Static<typeof Scores>
