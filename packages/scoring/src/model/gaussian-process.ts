import { type NumbersExpected, onlyDenseRows } from '../data/check.ts'
import type { Data } from '../data/data.ts'
import type { Labels } from '../data/labels.ts'
import { compileCovariance, type Covariance } from './covariance.ts'
import { argmax, divideBy, numpySum } from './numeric.ts'
import { addConfidences, countVotes } from './one-vs-one.ts'
import { classProbabilities, type Into, matrix, vector } from './outputs.ts'
import { erf } from './special-functions.ts'
import type { Methods, Scorer } from './scorer.ts'

/** A posterior over functions, for numbers or for classes. */
export type GaussianProcessModel = {
  readonly kind: 'gaussian-process'
  readonly name: string
  readonly columns: number
  readonly task: ProcessRegression | ProcessClassification
}

/** What was learned at the training rows. */
export type Posterior = {
  readonly covariance: Covariance
  /** Training rows × columns. */
  readonly values: Float64Array
  /** Training rows × outputs. */
  readonly weights: Float64Array
  /** The lower triangular factor, rows × rows. */
  readonly factor: Float64Array
}

export type ProcessRegression = {
  readonly type: 'regression'
  readonly posterior: Posterior
  /** Each output is multiplied by its scale, and its mean is added. */
  readonly scales: Float64Array
  readonly means: Float64Array
  readonly isVector: boolean
  /** One for each output, one for all, or none. */
  readonly deviations: number
}

export type ProcessClassification = {
  readonly type: 'classification'
  readonly classes: Labels
  /** One, one for each class, or one for each pair of classes. */
  readonly mode: 'binary' | 'one-vs-rest' | 'one-vs-one'
  readonly processes: readonly (Posterior & { /** Square roots of the curvatures. */ readonly roots: Float64Array })[]
}

export const compileGaussianProcess = (model: GaussianProcessModel): Scorer => {
  const { name, columns, task } = model
  const expected: NumbersExpected = { model: name, columns, values: 'finite' }
  const rowsOf = (data: Data) => onlyDenseRows(data, expected)
  return {
    name,
    columns,
    methods: task.type === 'regression' ? regression(columns, rowsOf, task) : classification(columns, rowsOf, task),
  }
}

type RowsOf = (data: Data) => ReturnType<typeof onlyDenseRows>

const compilePosterior = ({ covariance, values: own, weights, factor }: Posterior, columns: number) => {
  const { between, own: ownVariance } = compileCovariance(covariance, columns)
  const size = own.length / columns
  const outputs = weights.length / size
  const covariances = new Float64Array(size)
  return {
    /** Covariances with the training rows, until the next call. */
    covariancesOf: (values: Float64Array, at: number): Float64Array => {
      for (let i = 0; i < size; i++) covariances[i] = between(values, at, own, i * columns)
      return covariances
    },
    meanOf: (vector: Float64Array, output: number): number => {
      let sum = 0
      for (let i = 0; i < size; i++) sum += (vector[i] as number) * (weights[i * outputs + output] as number)
      return sum
    },
    /** The variance at a row less what the training rows explain: the squared length of factor⁻¹ × covariances. */
    varianceOf: (values: Float64Array, at: number, vector: Float64Array): number => {
      const solved = new Float64Array(size)
      let explained = 0
      for (let i = 0; i < size; i++) {
        let rest = vector[i] as number
        for (let j = 0; j < i; j++) rest -= (factor[i * size + j] as number) * (solved[j] as number)
        const value = rest / (factor[i * size + i] as number)
        solved[i] = value
        explained += value * value
      }
      return ownVariance(values, at) - explained
    },
  }
}

