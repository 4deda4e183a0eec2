import type { Scores } from '../stages/scores.ts'
import type { SparkBuilder, SparkFamily } from './class-entry.ts'
import { classifierColumns, thresholdsOrHighest } from './columns.ts'
import type { Saved } from './saved.ts'

const scoresOf = (saved: Saved): { readonly size: number; readonly scores: Scores } => {
  const row = saved.row('data')
  const weights = row.vector('linear')
  const { rows: size, columns: factorSize, values: factors } = row.matrix('factors')
  if (weights.length !== size) throw saved.wrong('factors', `${weights.length} rows, one a feature`)
  return { size, scores: { kind: 'pairs', intercept: row.number('intercept'), weights, factors, factorSize } }
}

const classifier: SparkBuilder = (saved) => ({
  kind: 'stage',
  name: saved.name,
  stage: {
    kind: 'classifier',
    features: saved.text('featuresCol'),
    classes: 2,
    isOneScore: true,
    ...scoresOf(saved),
    link: { kind: 'logistic', steepness: 1 },
    decision: thresholdsOrHighest(saved, 2),
    columns: classifierColumns(saved),
  },
})

const regressor: SparkBuilder = (saved) => ({
  kind: 'stage',
  name: saved.name,
  stage: {
    kind: 'regressor',
    features: saved.text('featuresCol'),
    ...scoresOf(saved),
    prediction: saved.text('predictionCol'),
  },
})

export const factorizationMachines: SparkFamily = {
  'org.apache.spark.ml.classification.FMClassificationModel': classifier,
  'org.apache.spark.ml.regression.FMRegressionModel': regressor,
}
