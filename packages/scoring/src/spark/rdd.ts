import { scoringError } from '../errors.ts'
import type { Model } from '../model/model.ts'
import type { Decision } from '../stages/classifier.ts'
import type { Scores } from '../stages/scores.ts'
import type { CategorySplit, StageTree } from '../stages/tree.ts'
import type { SparkBuilder, SparkFamily } from './class-entry.ts'
import { nearestCenter } from './clusters.ts'
import type { Saved, SavedRow } from './saved.ts'
import { isRecord, numbersIn } from './vectors.ts'

/** The older models know no columns: they take vectors and give numbers, which are called as in the newer ones. */
const [features, prediction] = ['features', 'prediction']

const regressor = (saved: Saved, size: number, scores: Scores, takesMore = false): Model => ({
  kind: 'stage',
  name: saved.name,
  stage: { kind: 'regressor', features, size, takesMore, scores, prediction },
})

const classifier = (
  saved: Saved,
  made: { size: number; takesMore?: boolean; classes: number; isOneScore: boolean; scores: Scores; decision: Decision },
): Model => ({
  kind: 'stage',
  name: saved.name,
  stage: {
    kind: 'classifier',
    features,
    link: { kind: 'none' },
    columns: { raw: '', probability: '', prediction },
    ...made,
  },
})

const weightsOf = (saved: Saved, size: number, lines = 1): Float64Array => {
  const weights = saved.row('data').vector('weights')
  if (weights.length !== size * lines) throw saved.mismatch('weights', `${size * lines} numbers`)
  return weights
}

const regression: SparkBuilder = (saved) => {
  const size = saved.count('numFeatures')
  const intercepts = Float64Array.of(saved.row('data').number('intercept'))
  return regressor(saved, size, { kind: 'linear', weights: weightsOf(saved, size), intercepts })
}

const twoClasses = (saved: Saved, scoreOf: (threshold: number) => number): Model => {
  const size = saved.count('numFeatures')
  const row = saved.row('data')
  if (!row.has('threshold'))
    throw scoringError('model.parameter', { name: saved.name, parameter: 'threshold', value: 'none' })
  return classifier(saved, {
    size,
    classes: 2,
    isOneScore: true,
    scores: { kind: 'linear', weights: weightsOf(saved, size), intercepts: Float64Array.of(row.number('intercept')) },
    decision: { kind: 'above', score: scoreOf(row.number('threshold')) },
  })
}

const supportVectors: SparkBuilder = (saved) => twoClasses(saved, (threshold) => threshold)

/** The first class has the score zero; each other one has weights, and an intercept where there is room for one. */
const logistic: SparkBuilder = (saved) => {
  const classes = saved.count('numClasses')
  if (classes === 2) return twoClasses(saved, (threshold) => Math.log(threshold / (1 - threshold)))
  const size = saved.count('numFeatures')
  const lines = classes - 1
  const held = saved.row('data').vector('weights')
  const width = held.length / lines
  if (width !== size && width !== size + 1)
    throw saved.mismatch('weights', `${lines} × ${size} numbers, or ${size + 1}`)
  const weights = new Float64Array(classes * size)
  const intercepts = new Float64Array(classes)
  for (let line = 0; line < lines; line++) {
    weights.set(held.subarray(line * width, line * width + size), (line + 1) * size)
    if (width > size) intercepts[line + 1] = held[line * width + size] as number
  }
  return classifier(saved, {
    size,
    classes,
    isOneScore: false,
    scores: { kind: 'linear', weights, intercepts },
    decision: { kind: 'highest' },
  })
}

const kMeans: SparkBuilder = (saved) => {
  const centers = saved.rows('data').toSorted((a, b) => a.integer('id') - b.integer('id'))
  if (centers.length !== saved.count('k')) throw saved.mismatch('data', `${saved.count('k')} centers`)
  const measure = saved.metadata['distanceMeasure'] ?? 'euclidean'
  return nearestCenter(
    saved,
    centers.map((row) => row.vector('point')),
    { features, prediction, measure },
  )
}

/** The trees by their number; nodes are numbered from one, with gaps. */
const treesOf = (saved: Saved): { readonly trees: readonly StageTree[]; readonly size: number } => {
  const nodes = Map.groupBy(saved.rows('data'), (row) => row.integer('treeId'))
  const trees = Array.from({ length: nodes.size }, (_, tree) => treeOf(saved, nodes.get(tree) ?? []))
  const size = trees.reduce((most, { features: asked }) => asked.reduce((a, b) => Math.max(a, b + 1), most), 0)
  return { trees, size }
}

