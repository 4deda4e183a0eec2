import { denseRows, type NumbersExpected } from '../data/check.ts'
import { type Data, dense } from '../data/data.ts'
import { scoringError } from '../errors.ts'
import type { Scorer } from './scorer.ts'

/** Each feature as its values in a basis of B-splines. */
export type SplinesModel = {
  readonly kind: 'splines'
  readonly name: string
  readonly features: readonly SplineBasis[]
  readonly extrapolation: 'error' | 'constant' | 'linear' | 'continue' | 'periodic'
  /** The last spline of each feature is kept. */
  readonly hasLast: boolean
}

export type SplineBasis = {
  readonly degree: number
  /** Rising; count + degree + 1 of them, where `count` is the number of coefficients of each spline. */
  readonly knots: Float64Array
  /** count × width: what each of the splines that come out is made of. */
  readonly coefficients: Float64Array
  readonly width: number
}

export const compileSplines = ({ name, features, extrapolation, hasLast }: SplinesModel): Scorer => {
  const columns = features.length
  const expected: NumbersExpected = { model: name, columns, values: 'finite' }
  const isLinear = extrapolation === 'linear'
  // The library raises a degree of 0 or 1 once a feature, and keeps it for the features that follow.
  const outside = features.map((basis, feature) => {
    const { degree } = basis
    const raised = isLinear ? Math.max(degree, Math.min(2, degree + feature)) : degree
    return beyond(basis, raised, isLinear && raised <= 1 ? raised + 1 : raised)
  })
  const kept = features.map(({ width }) => (hasLast ? width : width - 1))
  const total = kept.reduce((sum, width) => sum + width, 0)
  const apply = (data: Data): Data => {
    const rows = denseRows(data, expected)
    const result = dense(rows.rows, total)
    for (let row = 0; row < rows.rows; row++) {
      let at = row * total
      for (const [feature, basis] of features.entries()) {
        const x = rows.values[row * columns + feature] as number
        const { low, high } = outside[feature] as Beyond
        if (extrapolation === 'error' && !(x >= low && x <= high))
          throw scoringError('input.outside', { model: name, row, value: x, low, high })
        const values = valuesAt(x, basis, extrapolation, outside[feature] as Beyond)
        result.values.set(values.subarray(0, kept[feature]), at)
        at += kept[feature] as number
      }
    }
    return result
  }
  return { name, columns, methods: { transform: { apply } } }
}

/** Where the splines of training begin and end, with their values and slopes there. */
type Beyond = {
  /** How many splines are not zero at a border. */
  readonly count: number
  readonly low: number
  readonly high: number
  readonly atLow: Float64Array
  readonly atHigh: Float64Array
  readonly slopesAtLow: Float64Array
  readonly slopesAtHigh: Float64Array
}

const beyond = (basis: SplineBasis, degree: number, count: number): Beyond => {
  const { knots, width } = basis
  const [low, high] = [knots[degree] as number, knots[knots.length - degree - 1] as number]
  return {
    count: Math.min(width, count),
    low,
    high,
    atLow: splinesAt(low, basis, false),
    atHigh: splinesAt(high, basis, false),
    slopesAtLow: splinesAt(low, basis, true),
    slopesAtHigh: splinesAt(high, basis, true),
  }
}

const valuesAt = (
  x: number,
  basis: SplineBasis,
  extrapolation: SplinesModel['extrapolation'],
  { count, low, high, atLow, atHigh, slopesAtLow, slopesAtHigh }: Beyond,
): Float64Array => {
  if (extrapolation === 'periodic') {
    const period = high - low
    const past = (x - low) % period
    return splinesAt(low + (past < 0 ? past + period : past), basis, false)
  }
  if ((x >= low && x <= high) || extrapolation === 'continue') return splinesAt(x, basis, false)
  const { width } = basis
  const values = new Float64Array(width)
  const isBelow = x < low
  const isLinear = extrapolation === 'linear'
  const [edge, slopes, distance] = isBelow ? [atLow, slopesAtLow, x - low] : [atHigh, slopesAtHigh, x - high]
  for (let i = 0; i < count; i++) {
    const spline = isBelow ? i : width - 1 - i
    values[spline] = (edge[spline] as number) + (isLinear ? distance * (slopes[spline] as number) : 0)
  }
  return values
}

/** Each spline, or its slope, at x; outside of the knots the polynomial of the nearest piece goes on. */
const splinesAt = (x: number, { degree, knots, coefficients, width }: SplineBasis, isSlope: boolean): Float64Array => {
  const count = knots.length - degree - 1
  let piece = degree
  while (piece < count - 1 && x >= (knots[piece + 1] as number)) piece++
  const weights = isSlope ? slopeWeights(x, degree, knots, piece) : basisWeights(x, degree, knots, piece)
  const result = new Float64Array(width)
  for (const [j, weight] of weights.entries())
    for (let spline = 0; spline < width; spline++)
      result[spline] =
        (result[spline] as number) + weight * (coefficients[(piece - degree + j) * width + spline] as number)
  return result
}

/** The degree + 1 basis functions that are not zero on a piece (de Boor's recursion). */
const basisWeights = (x: number, degree: number, knots: Float64Array, piece: number): Float64Array => {
  const weights = new Float64Array(degree + 1)
  weights[0] = 1
  for (let order = 1; order <= degree; order++) {
    let carried = 0
    for (let j = 0; j < order; j++) {
      const [right, left] = [knots[piece + j + 1] as number, knots[piece + j + 1 - order] as number]
      const share = right === left ? 0 : (weights[j] as number) / (right - left)
      weights[j] = carried + share * (right - x)
      carried = share * (x - left)
    }
    weights[order] = carried
  }
  return weights
}

const slopeWeights = (x: number, degree: number, knots: Float64Array, piece: number): Float64Array => {
  const weights = new Float64Array(degree + 1)
  if (degree === 0) return weights
  const lower = basisWeights(x, degree - 1, knots, piece)
  for (const [j, value] of lower.entries()) {
    const [right, left] = [knots[piece + j + 1] as number, knots[piece + j + 1 - degree] as number]
    const share = right === left ? 0 : (degree * value) / (right - left)
    weights[j] = (weights[j] as number) - share
    weights[j + 1] = (weights[j + 1] as number) + share
  }
  return weights
}
