import type { Model } from '../model/model.ts'
import type { BrokenLine } from '../stages/broken-line.ts'
import type { SparkBuilder, SparkFamily } from './class-entry.ts'
import type { Saved } from './saved.ts'

const brokenLine = (saved: Saved, line: Omit<BrokenLine, 'kind'>): Model => {
  const { bounds, values } = line
  if (bounds.length === 0 || values.length !== bounds.length)
    throw saved.mismatch('predictions', 'a number for each boundary')
  if (bounds.some((bound, index) => index > 0 && !(bound >= (bounds[index - 1] as number))))
    throw saved.wrong('boundaries', 'ascending numbers')
  return { kind: 'stage', name: saved.name, stage: { kind: 'brokenLine', ...line } }
}

const isotonicModel: SparkBuilder = (saved) => {
  const row = saved.row('data')
  return brokenLine(saved, {
    features: saved.text('featuresCol'),
    feature: saved.number('featureIndex'),
    prediction: saved.text('predictionCol'),
    bounds: row.numbers('boundaries'),
    values: row.numbers('predictions'),
  })
}

/** A row for each boundary. */
const oldIsotonicModel: SparkBuilder = (saved) => {
  const rows = saved.rows('data')
  return brokenLine(saved, {
    features: 'features',
    feature: 0,
    prediction: 'prediction',
    bounds: Float64Array.from(rows, (row) => row.number('boundary')),
    values: Float64Array.from(rows, (row) => row.number('prediction')),
  })
}

export const isotonic: SparkFamily = {
  'org.apache.spark.ml.regression.IsotonicRegressionModel': isotonicModel,
  'org.apache.spark.mllib.regression.IsotonicRegressionModel': oldIsotonicModel,
}
