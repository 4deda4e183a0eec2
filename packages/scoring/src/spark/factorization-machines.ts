import type { Scores } from '../stages/scores.ts'
import type { SparkBuilder, SparkFamily } from './class-entry.ts'
import { classifier, regressor } from './predictors.ts'
import type { Saved } from './saved.ts'

const scoresOf = (saved: Saved): { readonly size: number; readonly scores: Scores } => {
  const row = saved.row('data')
  const weights = row.vector('linear')
  const { rows: size, columns: factorSize, values: factors } = row.matrix('factors')
  if (weights.length !== size) throw saved.mismatch('factors', `${weights.length} rows, one a feature`)
  return { size, scores: { kind: 'pairs', intercept: row.number('intercept'), weights, factors, factorSize } }
}

const ofClasses: SparkBuilder = (saved) =>
  classifier(saved, { classes: 2, isOneScore: true, ...scoresOf(saved), link: { kind: 'logistic', steepness: 1 } })

const ofNumbers: SparkBuilder = (saved) => regressor(saved, scoresOf(saved))

export const factorizationMachines: SparkFamily = {
  'org.apache.spark.ml.classification.FMClassificationModel': ofClasses,
  'org.apache.spark.ml.regression.FMRegressionModel': ofNumbers,
}
