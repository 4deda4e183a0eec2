import { scoringError } from '../errors.ts'
import { numpySum } from '../model/numeric.ts'
import { fieldOf } from '../numpy/convert.ts'
import type { Instance } from '../python/instance.ts'
import { featureCount } from './trees-and-forests.ts'

/** How much each feature counts for a fitted estimator: its trees' gains, else the size of its coefficients. */
export const importancesOf = (estimator: Instance, selector: Instance): Float64Array => {
  if (estimator.has('tree_') || estimator.has('estimators_')) return treeImportances(estimator)
  if (!estimator.has('coef_'))
    throw scoringError('model.parameter', {
      name: selector.className,
      parameter: 'estimator',
      value: `${estimator.className}, whose importances the file does not hold`,
    })
  const { rows, columns, values } = estimator.matrix('coef_')
  if (estimator.shape('coef_').length < 2) return values.map(Math.abs)
  const order = selector.numberOr('norm_order', 1)
  return Float64Array.from({ length: columns }, (_, column) =>
    norm(
      Float64Array.from({ length: rows }, (__, row) => values[row * columns + column] as number),
      order,
    ),
  )
}

const norm = (values: Float64Array, order: number): number => {
  const sizes = values.map(Math.abs)
  if (order === Infinity) return Math.max(...sizes)
  if (order === -Infinity) return Math.min(...sizes)
  if (order === 0) return sizes.filter((size) => size !== 0).length
  if (order === 1) return sizes.reduce((sum, size) => sum + size, 0)
  return sizes.reduce((sum, size) => sum + size ** order, 0) ** (1 / order)
}

/** Of a tree, or of what averages trees. */
const treeImportances = (estimator: Instance): Float64Array => {
  const columns = featureCount(estimator)
  if (estimator.has('tree_')) return normalised(gains(estimator.instance('tree_'), columns))
  const members = estimator.instances('estimators_')
  if (estimator.has('estimator_weights_')) {
    const weights = estimator.floats('estimator_weights_')
    const total = numpySum(weights, 0, weights.length)
    return weightedMean(members.map(treeImportances), weights, total, columns)
  }
  const grown = members.map((member) => member.instance('tree_')).filter((tree) => tree.integer('node_count') > 1)
  // Forests average importances that add up to one; boosting averages the gains themselves.
  const isBoosting = estimator.shape('estimators_').length === 2
  const each = grown.map((tree) => (isBoosting ? gains(tree, columns) : normalised(gains(tree, columns))))
  if (each.length === 0) return new Float64Array(columns)
  const ones = new Float64Array(each.length).fill(1)
  return normalised(weightedMean(each, ones, each.length, columns))
}

const weightedMean = (
  each: readonly Float64Array[],
  weights: Float64Array,
  total: number,
  columns: number,
): Float64Array =>
  Float64Array.from(
    { length: columns },
    (_, column) => each.reduce((sum, own, at) => sum + (weights[at] as number) * (own[column] as number), 0) / total,
  )

const normalised = (values: Float64Array): Float64Array => {
  const sum = numpySum(values, 0, values.length)
  return sum > 0 ? values.map((value) => value / sum) : values
}

/** How much the splits on each feature lowered the impurity (Tree.compute_feature_importances). */
const gains = (tree: Instance, columns: number): Float64Array => {
  const nodes = tree.array('nodes')
  const field = (name: string): Float64Array => {
    const values = fieldOf(nodes, name)
    if (values === undefined) throw tree.wrong('nodes', `a structure with the field ${name}`)
    return values
  }
  const [left, right, feature] = [field('left_child'), field('right_child'), field('feature')]
  const [impurity, weight] = [field('impurity'), field('weighted_n_node_samples')]
  const result = new Float64Array(columns)
  const weighted = (node: number): number => (weight[node] as number) * (impurity[node] as number)
  for (let node = 0; node < left.length; node++) {
    if (left[node] === -1) continue
    const at = feature[node] as number
    result[at] =
      (result[at] as number) + weighted(node) - weighted(left[node] as number) - weighted(right[node] as number)
  }
  return result.map((gain) => gain / (weight[0] as number))
}
