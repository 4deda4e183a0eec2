import type { SparkBuilder, SparkFamily } from './class-entry.ts'
import { classifier } from './predictors.ts'

/** Every layer's weights stand column after column, its intercepts behind them. */
const multilayerPerceptron: SparkBuilder = (saved) => {
  const row = saved.row('data')
  // Versions before 3 keep the widths beside the weights.
  const widths = saved.has('layers') ? saved.numbers('layers') : row.numbers('layers')
  const [size, classes] = [widths[0], widths.at(-1)]
  if (
    widths.length < 2 ||
    size === undefined ||
    classes === undefined ||
    widths.some((width) => !(Number.isInteger(width) && width > 0))
  )
    throw saved.wrong('layers', 'two or more widths')
  const weights = row.vector('weights')
  const needed = widths.slice(1).reduce((sum, width, layer) => sum + width * ((widths[layer] as number) + 1), 0)
  if (weights.length !== needed) throw saved.mismatch('weights', `${needed} numbers`)
  return classifier(saved, {
    size,
    classes,
    scores: { kind: 'layers', widths: [...widths], weights },
    link: { kind: 'softmax', rule: 'plain' },
  })
}

export const networks: SparkFamily = {
  'org.apache.spark.ml.classification.MultilayerPerceptronClassificationModel': multilayerPerceptron,
}
