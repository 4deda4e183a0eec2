import type { Builder, Family } from '../build/family.ts'
import { arrayOf } from '../numpy/array.ts'
import { fieldOf, float64sOf } from '../numpy/convert.ts'
import { checkTrees, type Trees } from '../model/trees.ts'
import type { Instance } from '../python/instance.ts'
import { indicesOf } from './members.ts'
import { treeTable } from './tree-table.ts'
import { featureCount, takenValues, treesOf } from './trees-and-forests.ts'

/** The mean length of a path in a tree of this many rows (`_average_path_length`). */
const averagePathLength = (rows: number): number => {
  if (rows <= 1) return 0
  if (rows === 2) return 1
  return 2 * (Math.log(rows - 1) + 0.5772156649015329) - (2 * (rows - 1)) / rows
}

/** Every node's length of path: to the node, and what its rows would need below. */
const pathLengths = (trees: Trees, objects: readonly Instance[]): Float64Array => {
  const edges = new Int32Array(trees.left.length)
  for (let node = 0; node < edges.length; node++)
    if ((trees.left[node] as number) >= 0)
      for (const child of [trees.left[node] as number, trees.right[node] as number])
        edges[child] = (edges[node] as number) + 1
  const lengths = new Float64Array(edges.length)
  for (const [index, tree] of objects.entries()) {
    const rows = fieldOf(tree.array('nodes'), 'n_node_samples')
    if (rows === undefined) throw tree.wrong('nodes', 'a structure with the field n_node_samples')
    const root = trees.roots[index] as number
    for (let node = 0; node < rows.length; node++)
      lengths[root + node] = (edges[root + node] as number) + averagePathLength(rows[node] as number)
  }
  return lengths
}

/** Trees that each see some features, as trees of all. */
const ofAllFeatures = (trees: Trees, instance: Instance): Trees => {
  const lists = instance.items('estimators_features_')
  if (lists.length !== trees.roots.length)
    throw instance.wrong('estimators_features_', `${trees.roots.length} lists of features`)
  const feature = trees.feature.slice()
  for (const [index, list] of lists.entries()) {
    const seen = indicesOf(list, instance, 'estimators_features_', trees.columns)
    const end = trees.roots[index + 1] ?? feature.length
    for (let node = trees.roots[index] as number; node < end; node++)
      feature[node] = (trees.left[node] as number) < 0 ? 0 : (seen[trees.feature[node] as number] ?? -1)
  }
  const mapped = { ...trees, feature }
  checkTrees(instance.className, mapped)
  return mapped
}

const isolationForest: Builder = (instance) => {
  const objects = treesOf(instance)
  const trees = treeTable(objects, featureCount(instance))
  const behaviour = instance.textOr('behaviour', 'new')
  return {
    kind: 'isolation-forest',
    name: instance.className,
    trees: { ...ofAllFeatures(trees, instance), values: pathLengths(trees, objects), width: 1 },
    // Missing values are taken from 1.6 on, though the trees of 1.3 have a place for them.
    values: instance.isSince(1, 6) ? takenValues(trees) : 'finite',
    divisor: objects.length * averagePathLength(instance.integer('max_samples_')),
    offset: instance.number('offset_'),
    threshold: behaviour === 'old' ? instance.number('_threshold_') : 0,
  }
}

const embedding: Builder = (instance) => {
  const trees = treeTable(treesOf(instance), featureCount(instance))
  const encoder = instance.instance('one_hot_encoder_')
  const categories = encoder.items('categories_')
  if (categories.length !== trees.roots.length)
    throw encoder.wrong('categories_', `${trees.roots.length} lists of leaves`)
  const values = new Float64Array(trees.left.length).fill(-1)
  let columns = 0
  for (const [index, list] of categories.entries()) {
    const array = arrayOf(list, instance.limits)
    const leaves = array === undefined ? undefined : float64sOf(array)
    if (leaves === undefined) throw encoder.wrong('categories_', 'lists of leaves')
    for (const leaf of leaves) values[(trees.roots[index] as number) + leaf] = columns++
  }
  if (trees.left.some((child, node) => child < 0 && (values[node] as number) < 0))
    throw encoder.wrong('categories_', 'every leaf of every tree')
  return {
    kind: 'leaf-encoding',
    name: instance.className,
    trees: { ...trees, values, width: 1 },
    values: takenValues(trees),
    columns,
  }
}

/** Random trees that look at no target. */
export const randomTrees: Family = {
  classes: {
    IsolationForest: { modules: 'sklearn.ensemble.iforest sklearn.ensemble._iforest', build: isolationForest },
    RandomTreesEmbedding: { modules: 'sklearn.ensemble.forest sklearn.ensemble._forest', build: embedding },
  },
  parts: [{ use: 'class', names: { 'sklearn.preprocessing._encoders': 'OneHotEncoder' } }],
}
