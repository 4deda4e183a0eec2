import type { SparkBuilder, SparkFamily } from './class-entry.ts'

/** Times until an event that follow Weibull's distribution: what the features do is to make time run faster or slower. */
const acceleratedFailureTime: SparkBuilder = (saved) => {
  const row = saved.row('data')
  const weights = row.vector('coefficients')
  const scale = row.number('scale')
  const quantiles = saved.has('quantilesCol') ? saved.text('quantilesCol') : ''
  return {
    kind: 'stage',
    name: saved.name,
    stage: {
      kind: 'regressor',
      features: saved.text('featuresCol'),
      size: weights.length,
      scores: { kind: 'linear', weights, intercepts: Float64Array.of(row.number('intercept')) },
      link: { kind: 'exp' },
      prediction: saved.text('predictionCol'),
      ...(quantiles === ''
        ? {}
        : {
            multiples: {
              column: quantiles,
              factors: saved.numbers('quantileProbabilities').map((share) => (-Math.log1p(-share)) ** scale),
            },
          }),
    },
  }
}

export const survival: SparkFamily = {
  'org.apache.spark.ml.regression.AFTSurvivalRegressionModel': acceleratedFailureTime,
}
