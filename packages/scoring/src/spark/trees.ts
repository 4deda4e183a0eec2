import { scoringError } from '../errors.ts'
import type { LeafNumbers } from '../stages/leaf-numbers.ts'
import type { Scores } from '../stages/scores.ts'
import type { CategorySplit, StageTree } from '../stages/tree.ts'
import type { SparkBuilder, SparkFamily } from './class-entry.ts'
import { columnIfAny } from './columns.ts'
import { classifier, regressor } from './predictors.ts'
import type { Saved, SavedRow } from './saved.ts'

/** What is taken from each node of a tree. */
type NodeValues = { readonly width: number; readonly read: (node: SavedRow) => ArrayLike<number> }

const predictions: NodeValues = { width: 1, read: (node) => [node.number('prediction')] }
/** Variances: Spark takes them from the counts, sums and sums of squares; what stands as `impurity` is -1 in some leaves. */
const impurities: NodeValues = {
  width: 1,
  read: (node) => {
    const [count = 0, sum = 0, squares = 0] = node.numbers('impurityStats')
    return [count === 0 ? 0 : (squares - (sum * sum) / count) / count]
  },
}
const counts = (classes: number): NodeValues => ({ width: classes, read: (node) => node.numbers('impurityStats') })

const treeOf = (saved: Saved, rows: readonly SavedRow[], size: number, { width, read }: NodeValues): StageTree => {
  const invalid = (node: number, reason: string) => scoringError('model.tree', { name: saved.name, node, reason })
  const nodes = rows.toSorted((a, b) => a.integer('id') - b.integer('id'))
  const count = nodes.length
  const [root] = nodes
  if (root === undefined) throw invalid(0, 'there is none')
  if (read(root).length !== width) throw invalid(0, `it has ${read(root).length} values, not ${width}`)
  const features = new Int32Array(count).fill(-1)
  const thresholds = new Float64Array(count)
  const [lefts, rights] = [new Int32Array(count), new Int32Array(count)]
  const categories: CategorySplit[] = []
  const values = new Float64Array(count * width)
  for (const [id, node] of nodes.entries()) {
    if (node.integer('id') !== id) throw invalid(id, 'it is missing, or there twice')
    const own = read(node)
    if (own.length !== width) throw invalid(id, `it has ${own.length} values, not ${width}`)
    values.set(own, id * width)
    const [left, right] = [node.integer('leftChild'), node.integer('rightChild')]
    if (left < 0 && right < 0) continue
    if (!(left >= 0 && left < count && right >= 0 && right < count)) throw invalid(id, 'a child is missing')
    // Spark numbers children after their parents, so that no path comes back.
    if (!(left > id && right > id)) throw saved.cycle(`node ${Math.min(left, right)}`, `node ${id}`)
    const split = node.record('split')
    const feature = split.integer('featureIndex')
    if (!(feature >= 0 && feature < size)) throw invalid(id, `it asks for feature ${feature} of ${size}`)
    features[id] = feature
    lefts[id] = left
    rights[id] = right
    const bounds = split.numbers('leftCategoriesOrThreshold')
    const arity = split.integer('numCategories')
    if (arity >= 0) categories.push(categorySplit(id, bounds, arity, () => invalid(id, `it has ${arity} categories`)))
    else if (bounds.length === 1) thresholds[id] = bounds[0] as number
    else throw invalid(id, `it has ${bounds.length} thresholds`)
  }
  return { features, thresholds, lefts, rights, categories, values, width }
}

/** Spark keeps the smaller side as a set, which says where a category goes that was never seen. */
const categorySplit = (node: number, left: Float64Array, arity: number, refuse: () => Error): CategorySplit => {
  if (arity > maxCategories) throw refuse()
  if (left.length <= Math.floor(arity / 2)) return { node, isIn: true, categories: [...left] }
  const all = Array.from({ length: arity }, (_, category) => category)
  return { node, isIn: false, categories: all.filter((category) => !left.includes(category)) }
}

const maxCategories = 2 ** 16

/** The trees of an ensemble, in order; a tree's nodes may lie in several files. */
const treesOf = (saved: Saved, size: number, values: NodeValues): readonly StageTree[] => {
  const nodes = Map.groupBy(saved.rows('data'), (row) => row.integer('treeID'))
  const count = saved.count('numTrees')
  if (nodes.size !== count || count === 0) throw saved.mismatch('data', `${count} trees, not ${nodes.size}`)
  return Array.from({ length: count }, (_, tree) =>
    treeOf(
      saved,
      (nodes.get(tree) ?? []).map((row) => row.record('nodeData')),
      size,
      values,
    ),
  )
}