const regression = (
  columns: number,
  rowsOf: RowsOf,
  { posterior, scales, means, isVector, deviations }: ProcessRegression,
): Methods => {
  const { covariancesOf, meanOf, varianceOf } = compilePosterior(posterior, columns)
  const outputs = means.length
  const predictInto: Into = (data, out) => {
    const { rows, values } = rowsOf(data)
    for (let row = 0; row < rows; row++) {
      const covariances = covariancesOf(values, row * columns)
      for (let output = 0; output < outputs; output++)
        out[row * outputs + output] =
          (scales[output] as number) * meanOf(covariances, output) + (means[output] as number)
    }
  }
  const deviationInto: Into = (data, out) => {
    const { rows, values } = rowsOf(data)
    for (let row = 0; row < rows; row++) {
      const at = row * columns
      const variance = Math.max(0, varianceOf(values, at, covariancesOf(values, at)))
      for (let i = 0; i < deviations; i++) out[row * deviations + i] = Math.sqrt(variance * (scales[i] as number) ** 2)
    }
  }
  return {
    predict: isVector ? vector(predictInto) : matrix(outputs, predictInto),
    ...(deviations === 0
      ? {}
      : { predictStd: deviations === 1 ? vector(deviationInto) : matrix(deviations, deviationInto) }),
  }
}

/** Constants with which Williams and Barber approximate the logistic function by error functions. */
const slopes = [0.41, 0.4, 0.37, 0.44, 0.39]
const heights = [-1854.8214151, 3516.89893646, 221.29346712, 128.12323805, -2010.49422654]
const halfOfHeights = 0.5 * heights.reduce((sum, height) => sum + height, 0)

/** The mean of the logistic function over a Gaussian. */
const averagedLogistic = (mean: number, variance: number): number => {
  const alpha = 1 / (2 * variance)
  let sum = 0
  for (const [i, slope] of slopes.entries()) {
    const integral =
      (Math.sqrt(Math.PI / alpha) * erf(slope * mean * Math.sqrt(alpha / (alpha + slope * slope)))) /
      (2 * Math.sqrt(variance * 2 * Math.PI))
    sum += (heights[i] as number) * integral
  }
  return sum + halfOfHeights
}

const compileBinary = (process: ProcessClassification['processes'][number], columns: number) => {
  const { covariancesOf, meanOf, varianceOf } = compilePosterior(process, columns)
  return {
    score: (values: Float64Array, at: number): number => meanOf(covariancesOf(values, at), 0),
    probability: (values: Float64Array, at: number): number => {
      const covariances = covariancesOf(values, at)
      const mean = meanOf(covariances, 0)
      const scaled = covariances.map((value, i) => value * (process.roots[i] as number))
      return averagedLogistic(mean, varianceOf(values, at, scaled))
    },
  }
}

const classification = (
  columns: number,
  rowsOf: RowsOf,
  { classes, mode, processes }: ProcessClassification,
): Methods => {
  const binary = processes.map((process) => compileBinary(process, columns))
  const count = classes.values.length
  const [first] = binary as [(typeof binary)[number]]
  const votes = new Float64Array(count)
  const sums = new Float64Array(count)
  const decide = (values: Float64Array, at: number): number => {
    if (mode === 'binary') return first.score(values, at) > 0 ? 1 : 0
    if (mode === 'one-vs-one') {
      countVotes(
        count,
        (pair) => (binary[pair] as typeof first).score(values, at) > 0,
        (pair) => (binary[pair] as typeof first).probability(values, at),
        votes,
        sums,
        0,
      )
      addConfidences(votes, sums, count)
      return argmax(votes, 0, count)
    }
    // Of equal probabilities, OneVsRestClassifier takes the last.
    const probabilities = binary.map(({ probability }) => probability(values, at))
    return probabilities.lastIndexOf(Math.max(...probabilities))
  }
  const predict = vector(
    (data, out) => {
      const { rows, values } = rowsOf(data)
      for (let row = 0; row < rows; row++) out[row] = decide(values, row * columns)
    },
    { labels: [classes] },
  )
  if (mode === 'one-vs-one') return { predict }
  const predictProba = classProbabilities(classes, (data, out) => {
    const { rows, values } = rowsOf(data)
    for (let row = 0; row < rows; row++) {
      const at = row * count
      for (const [index, { probability }] of binary.entries())
        out[at + (mode === 'binary' ? 1 : index)] = probability(values, row * columns)
      if (mode === 'binary') out[at] = 1 - (out[at + 1] as number)
      else divideBy(out, at, count, numpySum(out, at, count))
    }
  })
  return { predict, predictProba }
}
