import type { Labels } from '../data/labels.ts'
import type { Kernels } from '../kernels/kernels.ts'
import type { Compile } from './compile.ts'
import { leavesOf as leafIndices } from './leaves.ts'
import { argmax, divideBy, logistic } from './numeric.ts'
import { classProbabilities, decisionScores, type Into, matrix, vector } from './outputs.ts'
import type { Methods, Output, Scorer } from './scorer.ts'
import { type NamedPlan, treeSums } from './tree-sums.ts'
import type { Trees } from './trees.ts'

/** Boosted trees of LightGBM or XGBoost, which add and transform in their own precision. */
export type BoosterModel = {
  readonly kind: 'booster'
  readonly name: string
  readonly trees: Trees
  readonly values: 'missing' | 'any'
  readonly outputs: number
  /** The output to which each tree adds. */
  readonly outputOf: Int32Array
  /** By what each tree's leaves are multiplied (XGBoost's dart); undefined: nothing. */
  readonly weights: Float64Array | undefined
  /** One a output. */
  readonly start: Float64Array
  /** By what sums are divided before they are transformed: iterations of LightGBM's random forest, else 1. */
  readonly divisor: number
  /** Every result is rounded to float32 (XGBoost). */
  readonly float32: boolean
  readonly transform: BoosterTransform
  /** Of a classifier; undefined: `predict` gives the transformed sums. */
  readonly classes: Labels | undefined
  readonly hasDecisionFunction: boolean
  readonly hasApply: boolean
}
export type BoosterTransform =
  | { readonly type: 'identity' | 'exp' | 'softmax' | 'square' | 'log1p-exp' | 'above-zero' }
  | { readonly type: 'logistic'; readonly scale: number }

export const compileBooster = (model: BoosterModel, _: Compile, kernels: Kernels): Scorer => ({
  name: model.name,
  columns: model.trees.columns,
  methods: { ...methodsOf(model, kernels), ...(model.hasApply ? { apply: leavesOf(model) } : {}) },
})

/** XGBoost gives its indices of leaves as float32. */
const leavesOf = ({ name, trees, values }: BoosterModel): Output => {
  const { isInteger: _, ...leaves } = leafIndices(trees, { model: name, values })
  return leaves
}

type Round = (value: number) => number

const exact: Round = (value) => value

/** What its trees add to which sums. */
export const boosterPlan = (model: BoosterModel): NamedPlan => {
  const { name, trees, outputs, outputOf, weights, start, float32 } = model
  const round = roundOf(model)
  return {
    model: name,
    trees,
    taken: model.values,
    outputs,
    width: 1,
    outputOf,
    leafValues: (leaf, tree, into, at) => {
      const value = trees.values[leaf] as number
      const weight = weights?.[tree]
      into[at] =
        weight === undefined ? value : weighted(value, start[outputOf[tree] as number] as number, weight, round)
    },
    sumsAreSingle: float32,
  }
}

const roundOf = ({ float32 }: BoosterModel): Round => (float32 ? Math.fround : exact)

/** The sums of all trees, before they are divided and transformed. */
export const boosterSums = (model: BoosterModel, kernels: Kernels): Into => {
  const { outputs, start } = model
  const addTrees = treeSums(boosterPlan(model), kernels)
  return (data, out) => {
    for (let row = 0; row < data.rows; row++)
      for (let output = 0; output < outputs; output++) out[row * outputs + output] = start[output] as number
    addTrees(data, out)
  }
}

/** XGBoost predicts with the one tree, takes the start away again, and weighs what is left. */
const weighted = (leaf: number, start: number, weight: number, round: Round): number =>
  round(round(round(start + leaf) - start) * weight)

const transformed = (sums: Into, { outputs, transform, divisor }: BoosterModel, round: Round): Into => {
  if (transform.type === 'identity' && divisor === 1) return sums
  const change = transform.type === 'softmax' ? undefined : single(transform, round)
  return (data, out) => {
    sums(data, out)
    if (divisor !== 1) divideBy(out, 0, data.rows * outputs, divisor)
    if (change === undefined) for (let row = 0; row < data.rows; row++) softmax(out, row * outputs, outputs, round)
    else for (let i = 0; i < data.rows * outputs; i++) out[i] = change(out[i] as number)
  }
}

const single = (transform: Exclude<BoosterTransform, { type: 'softmax' }>, round: Round): Round => {
  switch (transform.type) {
    case 'logistic': {
      const { scale } = transform
      return round === exact
        ? (value) => logistic(scale * value)
        : (value) => round(1 / round(round(1 + 1e-16) + round(Math.exp(-Math.min(value, 88.7)))))
    }
    case 'exp':
      return (value) => round(Math.exp(value))
    case 'square':
      return (value) => Math.sign(value) * value * value
    case 'log1p-exp':
      return (value) => Math.log1p(Math.exp(value))
    case 'above-zero':
      return (value) => (value > 0 ? 1 : 0)
    default:
      return exact
  }
}

const softmax = (values: Float64Array, start: number, count: number, round: Round): void => {
  const highest = values[start + argmax(values, start, count)] as number
  let sum = 0
  for (let i = start; i < start + count; i++) {
    const power = round(Math.exp(round((values[i] as number) - highest)))
    values[i] = power
    sum += power
  }
  const divisor = round(sum)
  for (let i = start; i < start + count; i++) values[i] = round((values[i] as number) / divisor)
}

const methodsOf = (model: BoosterModel, kernels: Kernels): Methods => {
  const { outputs, classes, hasDecisionFunction } = model
  const round = roundOf(model)
  const sums = boosterSums(model, kernels)
  const results = transformed(sums, model, round)
  if (classes === undefined) return { predict: outputs === 1 ? vector(results) : matrix(outputs, results) }
  const count = classes.values.length
  const probabilities: Into =
    outputs > 1
      ? results
      : (data, out) => {
          results(data, out)
          for (let row = data.rows - 1; row >= 0; row--) {
            const second = out[row] as number
            out[row * 2] = round(1 - second)
            out[row * 2 + 1] = second
          }
        }
  const buffer = new Float64Array(count)
  const predict = vector(
    (data, out) => {
      const all = data.rows === 1 ? buffer : new Float64Array(data.rows * count)
      probabilities(data, all)
      for (let row = 0; row < data.rows; row++) out[row] = argmax(all, row * count, count)
    },
    { labels: [classes], isMostLikely: true },
  )
  return {
    predict,
    predictProba: classProbabilities(classes, probabilities),
    ...(hasDecisionFunction ? { decisionFunction: decisionScores(classes, outputs, sums) } : {}),
  }
}