const treeWeights = (saved: Saved): Float64Array => {
  const held = saved.rows('treesMetadata')
  // Version 4 lost the names of the columns.
  const [id, weight] = held[0]?.has('_1') === true ? ['_1', '_3'] : ['treeID', 'weights']
  const rows = held.toSorted((a, b) => a.integer(id) - b.integer(id))
  if (rows.length !== saved.count('numTrees')) throw saved.mismatch('treesMetadata', `${saved.count('numTrees')} rows`)
  return Float64Array.from(rows, (row) => row.number(weight))
}

/** The column of leaves, which versions before 3 do not know. */
const leavesOf = (saved: Saved, trees: readonly StageTree[], isVector: boolean): { readonly leaves?: LeafNumbers } => {
  const column = columnIfAny(saved, 'leafCol')
  return column === '' ? {} : { leaves: { column, trees, isVector } }
}

const decisionTreeClassifier: SparkBuilder = (saved) => {
  const [size, classes] = [saved.count('numFeatures'), saved.count('numClasses')]
  const trees = [treeOf(saved, saved.rows('data'), size, counts(classes))]
  return classifier(saved, {
    size,
    classes,
    scores: { kind: 'votes', trees, areShares: false },
    ...leavesOf(saved, trees, false),
    link: { kind: 'shares' },
  })
}

const forestClassifier: SparkBuilder = (saved) => {
  const [size, classes] = [saved.count('numFeatures'), saved.count('numClasses')]
  const trees = treesOf(saved, size, counts(classes))
  return classifier(saved, {
    size,
    classes,
    scores: { kind: 'votes', trees, areShares: true },
    ...leavesOf(saved, trees, true),
    link: { kind: 'shares' },
  })
}

const boostedClassifier: SparkBuilder = (saved) => {
  const size = saved.count('numFeatures')
  const trees = treesOf(saved, size, predictions)
  return classifier(saved, {
    size,
    classes: 2,
    isOneScore: true,
    scores: boosted(saved, trees),
    ...leavesOf(saved, trees, true),
    link: { kind: 'logistic', steepness: 2 },
  })
}

const boosted = (saved: Saved, trees: readonly StageTree[]): Scores => ({
  kind: 'sum',
  trees,
  weights: treeWeights(saved),
  divisor: 1,
})

const sumOf = (trees: readonly StageTree[]): Scores => ({
  kind: 'sum',
  trees,
  weights: new Float64Array(trees.length).fill(1),
  divisor: trees.length,
})

const decisionTreeRegressor: SparkBuilder = (saved) => {
  const size = saved.count('numFeatures')
  const rows = saved.rows('data')
  const column = columnIfAny(saved, 'varianceCol')
  const variance = column === '' ? {} : { variance: { column, scores: sumOf([treeOf(saved, rows, size, impurities)]) } }
  const trees = [treeOf(saved, rows, size, predictions)]
  return regressor(saved, { size, scores: sumOf(trees), ...variance, ...leavesOf(saved, trees, false) })
}

const forestRegressor: SparkBuilder = (saved) => {
  const size = saved.count('numFeatures')
  const trees = treesOf(saved, size, predictions)
  return regressor(saved, { size, scores: sumOf(trees), ...leavesOf(saved, trees, true) })
}

const boostedRegressor: SparkBuilder = (saved) => {
  const size = saved.count('numFeatures')
  const trees = treesOf(saved, size, predictions)
  return regressor(saved, { size, scores: boosted(saved, trees), ...leavesOf(saved, trees, true) })
}

export const trees: SparkFamily = {
  'org.apache.spark.ml.classification.DecisionTreeClassificationModel': decisionTreeClassifier,
  'org.apache.spark.ml.classification.RandomForestClassificationModel': forestClassifier,
  'org.apache.spark.ml.classification.GBTClassificationModel': boostedClassifier,
  'org.apache.spark.ml.regression.DecisionTreeRegressionModel': decisionTreeRegressor,
  'org.apache.spark.ml.regression.RandomForestRegressionModel': forestRegressor,
  'org.apache.spark.ml.regression.GBTRegressionModel': boostedRegressor,
}
