import { scoringError } from '../errors.ts'
import type { Classifier } from '../stages/classifier.ts'
import type { Scores } from '../stages/scores.ts'
import type { SparkBuilder, SparkFamily } from './class-entry.ts'
import { classifier, softmax } from './predictors.ts'
import type { SavedRow, Saved } from './saved.ts'
import type { Matrix } from './vectors.ts'

const naiveBayesModel: SparkBuilder = (saved) => {
  const row = saved.row('data')
  const [priors, theta] = [row.vector('pi'), row.matrix('theta')]
  const { rows: classes, columns: size } = theta
  if (priors.length !== classes) throw saved.mismatch('theta', `${priors.length} rows, one a class`)
  const scores = scoresOf(saved, row, { modelType: saved.text('modelType'), priors, theta })
  return classifier(saved, { size, classes, ...scores, link: softmax(saved, 'plain') })
}

/** The older model says which labels its classes are, and from its version 2.0 on of which kind it is. */
const oldNaiveBayesModel: SparkBuilder = (saved) => {
  const row = saved.row('data')
  const [labels, priors, lists] = [row.numbers('labels'), row.numbers('pi'), row.numberLists('theta')]
  const [classes, size] = [priors.length, lists[0]?.length ?? 0]
  if (
    classes === 0 ||
    labels.length !== classes ||
    lists.length !== classes ||
    lists.some((own) => own.length !== size)
  )
    throw saved.mismatch('theta', `${classes} lists, one a class`)
  const theta = { rows: classes, columns: size, values: Float64Array.from(lists.flatMap((own) => [...own])) }
  const modelType = row.has('modelType') ? row.text('modelType') : 'multinomial'
  return {
    kind: 'stage',
    name: saved.name,
    stage: {
      kind: 'classifier',
      features: 'features',
      size,
      classes,
      labels,
      isOneScore: false,
      ...scoresOf(saved, row, { modelType, priors, theta }),
      link: { kind: 'none' },
      decision: { kind: 'highest' },
      columns: { raw: '', probability: '', prediction: 'prediction' },
    },
  }
}

type Counted = { readonly modelType: string; readonly priors: Float64Array; readonly theta: Matrix }

/** Logarithms of probabilities are linear in counts, and in ones and zeros too: what is absent counts against what is present. */
const scoresOf = (
  saved: Saved,
  row: SavedRow,
  { modelType, priors, theta: { rows: classes, columns: size, values: logs } }: Counted,
): { readonly scores: Scores } & Pick<Classifier, 'takes'> => {
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
        throw saved.mismatch('sigma', `${classes} × ${size} numbers above 0`)
      return { scores: { kind: 'normal', priors, means: logs, variances: sigma.values } }
    }
    default:
      throw scoringError('model.parameter', { name: saved.name, parameter: 'modelType', value: modelType })
  }
}

export const naiveBayes: SparkFamily = {
  'org.apache.spark.ml.classification.NaiveBayesModel': naiveBayesModel,
  'org.apache.spark.mllib.classification.NaiveBayesModel': oldNaiveBayesModel,
}
