import { type NumbersExpected, onlyDenseRows } from '../data/check.ts'
import { compileBumpSum } from './bump-sum.ts'
import type { Metric } from './distance.ts'
import type { NeighborTree } from './neighbor-search.ts'
import { numpySum } from './numeric.ts'
import { roundedExponential, type RoundedExponential } from './rounded-exponential.ts'
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
  readonly tree: NeighborTree
  readonly metric: Metric
  readonly bump: Bump
  readonly bandwidth: number
  /** Whether the nodes of the tree are looked at by their nearness, or each before the next beside it. */
  readonly breadthFirst: boolean
  /** How far the sum may be off: so much, and so much of itself. */
  readonly tolerance: { readonly absolute: number; readonly relative: number }
}
export const bumps = ['gaussian', 'tophat', 'epanechnikov', 'exponential', 'linear', 'cosine'] as const
export type Bump = (typeof bumps)[number]

export const compileKernelDensity = (model: KernelDensityModel): Scorer => {
  const { name, columns, values: own, weights, bump, bandwidth, tolerance } = model
  const expected: NumbersExpected = { model: name, columns, values: 'finite' }
  const total = weights === undefined ? own.length / columns : numpySum(weights, 0, weights.length)
  const logHeight = heightsBy(roundedExponential())[bump]
  const constant = -logVolume(bump, columns) - columns * Math.log(bandwidth)
  const logSum = compileBumpSum({
    ...model,
    total,
    constant,
    logHeight: (distance) => logHeight(distance, bandwidth),
    logTolerance: { absolute: Math.log(tolerance.absolute * total), relative: Math.log(tolerance.relative) },
  })
  const into: Into = (data, out) => {
    const { rows, values } = onlyDenseRows(data, expected)
    for (let row = 0; row < rows; row++) out[row] = logSum(values, row * columns) + constant - Math.log(total)
  }
  return { name, columns, methods: { scoreSamples: vector(into) } }
}

type LogHeight = (distance: number, bandwidth: number) => number

const within =
  (logHeight: LogHeight): LogHeight =>
  (distance, bandwidth) =>
    distance < bandwidth ? logHeight(distance, bandwidth) : Number.NEGATIVE_INFINITY

/** The logarithm of a bump's height at a distance. */
const heightsBy = ({ log }: RoundedExponential): Readonly<Record<Bump, LogHeight>> => ({
  gaussian: (x, width) => (-0.5 * (x * x)) / (width * width),
  tophat: within(() => 0),
  epanechnikov: within((x, width) => log(1 - (x * x) / (width * width))),
  exponential: (x, width) => -x / width,
  linear: within((x, width) => log(1 - x / width)),
  cosine: within((x, width) => log(Math.cos((0.5 * Math.PI * x) / width))),
})

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
