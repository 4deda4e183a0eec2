import type { Dense } from '../data/data.ts'
import type { Labels } from '../data/labels.ts'
import type { Kernels } from '../kernels/kernels.ts'
import type { Compile } from './compile.ts'
import type { Model } from './model.ts'
import { leavesOf } from './leaves.ts'
import { argmax, expMinusLogSum, logistic } from './numeric.ts'
import { classProbabilities, decisionScores, type Into, logarithmOf, vector } from './outputs.ts'
import { type Methods, type Output, run, type Scorer } from './scorer.ts'
import { type NamedPlan, treeSums } from './tree-sums.ts'
import { leafOf, type Trees, treeRows } from './trees.ts'

/** A sum of trees, stage after stage: tree s × outputs + k adds to output k. */
export type BoostingModel = {
  readonly kind: 'boosting'
  readonly name: string
  readonly trees: Trees
  readonly values: 'finite' | 'missing'
  readonly outputs: number
  /** Each leaf's value is multiplied by this before it is added. */
  readonly learningRate: number
  readonly start: BoostingStart
  readonly task: BoostingTask
}

/** Where the sums begin: numbers, or what another model says of the (rounded) row, through a link. */
export type BoostingStart =
  | { readonly type: 'constant'; readonly values: Float64Array }
  | {
      readonly type: 'model'
      readonly model: Model
      readonly link: 'identity' | 'log' | 'logit' | 'half-logit' | 'log-of-all' | 'centred-log'
      /** The library keeps what this model gives column after column, and adds the trees as if it were row after row. */
      readonly isTransposed: boolean
      /** Probabilities are kept this far from 0 and 1 before their logarithm is taken. */
      readonly margin: number
    }

export type BoostingTask =
  | { readonly type: 'regression'; readonly link: 'identity' | 'log' }
  | {
      readonly type: 'classification'
      readonly classes: Labels
      /** How sums become probabilities: of two classes by the logistic function of the sum or of twice the sum. */
      readonly probabilities: 'logistic' | 'logistic-of-twice' | 'softmax'
      /** Of two classes with a sum of exactly zero, the second wins (scikit-learn 1.4 and newer). */
      readonly zeroIsSecond: boolean
      readonly hasDecisionFunction: boolean
      /** The predicted labels are a matrix of one column. */
      readonly isColumn?: boolean
    }

export const compileBoosting = (model: BoostingModel, compile: Compile, kernels: Kernels): Scorer => {
  const sums = isTransposed(model) ? transposedSums(model, compile) : boostedSums(model, compile, kernels)
  const methods = methodsOf(model, sums)
  return {
    name: model.name,
    columns: model.trees.columns,
    methods: { ...(isTransposed(model) ? ofBatch(methods) : methods), ...leaves(model) },
  }
}

const ofBatch = (methods: Methods): Methods =>
  Object.fromEntries(Object.entries(methods).map(([method, output]) => [method, { ...output, isOfBatch: true }]))

/** What its trees add to which sums. */
export const boostingPlan = ({ name, trees, outputs, learningRate, values: taken }: BoostingModel): NamedPlan => ({
  model: name,
  trees,
  taken,
  outputs,
  width: 1,
  outputOf: Int32Array.from(trees.roots, (_, tree) => tree % outputs),
  leafValues: (leaf, _tree, into, at) => {
    into[at] = learningRate * (trees.values[leaf] as number)
  },
  sumsAreSingle: false,
})

/** The sums of start and trees, before they become probabilities. */
export const boostedSums = (model: BoostingModel, compile: Compile, kernels: Kernels): Into => {
  const { name, trees, outputs, values: taken, start } = model
  const addTrees = treeSums(boostingPlan(model), kernels)
  if (start.type === 'constant')
    return (data, out) => {
      for (let row = 0; row < data.rows; row++)
        for (let output = 0; output < outputs; output++) out[row * outputs + output] = start.values[output] as number
      addTrees(data, out)
    }
  const begin = compileStart(start, compile)
  return (data, out) => {
    const rows = treeRows(data, trees, { model: name, values: taken })
    begin(rows, out)
    addTrees(rows, out)
  }
}

