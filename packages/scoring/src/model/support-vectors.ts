import { denseRows, type NumbersExpected, onlyDenseRows } from '../data/check.ts'
import type { Labels } from '../data/labels.ts'
import type { Kernels } from '../kernels/kernels.ts'
import type { Compile } from './compile.ts'
import { compileKernelInTurn, type Kernel, type KernelRows } from './kernel.ts'
import { argmax } from './numeric.ts'
import { addConfidences, addScaledConfidences, countVotes } from './one-vs-one.ts'
import { classProbabilities, decisionScores, inliers, type Into, logarithmOf, vector } from './outputs.ts'
import { coupledProbabilities } from './pairwise-coupling.ts'
import type { Methods, Scorer } from './scorer.ts'

/** A support vector machine, as libsvm evaluates it. */
export type SupportVectorsModel = {
  readonly kind: 'support-vectors'
  readonly name: string
  readonly kernel: Kernel
  readonly vectors: KernelRows
  /** Of classifiers (classes − 1) × vectors, else one row. */
  readonly coefficients: Float64Array
  readonly intercepts: Float64Array
  readonly task:
    | { readonly type: 'regression' }
    | {
        readonly type: 'outliers'
        readonly offset: number | undefined
        /** A row right on the border belongs to the rest. */
        readonly isInlierAtZero?: boolean
      }
    | SupportVectorsClassification
}

export type SupportVectorsClassification = {
  readonly type: 'classification'
  readonly classes: Labels
  /** How many vectors each class has, in order. */
  readonly counts: Int32Array
  /** What `decision_function` has: a score a pair, or one a class, which was scaled by all rows of a call before 0.21. */
  readonly scores: 'pairs' | 'classes' | 'classes-of-batch'
  /** Rows whose votes are equal go to the higher score. */
  readonly breaksTies: boolean
  /** Platt's two parameters of each pair; undefined where there are no probabilities. */
  readonly platt: { readonly slopes: Float64Array; readonly intercepts: Float64Array } | undefined
}

export const compileSupportVectors = (model: SupportVectorsModel, _: Compile, by: Kernels): Scorer => {
  const { name, vectors, task } = model
  return {
    name,
    columns: vectors.columns,
    methods: task.type === 'classification' ? classification(model, task, by) : single(model, task, by),
  }
}

/** Calls back with the kernel values of each row in turn. */
const kernelsOf = ({ name, kernel, vectors }: SupportVectorsModel, by: Kernels) => {
  const expected: NumbersExpected = { model: name, columns: vectors.columns, values: 'finite' }
  // What was fitted on dense rows takes no sparse ones.
  const checked = vectors.values instanceof Float64Array ? onlyDenseRows : denseRows
  const inTurn = compileKernelInTurn(kernel, vectors, by)
  const kernels = new Float64Array(vectors.rows)
  return (data: Parameters<Into>[0], each: (row: number, kernels: Float64Array) => void): void => {
    const { rows, columns, values } = checked(data, expected)
    const ofRow = inTurn(values, rows)
    for (let row = 0; row < rows; row++) {
      ofRow(values, row * columns, kernels)
      each(row, kernels)
    }
  }
}

const single = (
  model: SupportVectorsModel,
  task: Exclude<SupportVectorsModel['task'], SupportVectorsClassification>,
  by: Kernels,
): Methods => {
  const { coefficients, intercepts } = model
  const forEach = kernelsOf(model, by)
  const into: Into = (data, out) =>
    forEach(data, (row, kernels) => {
      let sum = 0
      for (let i = 0; i < kernels.length; i++) sum += (coefficients[i] as number) * (kernels[i] as number)
      out[row] = sum + (intercepts[0] as number)
    })
  if (task.type === 'regression') return { predict: vector(into) }
  const { offset, isInlierAtZero = false } = task
  const predict = inliers(into, (score) => score > 0 || (isInlierAtZero && score === 0))
  if (offset === undefined) return { predict, decisionFunction: vector(into) }
  const scoreSamples: Into = (data, out) => {
    into(data, out)
    for (let row = 0; row < data.rows; row++) out[row] = (out[row] as number) + offset
  }
  return { predict, decisionFunction: vector(into), scoreSamples: vector(scoreSamples) }
}

const classification = (model: SupportVectorsModel, task: SupportVectorsClassification, by: Kernels): Methods => {
  const { classes, platt } = task
  const count = classes.values.length
  const pairs = (count * (count - 1)) / 2
  const forEach = kernelsOf(model, by)
  const ofPairs = pairScores(model, task)
  const scores = new Float64Array(pairs)

  const ofClasses = count > 2 && task.scores !== 'pairs'
  const addToVotes = task.scores === 'classes-of-batch' ? addScaledConfidences : addConfidences
  const isNegative = (pair: number): boolean => (scores[pair] as number) < 0
  const negated = (pair: number): number => -(scores[pair] as number)
  const decisionInto: Into = (data, out) => {
    const sums = ofClasses ? new Float64Array(data.rows * count) : undefined
    forEach(data, (row, kernels) => {
      ofPairs(kernels, scores)
      if (sums !== undefined) countVotes(count, isNegative, negated, out, sums, row * count)
      else if (count === 2) out[row] = negated(0)
      else out.set(scores, row * pairs)
    })
    if (sums !== undefined) addToVotes(out, sums, sums.length)
  }
  const decisionFunction = decisionScores(classes, ofClasses ? count : pairs, decisionInto)

  const votes = new Float64Array(count)
  const sums = new Float64Array(count)
  const isNotPositive = (pair: number): boolean => !((scores[pair] as number) > 0)
  const predictInto: Into = (data, out) =>
    forEach(data, (row, kernels) => {
      ofPairs(kernels, scores)
      countVotes(count, task.breaksTies ? isNegative : isNotPositive, negated, votes, sums, 0)
      if (task.breaksTies) addConfidences(votes, sums, count)
      out[row] = argmax(votes, 0, count)
    })
  const methods: Methods = {
    predict: vector(predictInto, { labels: [classes] }),
    decisionFunction: task.scores === 'classes-of-batch' ? { ...decisionFunction, isOfBatch: true } : decisionFunction,
  }
  if (platt === undefined) return methods
  const predictProba = classProbabilities(classes, (data, out) =>
    forEach(data, (row, kernels) => {
      ofPairs(kernels, scores)
      coupledProbabilities(count, scores, platt, out, row * count)
    }),
  )
  return { ...methods, predictProba, predictLogProba: logarithmOf(predictProba) }
}

/** The score of each pair of classes, positive for the first: coefficients of each class against the other lie in different rows. */
const pairScores = (
  { vectors, coefficients, intercepts }: SupportVectorsModel,
  { counts }: SupportVectorsClassification,
) => {
  const starts = Int32Array.from(counts, (_, index) => counts.subarray(0, index).reduce((sum, size) => sum + size, 0))
  return (kernels: Float64Array, out: Float64Array): void => {
    for (let first = 0, pair = 0; first < counts.length; first++)
      for (let second = first + 1; second < counts.length; second++, pair++) {
        let sum = 0
        for (const [own, other] of [
          [first, second - 1],
          [second, first],
        ] as const) {
          const start = starts[own] as number
          const base = other * vectors.rows
          for (let i = start; i < start + (counts[own] as number); i++)
            sum += (coefficients[base + i] as number) * (kernels[i] as number)
        }
        out[pair] = sum + (intercepts[pair] as number)
      }
  }
}
