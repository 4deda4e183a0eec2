import { joinTrees, type TreePart } from '../boosters/tree-parts.ts'
import type { ArgumentJudge } from '../audit/arguments.ts'
import type { BuildContext, Builder, Family } from '../build/family.ts'
import type { BoostingModel, BoostingTask } from '../model/boosting.ts'
import type { Model } from '../model/model.ts'
import { arrayOf } from '../numpy/array.ts'
import { fieldOf, float64sOf } from '../numpy/convert.ts'
import type { Value } from '../pickle/graph.ts'
import { type Instance, instanceOf } from '../python/instance.ts'
import { canonicalName, globalOf } from '../python/names.ts'
import { itemsOf } from '../python/values.ts'
import { checkedIndices } from './members.ts'

/** Trees, behind what encodes categories in 1.4 and newer. */
const boosted = (instance: Instance, task: BoostingTask, context: BuildContext): Model => {
  const model = boostedTrees(instance, task, context)
  const preprocessor = instance.get('_preprocessor')
  if (preprocessor === undefined) return model
  const encoder = context.buildValue(preprocessor, instance, '_preprocessor')
  return { kind: 'pipeline', name: instance.className, steps: [encoder, model] }
}

const boostedTrees = (instance: Instance, task: BoostingTask, { withCover }: BuildContext): BoostingModel => {
  const iterations = instance.items('_predictors').map((iteration) =>
    (itemsOf(iteration) ?? []).map((value) => {
      const predictor = instanceOf(value, instance.limits)
      if (predictor === undefined) throw instance.wrong('_predictors', 'lists of trees')
      return predictor
    }),
  )
  const outputs = instance.integer('n_trees_per_iteration_', { min: 1 })
  if (iterations.some((iteration) => iteration.length !== outputs))
    throw instance.wrong('_predictors', `${outputs} trees in each iteration`)
  const columns = instance.integer(instance.has('n_features_in_') ? 'n_features_in_' : 'n_features_')
  const parts = iterations.flat().map(readTree)
  const asksForCategories = parts.some(({ sets }) => sets.size > 0)
  const trees = joinTrees(parts, {
    name: 'TreePredictor',
    columns,
    float32: false,
    withCover,
    ...(asksForCategories ? { known: knownCategories(instance) } : {}),
  })
  return {
    kind: 'boosting',
    name: instance.className,
    trees,
    // The first version, 0.21, refuses missing values.
    values: parts.some(({ hasMissing }) => hasMissing) ? 'missing' : 'finite',
    outputs,
    learningRate: 1,
    start: { type: 'constant', values: instance.floats('_baseline_prediction', outputs) },
    task,
  }
}

/** A `TreePredictor`, whose structure grew from version to version. */
const readTree = (predictor: Instance): TreePart & { readonly hasMissing: boolean } => {
  const nodes = predictor.array('nodes')
  const field = (name: string): Float64Array => {
    const values = fieldOf(nodes, name)
    if (values === undefined) throw predictor.wrong('nodes', `a structure with the field ${name}`)
    return values
  }
  const isLeaf = field('is_leaf')
  const child = (name: string): Float64Array => field(name).map((index, node) => (isLeaf[node] === 0 ? index : -1))
  const missingLeft = fieldOf(nodes, 'missing_go_to_left')
  return {
    feature: field('feature_idx'),
    // The threshold was called num_threshold from 0.24 on.
    threshold: fieldOf(nodes, 'num_threshold') ?? field('threshold'),
    left: child('left'),
    right: child('right'),
    missingLeft: missingLeft ?? new Float64Array(isLeaf.length),
    hasMissing: missingLeft !== undefined,
    values: field('value'),
    sets: categoriesOf(predictor, isLeaf),
    zeroIsMissing: undefined,
    cover: () => field('count'),
  }
}

const wordsOfSet = 8