const transposedSums = (model: BoostingModel, compile: Compile): Into => {
  const { name, trees, outputs, learningRate, values: taken, start } = model
  const stages = trees.roots.length / outputs
  if (start.type === 'constant') throw new Error(`${name} starts with numbers that have no order.`)
  const begin = compileStart(start, compile)
  return (data, out) => {
    const rows = treeRows(data, trees, { model: name, values: taken })
    const { values, columns } = rows
    begin(rows, out)
    for (let row = 0; row < rows.rows; row++)
      for (let stage = 0, tree = 0; stage < stages; stage++)
        for (let output = 0; output < outputs; output++, tree++) {
          const leaf = leafOf(trees, trees.roots[tree] as number, values, row * columns)
          const to = transposedPlace(row * outputs + output, rows.rows, outputs)
          out[to] = (out[to] as number) + learningRate * (trees.values[leaf] as number)
        }
  }
}

const isTransposed = ({ start, outputs }: BoostingModel): boolean =>
  outputs > 1 && start.type === 'model' && start.isTransposed

/** Where an element lies whose place counts columns first. */
const transposedPlace = (place: number, rows: number, outputs: number): number =>
  (place % rows) * outputs + Math.floor(place / rows)

type ModelStart = Extract<BoostingStart, { type: 'model' }>

const compileStart = (start: ModelStart, compile: Compile): ((rows: Dense, out: Float64Array) => void) => {
  const { methods, name } = compile(start.model)
  const { link, margin } = start
  if (link === 'identity' || link === 'log') {
    const predict = methods.predict
    if (predict === undefined) throw new Error(`${name} was built without predict`)
    return (rows, out) => {
      predict.into(rows, out)
      if (link === 'log') for (let row = 0; row < rows.rows; row++) out[row] = Math.log(out[row] as number)
    }
  }
  const { predictProba } = methods
  if (predictProba === undefined) throw new Error(`${name} was built without predict_proba`)
  const { columns } = predictProba
  return (rows, out) => {
    const all = run(predictProba, rows)
    const clipped = all.map((value) => Math.min(Math.max(value, margin), 1 - margin))
    for (let row = 0; row < rows.rows; row++) {
      if (link === 'log-of-all' || link === 'centred-log') {
        const logs = clipped.slice(row * columns, (row + 1) * columns).map(Math.log)
        const centre = link === 'centred-log' ? logs.reduce((sum, log) => sum + log, 0) / columns : 0
        for (let i = 0; i < columns; i++) out[row * columns + i] = (logs[i] as number) - centre
        continue
      }
      const second = clipped[row * columns + 1] as number
      out[row] = (link === 'half-logit' ? 0.5 : 1) * Math.log(second / (1 - second))
    }
  }
}

const methodsOf = ({ outputs, task }: BoostingModel, sums: Into): Methods => {
  if (task.type === 'regression') {
    if (task.link === 'identity') return { predict: vector(sums) }
    return {
      predict: vector((data, out) => {
        sums(data, out)
        for (let row = 0; row < data.rows; row++) out[row] = Math.exp(out[row] as number)
      }),
    }
  }
  const { classes, probabilities, zeroIsSecond, isColumn = false } = task
  const count = classes.values.length
  const predictProba = classProbabilities(classes, (data, out) => {
    sums(data, out)
    if (outputs > 1) {
      for (let row = 0; row < data.rows; row++) expMinusLogSum(out, row * count, count)
      return
    }
    for (let row = data.rows - 1; row >= 0; row--) {
      const second = logistic((probabilities === 'logistic-of-twice' ? 2 : 1) * (out[row] as number))
      out[row * 2] = 1 - second
      out[row * 2 + 1] = second
    }
  })
  const predict: Output = {
    ...vector(
      (data, out) => {
        if (zeroIsSecond && outputs === 1) {
          sums(data, out)
          for (let row = 0; row < data.rows; row++) out[row] = (out[row] as number) >= 0 ? 1 : 0
          return
        }
        const scores = run(predictProba, data)
        for (let row = 0; row < data.rows; row++) out[row] = argmax(scores, row * count, count)
      },
      { labels: [classes], isMostLikely: !(zeroIsSecond && outputs === 1) },
    ),
    isVector: !isColumn,
  }
  return {
    predict,
    predictProba,
    predictLogProba: logarithmOf(predictProba),
    ...(task.hasDecisionFunction ? { decisionFunction: decisionScores(classes, outputs, sums) } : {}),
  }
}

/** HistGradientBoosting, which compares float64, has no `apply`. */
const leaves = ({ name, trees, values }: BoostingModel): Methods =>
  trees.float32 ? { apply: leavesOf(trees, { model: name, values }) } : {}
