import type { SparkBuilder, SparkFamily } from './class-entry.ts'
import { columnIfAny } from './columns.ts'
import { regressor } from './predictors.ts'

/** Times until an event that follow Weibull's distribution: what the features do is to make time run faster or slower. */
const acceleratedFailureTime: SparkBuilder = (saved) => {
  const row = saved.row('data')
  const weights = row.vector('coefficients')
  const scale = row.number('scale')
  const quantiles = columnIfAny(saved, 'quantilesCol')
  return regressor(saved, {
    size: weights.length,
    scores: { kind: 'linear', weights, intercepts: Float64Array.of(row.number('intercept')) },
    link: { kind: 'exp' },
    ...(quantiles === ''
      ? {}
      : {
          multiples: {
            column: quantiles,
            factors: saved.numbers('quantileProbabilities').map((share) => (-Math.log1p(-share)) ** scale),
          },
        }),
  })
}

export const survival: SparkFamily = {
  'org.apache.spark.ml.regression.AFTSurvivalRegressionModel': acceleratedFailureTime,
}
