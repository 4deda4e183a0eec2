import { scoringError } from '../errors.ts'
import type { SparkBuilder, SparkFamily } from './class-entry.ts'
import { classifierColumns, thresholdsOrHighest } from './columns.ts'

/** Logarithms of probabilities are linear in counts, and in ones and zeros too: what is absent counts against what is present. */
const naiveBayesModel: SparkBuilder = (saved) => {
  const row = saved.row('data')
  const priors = row.vector('pi')
  const { rows: classes, columns: size, values: logs } = row.matrix('theta')
  if (priors.length !== classes) throw saved.wrong('theta', `${priors.length} rows, one a class`)
  const modelType = saved.text('modelType')
  if (modelType !== 'multinomial' && modelType !== 'bernoulli')
    throw scoringError('model.parameter', { name: saved.name, parameter: 'modelType', value: modelType })
  const isBernoulli = modelType === 'bernoulli'
  const absent = logs.map((log) => Math.log(1 - Math.exp(log)))
  return {
    kind: 'stage',
    name: saved.name,
    stage: {
      kind: 'classifier',
      features: saved.text('featuresCol'),
      size,
      classes,
      isOneScore: false,
      scores: {
        kind: 'linear',
        weights: isBernoulli ? logs.map((log, at) => log - (absent[at] as number)) : logs,
        intercepts: isBernoulli
          ? priors.map((prior, index) =>
              absent.subarray(index * size, (index + 1) * size).reduce((sum, log) => sum + log, prior),
            )
          : priors,
      },
      link: { kind: 'softmax' },
      decision: thresholdsOrHighest(saved, classes),
      columns: classifierColumns(saved),
      takes: isBernoulli ? 'zerosAndOnes' : 'any',
    },
  }
}

export const naiveBayes: SparkFamily = {
  'org.apache.spark.ml.classification.NaiveBayesModel': naiveBayesModel,
}
