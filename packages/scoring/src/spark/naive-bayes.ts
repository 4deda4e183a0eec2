import { scoringError } from '../errors.ts'
import type { Classifier } from '../stages/classifier.ts'
import type { Scores } from '../stages/scores.ts'
import type { SparkBuilder, SparkFamily } from './class-entry.ts'
import { classifierColumns, thresholdsOrHighest } from './columns.ts'
import type { SavedRow, Saved } from './saved.ts'
import type { Matrix } from './vectors.ts'

const naiveBayesModel: SparkBuilder = (saved) => {
  const row = saved.row('data')
  const priors = row.vector('pi')
  const theta = row.matrix('theta')
  const { rows: classes, columns: size } = theta
  if (priors.length !== classes) throw saved.wrong('theta', `${priors.length} rows, one a class`)
  return {
    kind: 'stage',
    name: saved.name,
    stage: {
      kind: 'classifier',
      features: saved.text('featuresCol'),
      size,
      classes,
      isOneScore: false,
      ...scoresOf(saved, row, priors, theta),
      link: { kind: 'softmax' },
      decision: thresholdsOrHighest(saved, classes),
      columns: classifierColumns(saved),
    },
  }
}

/** Logarithms of probabilities are linear in counts, and in ones and zeros too: what is absent counts against what is present. */
const scoresOf = (
  saved: Saved,
  row: SavedRow,
  priors: Float64Array,
  { rows: classes, columns: size, values: logs }: Matrix,
): { readonly scores: Scores } & Pick<Classifier, 'takes'> => {
  const modelType = saved.text('modelType')
  if ((modelType === 'multinomial' || modelType === 'bernoulli') && logs.some((log) => !(log <= 0)))
    throw saved.wrong('theta', 'logarithms of probabilities')
  switch (modelType) {
    case 'multinomial':
      return { scores: { kind: 'linear', weights: logs, intercepts: priors } }
    case 'bernoulli': {
      const absent = logs.map((log) => Math.log(1 - Math.exp(log)))
      const intercepts = priors.map((prior, index) =>
        absent.subarray(index * size, (index + 1) * size).reduce((sum, log) => sum + log, prior),
      )
      const weights = logs.map((log, at) => log - (absent[at] as number))
      return { scores: { kind: 'linear', weights, intercepts }, takes: 'zerosAndOnes' }
    }
    // Spark keeps what speaks against the other classes; how many of each there were does not matter.
    case 'complement':
      return { scores: { kind: 'linear', weights: logs, intercepts: new Float64Array(classes), areLogShares: true } }
    case 'gaussian': {
      const sigma = row.matrix('sigma')
      if (sigma.rows !== classes || sigma.columns !== size || sigma.values.some((variance) => !(variance > 0)))
        throw saved.wrong('sigma', `${classes} × ${size} numbers above 0`)
      return { scores: { kind: 'normal', priors, means: logs, variances: sigma.values } }
    }
    default:
      throw scoringError('model.parameter', { name: saved.name, parameter: 'modelType', value: modelType })
  }
}

export const naiveBayes: SparkFamily = {
  'org.apache.spark.ml.classification.NaiveBayesModel': naiveBayesModel,
}
