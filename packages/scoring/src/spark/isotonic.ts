import type { SparkBuilder, SparkFamily } from './class-entry.ts'

const isotonicModel: SparkBuilder = (saved) => {
  const row = saved.row('data')
  const [bounds, values] = [row.numbers('boundaries'), row.numbers('predictions')]
  if (bounds.length === 0 || values.length !== bounds.length)
    throw saved.wrong('predictions', 'a number for each boundary')
  if (bounds.some((bound, index) => index > 0 && !(bound >= (bounds[index - 1] as number))))
    throw saved.wrong('boundaries', 'ascending numbers')
  return {
    kind: 'stage',
    name: saved.name,
    stage: {
      kind: 'brokenLine',
      features: saved.text('featuresCol'),
      feature: saved.number('featureIndex'),
      prediction: saved.text('predictionCol'),
      bounds,
      values,
    },
  }
}

export const isotonic: SparkFamily = { 'org.apache.spark.ml.regression.IsotonicRegressionModel': isotonicModel }
