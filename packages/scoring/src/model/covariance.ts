import { type Kernel, kernelOfPair, type KernelOfPair } from './kernel.ts'
import { besselK, logGamma } from './special-functions.ts'

/** The covariance of a Gaussian process: kernels of `sklearn.gaussian_process.kernels`, added, multiplied and raised to powers. */
export type Covariance =
  | { readonly type: 'sum' | 'product'; readonly first: Covariance; readonly second: Covariance }
  | { readonly type: 'power'; readonly of: Covariance; readonly exponent: number }
  | { readonly type: 'constant'; readonly value: number }
  /** Noise: between a row and itself only. */
  | { readonly type: 'white'; readonly level: number }
  /** One length for all features, or one each. */
  | { readonly type: 'rbf'; readonly lengths: Float64Array }
  | { readonly type: 'matern'; readonly lengths: Float64Array; readonly smoothness: number }
  | { readonly type: 'rational'; readonly length: number; readonly alpha: number }
  | { readonly type: 'periodic'; readonly length: number; readonly period: number }
  | { readonly type: 'dot'; readonly sigma: number }
  | { readonly type: 'pairwise'; readonly kernel: Kernel }

export type CompiledCovariance = {
  /** Of a new row and a training row. */
  readonly between: KernelOfPair
  /** Of a new row and itself. */
  readonly own: (values: Float64Array, at: number) => number
}

const one = (): number => 1

export const compileCovariance = (covariance: Covariance, columns: number): CompiledCovariance => {
  switch (covariance.type) {
    case 'sum':
    case 'product': {
      const [first, second] = [
        compileCovariance(covariance.first, columns),
        compileCovariance(covariance.second, columns),
      ]
      return covariance.type === 'sum'
        ? {
            between: (a, i, b, j) => first.between(a, i, b, j) + second.between(a, i, b, j),
            own: (values, at) => first.own(values, at) + second.own(values, at),
          }
        : {
            between: (a, i, b, j) => first.between(a, i, b, j) * second.between(a, i, b, j),
            own: (values, at) => first.own(values, at) * second.own(values, at),
          }
    }
    case 'power': {
      const of = compileCovariance(covariance.of, columns)
      const { exponent } = covariance
      return {
        between: (a, i, b, j) => of.between(a, i, b, j) ** exponent,
        own: (values, at) => of.own(values, at) ** exponent,
      }
    }
    case 'constant':
      return { between: () => covariance.value, own: () => covariance.value }
    case 'white':
      return { between: () => 0, own: () => covariance.level }
    case 'rbf': {
      const distance = scaledDistance(covariance.lengths, columns)
      return { between: (a, i, b, j) => Math.exp(-0.5 * distance(a, i, b, j)), own: one }
    }
    case 'matern': {
      const distance = scaledDistance(covariance.lengths, columns)
      const curve = maternCurve(covariance.smoothness)
      return { between: (a, i, b, j) => curve(Math.sqrt(distance(a, i, b, j))), own: one }
    }
    case 'rational': {
      const distance = scaledDistance(Float64Array.of(1), columns)
      const scale = 2 * covariance.alpha * covariance.length ** 2
      return { between: (a, i, b, j) => (1 + distance(a, i, b, j) / scale) ** -covariance.alpha, own: one }
    }
    case 'periodic': {
      const distance = scaledDistance(Float64Array.of(1), columns)
      const frequency = Math.PI / covariance.period
      return {
        between: (a, i, b, j) =>
          Math.exp(-2 * (Math.sin(frequency * Math.sqrt(distance(a, i, b, j))) / covariance.length) ** 2),
        own: one,
      }
    }
    case 'dot': {
      const product = kernelOfPair({ type: 'linear' }, columns)
      const square = covariance.sigma ** 2
      return {
        between: (a, i, b, j) => product(a, i, b, j) + square,
        own: (values, at) => product(values, at, values, at) + square,
      }
    }
    case 'pairwise': {
      const between = kernelOfPair(covariance.kernel, columns)
      return { between, own: (values, at) => between(values, at, values, at) }
    }
  }
}

/** The square of the Euclidean distance between rows that are divided by their lengths. */
const scaledDistance =
  (lengths: Float64Array, columns: number): KernelOfPair =>
  (a, i, b, j) => {
    let sum = 0
    for (let c = 0; c < columns; c++) {
      const length = lengths[lengths.length === 1 ? 0 : c] as number
      const difference = (a[i + c] as number) / length - (b[j + c] as number) / length
      sum += difference * difference
    }
    return sum
  }

const maternCurve = (smoothness: number): ((distance: number) => number) => {
  switch (smoothness) {
    case 0.5:
      return (distance) => Math.exp(-distance)
    case 1.5:
      return (distance) => {
        const scaled = distance * Math.sqrt(3)
        return (1 + scaled) * Math.exp(-scaled)
      }
    case 2.5:
      return (distance) => {
        const scaled = distance * Math.sqrt(5)
        return (1 + scaled + scaled ** 2 / 3) * Math.exp(-scaled)
      }
    case Number.POSITIVE_INFINITY:
      return (distance) => Math.exp(-(distance ** 2) / 2)
    default: {
      const factor = 2 ** (1 - smoothness) / Math.exp(logGamma(smoothness))
      return (distance) => {
        const scaled = Math.sqrt(2 * smoothness) * (distance === 0 ? Number.EPSILON : distance)
        return factor * scaled ** smoothness * besselK(smoothness, scaled)
      }
    }
  }
}
