import type { Builder, Family } from '../build/family.ts'
import { scoringError } from '../errors.ts'
import type { BoostingModel, BoostingTask } from '../model/boosting.ts'
import { checkTrees, type Trees } from '../model/trees.ts'
import { fieldOf } from '../numpy/convert.ts'
import { type Instance, instanceOf } from '../python/instance.ts'
import { itemsOf } from '../python/values.ts'

const boosted = (instance: Instance, task: BoostingTask): BoostingModel => {
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
  const trees = treesOf(iterations.flat(), columns)
  return {
    kind: 'boosting',
    name: instance.className,
    trees,
    // The first version, 0.21, refuses missing values.
    values: trees.missingLeft === undefined ? 'finite' : 'missing',
    outputs,
    learningRate: 1,
    start: { type: 'constant', values: instance.floats('_baseline_prediction', outputs) },
    task,
  }
}

/** The trees of `TreePredictor` objects, whose structures grew from version to version. */
const treesOf = (predictors: readonly Instance[], columns: number): Trees => {
  const parts = predictors.map((predictor) => {
    const nodes = predictor.array('nodes')
    const field = (name: string): Float64Array => {
      const values = fieldOf(nodes, name)
      if (values === undefined) throw predictor.wrong('nodes', `a structure with the field ${name}`)
      return values
    }
    const categorical = fieldOf(nodes, 'is_categorical')
    if (categorical?.some((flag) => flag !== 0))
      throw scoringError('model.class', { name: predictor.className, why: 'splits by category are not read' })
    return {
      left: field('left'),
      right: field('right'),
      isLeaf: field('is_leaf'),
      feature: field('feature_idx'),
      // The threshold was called num_threshold from 0.24 on.
      threshold: fieldOf(nodes, 'num_threshold') ?? field('threshold'),
      missingLeft: fieldOf(nodes, 'missing_go_to_left'),
      values: field('value'),
    }
  })
  const count = parts.reduce((sum, { left }) => sum + left.length, 0)
  const table: Trees = {
    columns,
    roots: new Int32Array(parts.length),
    feature: new Int32Array(count),
    threshold: new Float64Array(count),
    left: new Int32Array(count),
    right: new Int32Array(count),
    missingLeft: parts.some(({ missingLeft }) => missingLeft !== undefined) ? new Uint8Array(count) : undefined,
    values: new Float64Array(count),
    width: 1,
    float32: false,
  }
  let base = 0
  for (const [index, part] of parts.entries()) {
    table.roots[index] = base
    const size = part.left.length
    for (let node = 0; node < size; node++) {
      const isLeaf = part.isLeaf[node] !== 0
      for (const [children, own] of [
        [table.left, part.left],
        [table.right, part.right],
      ] as const) {
        const child = own[node] as number
        if (!isLeaf && !(child > node && child < size))
          throw scoringError('model.tree', {
            name: 'TreePredictor',
            node,
            reason: `its child ${child} lies outside, or not behind it`,
          })
        children[base + node] = isLeaf ? -1 : base + child
      }
      table.feature[base + node] = isLeaf ? 0 : (part.feature[node] as number)
    }
    table.threshold.set(part.threshold, base)
    if (part.missingLeft !== undefined) table.missingLeft?.set(part.missingLeft, base)
    table.values.set(part.values, base)
    base += size
  }
  checkTrees('TreePredictor', table)
  return table
}

const regressor: Builder = (instance) => {
  const loss = instance.textOr('loss', 'least_squares')
  const isLog = loss === 'poisson' || loss === 'gamma'
  return boosted(instance, { type: 'regression', link: isLog ? 'log' : 'identity' })
}

const classifier: Builder = (instance) => {
  const classes = instance.labels('classes_')
  const isBinary = instance.integer('n_trees_per_iteration_') === 1
  return boosted(instance, {
    type: 'classification',
    classes,
    probabilities: isBinary ? 'logistic' : 'softmax',
    zeroIsSecond: false,
    hasDecisionFunction: true,
  })
}

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
  ],
}