const treeOf = (saved: Saved, rows: readonly SavedRow[]): StageTree => {
  const invalid = (node: number, reason: string) => scoringError('model.tree', { name: saved.name, node, reason })
  const nodes = rows.toSorted((a, b) => a.integer('nodeId') - b.integer('nodeId'))
  const count = nodes.length
  const places = new Map(nodes.map((node, place) => [node.integer('nodeId'), place]))
  if (nodes[0]?.integer('nodeId') !== 1 || places.size !== count)
    throw invalid(1, 'it is missing, or a node is there twice')
  const asked = new Int32Array(count).fill(-1)
  const thresholds = new Float64Array(count)
  const [lefts, rights] = [new Int32Array(count), new Int32Array(count)]
  const categories: CategorySplit[] = []
  for (const [place, node] of nodes.entries()) {
    if (node.boolean('isLeaf')) continue
    const id = node.integer('nodeId')
    const [left, right] = [places.get(node.integer('leftNodeId')), places.get(node.integer('rightNodeId'))]
    if (left === undefined || right === undefined) throw invalid(id, 'a child is missing')
    // Children have higher numbers, so that no path comes back.
    if (left <= place || right <= place) throw saved.cycle('a child', `node ${id}`)
    const split = node.record('split')
    const feature = split.integer('feature')
    if (!(feature >= 0 && feature < maxFeatures)) throw invalid(id, `it asks for feature ${feature}`)
    asked[place] = feature
    lefts[place] = left
    rights[place] = right
    if (split.integer('featureType') === 1)
      categories.push({ node: place, isIn: true, categories: [...split.numbers('categories')] })
    else thresholds[place] = split.number('threshold')
  }
  const values = Float64Array.from(nodes, (node) => node.record('predict').number('predict'))
  return { features: asked, thresholds, lefts, rights, categories, values, width: 1 }
}

const maxFeatures = 2 ** 24

const decisionTree: SparkBuilder = (saved) => {
  const { trees, size } = treesOf(saved)
  if (trees.length !== 1) throw saved.mismatch('data', 'one tree')
  return regressor(saved, size, { kind: 'sum', trees, weights: Float64Array.of(1), divisor: 1 }, true)
}

const ensemble: SparkBuilder = (saved) => {
  const about = saved.metadata['metadata']
  if (!isRecord(about)) throw saved.wrong('metadata', 'a description of the trees')
  const { trees, size } = treesOf(saved)
  const weights = numbersIn(about['treeWeights'])
  if (weights?.length !== trees.length) throw saved.mismatch('treeWeights', `${trees.length} numbers`)
  const strategy = about['combiningStrategy']
  if (strategy === 'Vote') return voted(saved, { trees, size, weights })
  if (strategy !== 'Sum' && strategy !== 'Average')
    throw scoringError('model.parameter', { name: saved.name, parameter: 'combiningStrategy', value: String(strategy) })
  const divisor = strategy === 'Sum' ? 1 : weights.reduce((sum, weight) => sum + weight, 0)
  const scores: Scores = { kind: 'sum', trees, weights, divisor }
  return about['algo'] === 'Classification'
    ? classifier(saved, {
        size,
        takesMore: true,
        classes: 2,
        isOneScore: true,
        scores,
        decision: { kind: 'above', score: 0 },
      })
    : regressor(saved, size, scores, true)
}

const maxClasses = 2 ** 16

/** Each tree votes for a class; of classes with equal votes the one counts that Scala's table of votes has first. */
const voted = (
  saved: Saved,
  { trees, size, weights }: { trees: readonly StageTree[]; size: number; weights: Float64Array },
): Model => {
  const classes = trees.reduce((most, { values }) => values.reduce((a, b) => Math.max(a, Math.trunc(b) + 1), most), 1)
  if (!(classes <= maxClasses) || trees.some(({ values }) => values.some((value) => !(value >= 0))))
    throw saved.wrong('predict', `classes from 0 to ${maxClasses - 1}`)
  const order = Int32Array.from({ length: classes }, (_, index) => index)
  if (!saved.isOfSpark4) order.sort((a, b) => placeInTable(b, classes) - placeInTable(a, classes))
  return classifier(saved, {
    size,
    takesMore: true,
    classes,
    isOneScore: false,
    scores: {
      kind: 'ballots',
      trees: trees.map((tree) => ({ ...tree, values: tree.values.map(Math.trunc) })),
      weights,
    },
    decision: { kind: 'highest', order },
  })
}

/** Where Scala before 2.13 keeps a number in a hash table for so many of them, which it goes through from the end. */
const placeInTable = (number: number, count: number): number => {
  let bits = 4
  while (count > 0.75 * 2 ** bits) bits++
  const scattered = Math.imul(byteReversed(Math.imul(number, 0x9e3775cd)), 0x9e3775cd)
  return ((scattered >>> bits) | (scattered << (32 - bits))) >>> (32 - bits)
}

const byteReversed = (bits: number): number =>
  ((bits & 0xff) << 24) | ((bits & 0xff00) << 8) | ((bits >>> 8) & 0xff00) | (bits >>> 24)

export const rdd: SparkFamily = {
  'org.apache.spark.mllib.regression.LinearRegressionModel': regression,
  'org.apache.spark.mllib.regression.RidgeRegressionModel': regression,
  'org.apache.spark.mllib.regression.LassoModel': regression,
  'org.apache.spark.mllib.classification.SVMModel': supportVectors,
  'org.apache.spark.mllib.classification.LogisticRegressionModel': logistic,
  'org.apache.spark.mllib.clustering.KMeansModel': kMeans,
  'org.apache.spark.mllib.tree.DecisionTreeModel': decisionTree,
  'org.apache.spark.mllib.tree.model.RandomForestModel': ensemble,
  'org.apache.spark.mllib.tree.model.GradientBoostedTreesModel': ensemble,
}