/** Since 0.24: the sets of the nodes that ask for a category. */
const categoriesOf = (predictor: Instance, isLeaf: Float64Array): ReadonlyMap<number, Uint32Array> => {
  const nodes = predictor.array('nodes')
  const [asks, indices] = [fieldOf(nodes, 'is_categorical'), fieldOf(nodes, 'bitset_idx')]
  const sets = new Map<number, Uint32Array>()
  if (asks === undefined || indices === undefined || asks.every((one) => one === 0)) return sets
  const words = Uint32Array.from(predictor.floats('raw_left_cat_bitsets'))
  for (const [node, one] of asks.entries()) {
    if (one === 0 || isLeaf[node] !== 0) continue
    const start = (indices[node] as number) * wordsOfSet
    if (start + wordsOfSet > words.length) throw predictor.wrong('raw_left_cat_bitsets', 'a set for each node')
    sets.set(node, words.subarray(start, start + wordsOfSet))
  }
  return sets
}

/** For each feature of categories, those that the training rows had. */
const knownCategories = (instance: Instance): ReadonlyMap<number, Uint32Array> => {
  const mapper = instance.instance('_bin_mapper')
  const flags = mapper.floats('is_categorical_')
  const thresholds = mapper.items('bin_thresholds_')
  const known = new Map<number, Uint32Array>()
  for (const [feature, flag] of flags.entries()) {
    if (flag === 0) continue
    const array = arrayOf(thresholds[feature], instance.limits)
    const categories = array === undefined ? undefined : float64sOf(array)
    if (categories === undefined) throw mapper.wrong('bin_thresholds_', 'numbers for each feature')
    const words = new Uint32Array(wordsOfSet)
    for (const category of checkedIndices(categories, mapper, 'bin_thresholds_', 32 * wordsOfSet))
      words[category >> 5] = (words[category >> 5] as number) | (1 << (category & 31))
    known.set(feature, words)
  }
  return known
}

const regressor: Builder = (instance, context) => {
  const loss = instance.textOr('loss', 'least_squares')
  const isLog = loss === 'poisson' || loss === 'gamma'
  return boosted(instance, { type: 'regression', link: isLog ? 'log' : 'identity' }, context)
}

const classifier: Builder = (instance, context) => {
  const classes = instance.labels('classes_')
  const isBinary = instance.integer('n_trees_per_iteration_') === 1
  return boosted(
    instance,
    {
      type: 'classification',
      classes,
      probabilities: isBinary ? 'logistic' : 'softmax',
      zeroIsSecond: false,
      hasDecisionFunction: true,
    },
    context,
  )
}

const checksArrays = (value: Value | undefined): boolean => {
  const name = globalOf(value ?? null)
  return name !== undefined && canonicalName(name) === 'sklearn.utils.validation check_array'
}

/** The preprocessor of 1.4 and newer holds `partial(check_array, …)`; its state names the function again. */
const judgePartial: ArgumentJudge = ({ args, states }) =>
  checksArrays(args[0]) && states.every((state) => checksArrays(itemsOf(state)?.[0]))
    ? undefined
    : 'it would call another function than check_array'

const modules = 'sklearn.ensemble._hist_gradient_boosting.gradient_boosting'

/** Boosted trees on float64 rows. */
export const histogramBoosting: Family = {
  classes: {
    HistGradientBoostingRegressor: { modules, build: regressor },
    HistGradientBoostingClassifier: { modules, build: classifier },
  },
  parts: [
    {
      use: 'class',
      names: {
        'sklearn.ensemble._hist_gradient_boosting.binning': '_BinMapper',
        'sklearn.ensemble._hist_gradient_boosting.loss': `LeastSquares LeastAbsoluteDeviation BinaryCrossEntropy
          CategoricalCrossEntropy Poisson`,
        'sklearn.ensemble._hist_gradient_boosting.predictor': 'TreePredictor',
      },
    },
    { use: 'function', judge: judgePartial, names: { functools: 'partial' } },
    { use: 'reference', names: { 'sklearn.utils.validation': 'check_array' } },
  ],
}
