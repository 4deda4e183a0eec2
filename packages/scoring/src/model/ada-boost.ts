import type { Data } from '../data/data.ts'
import type { Labels } from '../data/labels.ts'
import type { Compile } from './compile.ts'
import { indicesIn, needed } from './members.ts'
import type { Model } from './model.ts'
import { divideBy, numpySum, softmax } from './numeric.ts'
import { classProbabilities, decisionScores, type Into, logarithmOf, predictedClass, vector } from './outputs.ts'
import { type Methods, run, type Scorer } from './scorer.ts'

/** Models that were fitted one after another, each on what those before got wrong; each has a weight. */
export type AdaBoostModel = {
  readonly kind: 'ada-boost'
  readonly name: string
  readonly members: readonly Model[]
  /** One a member. */
  readonly weights: Float64Array
  readonly task: { readonly type: 'regression' } | AdaBoostClassificationTask
}
export type AdaBoostClassificationTask = {
  readonly type: 'classification'
  readonly classes: Labels
  /** What a member says: its weight for the class that it predicts (SAMME), or the logarithms of its probabilities (SAMME.R). */
  readonly says: 'class' | 'logarithms'
  /** With `class`: a member also speaks against the other classes (scikit-learn 1.3.1 and newer). */
  readonly isSymmetric: boolean
  /** Probabilities are the softmax of the decision (0.22 and newer), not of sums of probabilities. */
  readonly isSoftmaxOfDecision: boolean
}

export const compileAdaBoost = (model: AdaBoostModel, compile: Compile): Scorer => {
  const scorers = model.members.map(compile)
  const methods =
    model.task.type === 'regression' ? regression(model, scorers) : classification(model, model.task, scorers)
  return { name: model.name, columns: scorers[0]?.columns, methods }
}

/** The weighted median of what the members predict. */
const regression = ({ name, weights }: AdaBoostModel, scorers: readonly Scorer[]): Methods => {
  const outputs = scorers.map((scorer) => needed(scorer, 'predict', name))
  return {
    predict: vector((data, out) => {
      const predictions = outputs.map((output) => run(output, data))
      const order = outputs.map((_, index) => index)
      for (let row = 0; row < data.rows; row++) {
        const of = (member: number): number => predictions[member]?.[row] as number
        order.sort((a, b) => of(a) - of(b))
        out[row] = of(weightedMedian(order, weights))
      }
    }),
  }
}

/** The first member, in this order, at which half of all weights is reached. */
const weightedMedian = (order: readonly number[], weights: Float64Array): number => {
  const sums = new Float64Array(order.length)
  let sum = 0
  for (const [at, member] of order.entries()) {
    sum += weights[member] as number
    sums[at] = sum
  }
  return order[sums.findIndex((reached) => reached >= 0.5 * sum)] ?? (order[0] as number)
}

const classification = (
  { name, weights }: AdaBoostModel,
  { classes, says, isSymmetric, isSoftmaxOfDecision }: AdaBoostClassificationTask,
  scorers: readonly Scorer[],
): Methods => {
  const count = classes.values.length
  const total = numpySum(weights, 0, weights.length)
  const add = scorers.map((scorer, index) =>
    says === 'logarithms'
      ? addLogarithms(needed(scorer, 'predictProba', name, count).into, count)
      : addVotes(scorer, name, classes, weights[index] as number, isSymmetric),
  )
  const sums: Into = (data, out) => {
    out.fill(0, 0, data.rows * count)
    for (const one of add) one(data, out)
    divideBy(out, 0, data.rows * count, total)
  }
  const decisionFunction = decisionScores(
    classes,
    count === 2 ? 1 : count,
    count !== 2
      ? sums
      : (data, out) => {
          const both = new Float64Array(data.rows * 2)
          sums(data, both)
          for (let row = 0; row < data.rows; row++)
            out[row] = -(both[row * 2] as number) + (both[row * 2 + 1] as number)
        },
  )
  const methods = { predict: predictedClass(classes, decisionFunction), decisionFunction }
  const probabilities = isSoftmaxOfDecision
    ? softmaxOf(decisionFunction.into, count)
    : says === 'logarithms'
      ? oldProbabilities(sums, count)
      : weightedProbabilities(name, scorers, weights, count)
  if (probabilities === undefined) return methods
  const predictProba = classProbabilities(classes, probabilities)
  return { ...methods, predictProba, predictLogProba: logarithmOf(predictProba) }
}

const float64Epsilon = 2 ** -52

/** `(K - 1) * (log p - mean of log p)` (`_samme_proba`). */
const addLogarithms =
  (probabilities: Into, count: number): Into =>
  (data, out) => {
    const logs = new Float64Array(data.rows * count)
    probabilities(data, logs)
    for (let i = 0; i < logs.length; i++) logs[i] = Math.log(Math.max(logs[i] as number, float64Epsilon))
    for (let row = 0; row < data.rows; row++) {
      const mean = (1 / count) * numpySum(logs, row * count, count)
      for (let i = row * count; i < (row + 1) * count; i++)
        out[i] = (out[i] as number) + (count - 1) * ((logs[i] as number) - mean)
    }
  }

const addVotes = (scorer: Scorer, name: string, classes: Labels, weight: number, isSymmetric: boolean): Into => {
  const predict = needed(scorer, 'predict', name)
  const own = indicesIn(predict.labels?.[0] ?? classes, classes, name)
  const count = classes.values.length
  const against = isSymmetric ? (-1 / (count - 1)) * weight : 0
  return (data, out) => {
    const predicted = run(predict, data)
    for (let row = 0; row < data.rows; row++)
      for (let i = 0; i < count; i++) {
        const to = row * count + i
        out[to] = (out[to] as number) + (own[predicted[row] as number] === i ? weight : against)
      }
  }
}

const softmaxOf =
  (decisions: Into, count: number): Into =>
  (data, out) => {
    decisions(data, out)
    if (count === 2)
      for (let row = data.rows - 1; row >= 0; row--) {
        const half = (out[row] as number) / 2
        out[row * 2] = -half
        out[row * 2 + 1] = half
      }
    else divideBy(out, 0, data.rows * count, count - 1)
    for (let row = 0; row < data.rows; row++) softmax(out, row * count, count)
  }

/** Version 0.21 and before: exponentials of the sums, normalised. */
const oldProbabilities =
  (sums: Into, count: number): Into =>
  (data, out) => {
    if (count === 1) return void out.fill(1, 0, data.rows)
    sums(data, out)
    for (let i = 0; i < data.rows * count; i++) out[i] = Math.exp((1 / (count - 1)) * (out[i] as number))
    for (let row = 0; row < data.rows; row++) divideBy(out, row * count, count, numpySum(out, row * count, count) || 1)
  }

const weightedProbabilities = (
  name: string,
  scorers: readonly Scorer[],
  weights: Float64Array,
  count: number,
): Into | undefined => {
  if (scorers.some(({ methods }) => methods.predictProba === undefined)) return undefined
  const outputs = scorers.map((scorer) => needed(scorer, 'predictProba', name, count))
  const total = numpySum(weights, 0, weights.length)
  const sums = (data: Data, out: Float64Array): void => {
    out.fill(0, 0, data.rows * count)
    for (const [index, output] of outputs.entries()) {
      const values = run(output, data)
      for (let i = 0; i < values.length; i++)
        out[i] = (out[i] as number) + (values[i] as number) * (weights[index] as number)
    }
    divideBy(out, 0, data.rows * count, total)
  }
  return oldProbabilities(sums, count)
}
