import Type, { type Static } from 'typebox'
import { EstimatorType, ParameterValues } from '../contract/schema.ts'

const strict = { additionalProperties: false } as const

export const partitionMethods = ['random', 'stratified', 'group', 'column', 'date', 'function'] as const
export type PartitionMethod = (typeof partitionMethods)[number]

/** How rows are split. `holdout` is a fraction of all rows; the rest is cut into `folds`; validation is fold 1. */
export const Partitioning = Type.Object(
  {
    method: Type.Enum([...partitionMethods], {
      description:
        'random; stratified: classes keep their shares; group: rows of one group stay together; column: the values of a column name the parts; date: the newest rows are the holdout, folds are backtests that train on older rows only; function: a task of the type split says the part of each row',
    }),
    folds: Type.Integer({
      minimum: 1,
      maximum: 20,
      default: 5,
      description: 'At least 2; with date, at least 1; with column and function, as many as there are',
    }),
    holdout: Type.Number({ minimum: 0, maximum: 0.5, default: 0.2 }),
    seed: Type.Integer({ minimum: 0, maximum: 2 ** 31 - 1, default: 0 }),
    column: Type.Optional(
      Type.String({
        minLength: 1,
        description: 'Of group, column and date: the column that holds the groups, the parts or the moments',
      }),
    ),
    holdoutValue: Type.Optional(
      Type.String({ minLength: 1, description: 'Of column: the value whose rows are the holdout' }),
    ),
    trainingValue: Type.Optional(
      Type.String({ minLength: 1, description: 'Of column: the value whose rows are only ever trained on' }),
    ),
    function: Type.Optional(
      Type.String({ minLength: 1, description: 'Of function: the version of the task that splits the rows' }),
    ),
    parameters: Type.Optional({
      ...ParameterValues,
      description: 'Of function: values of its parameters',
    } as typeof ParameterValues),
  },
  strict,
)
export type Partitioning = Static<typeof Partitioning>

/** Fewer rows of the largest class (or of the zeros of a number), and weights that make up for it. */
export const Downsampling = Type.Object(
  {
    kept: Type.Number({
      exclusiveMinimum: 0,
      exclusiveMaximum: 1,
      description: 'Share of the rows of the largest class, or of the zeros, that stay',
    }),
  },
  strict,
)
export type Downsampling = Static<typeof Downsampling>

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
    'Tweedie deviance',
  ],
  /** Where a column says which rows are anomalies. */
  anomaly: ['AUC', 'PR AUC'],
} as const satisfies Record<EstimatorType, readonly string[]>

export const MetricName = Type.String({ minLength: 1 })
export const Scores = Type.Record(Type.String(), Type.Union([Type.Number(), Type.Null()]))
export type Scores = Static<typeof Scores>
