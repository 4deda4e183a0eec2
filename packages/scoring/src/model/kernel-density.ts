import { type NumbersExpected, onlyDenseRows } from '../data/check.ts'
import { distanceOf, type Metric } from './distance.ts'
import { type Into, vector } from './outputs.ts'
import type { Scorer } from './scorer.ts'
import { logGamma } from './special-functions.ts'

/** The logarithm of a sum of bumps around the training rows. */
export type KernelDensityModel = {
  readonly kind: 'kernel-density'
  readonly name: string
  readonly columns: number
  readonly values: Float64Array
  /** One a row, or all the same. */
  readonly weights: Float64Array | undefined
  readonly metric: Metric
  readonly bump: Bump
  readonly bandwidth: number
}
export const bumps = ['gaussian', 'tophat', 'epanechnikov', 'exponential', 'linear', 'cosine'] as const
export type Bump = (typeof bumps)[number]

export const compileKernelDensity = (model: KernelDensityModel): Scorer => {
  const { name, columns, values: own, weights, metric, bump, bandwidth } = model
  const expected: NumbersExpected = { model: name, columns, values: 'finite' }
  const { reduced, fromReduced } = distanceOf(metric, columns)
  const size = own.length / columns
  const total = weights === undefined ? size : weights.reduce((sum, weight) => sum + weight, 0)
  const logHeight = heights[bump]
  const constant = -logVolume(bump, columns) - columns * Math.log(bandwidth) - Math.log(total)
  const into: Into = (data, out) => {
    const { rows, values } = onlyDenseRows(data, expected)
    const logs = new Float64Array(size)
    for (let row = 0; row < rows; row++) {
      let highest = Number.NEGATIVE_INFINITY
      for (let i = 0; i < size; i++) {
        const distance = fromReduced(reduced(values, row * columns, own, i * columns))
        const log = logHeight(distance / bandwidth) + Math.log(weights?.[i] ?? 1)
        logs[i] = log
        highest = Math.max(highest, log)
      }
      let sum = 0
      if (highest > Number.NEGATIVE_INFINITY) for (const log of logs) sum += Math.exp(log - highest)
      out[row] = (sum === 0 ? Number.NEGATIVE_INFINITY : highest + Math.log(sum)) + constant
    }
  }
  return { name, columns, methods: { scoreSamples: vector(into) } }
}

const within = (height: (x: number) => number) => (x: number) =>
  x < 1 ? Math.log(height(x)) : Number.NEGATIVE_INFINITY

/** The logarithm of a bump's height at a distance in bandwidths. */
const heights: Readonly<Record<Bump, (x: number) => number>> = {
  gaussian: (x) => -0.5 * x * x,
  tophat: within(() => 1),
  epanechnikov: within((x) => 1 - x * x),
  exponential: (x) => -x,
  linear: within((x) => 1 - x),
  cosine: within((x) => Math.cos(0.5 * Math.PI * x)),
}

/** The logarithms of the volume and of the surface of a ball of radius 1, the latter in one dimension more. */
const logBall = (dimensions: number): number => 0.5 * dimensions * Math.log(Math.PI) - logGamma(0.5 * dimensions + 1)
const logSphere = (dimensions: number): number => Math.log(2 * Math.PI) + logBall(dimensions - 1)

/** The logarithm of the volume under a bump of bandwidth 1. */
const logVolume = (bump: Bump, dimensions: number): number => {
  switch (bump) {
    case 'gaussian':
      return 0.5 * dimensions * Math.log(2 * Math.PI)
    case 'tophat':
      return logBall(dimensions)
    case 'epanechnikov':
      return logBall(dimensions) + Math.log(2 / (dimensions + 2))
    case 'exponential':
      return logSphere(dimensions - 1) + logGamma(dimensions)
    case 'linear':
      return logBall(dimensions) - Math.log(dimensions + 1)
    case 'cosine':
      return Math.log(cosineIntegral(dimensions)) + logSphere(dimensions - 1)
  }
}

/** The integral of cos(πx/2) x^(dimensions - 1) from 0 to 1 by parts, as far as the library takes it. */
const cosineIntegral = (dimensions: number): number => {
  let [sum, term] = [0, 2 / Math.PI]
  for (let k = 1; k <= dimensions; k += 2) {
    sum += term
    term *= -(dimensions - k) * (dimensions - k - 1) * (2 / Math.PI) ** 2
  }
  return sum
}
