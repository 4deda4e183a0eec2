import { denseRows } from '../data/check.ts'
import { scoringError } from '../errors.ts'
import { type Into, vector } from './outputs.ts'
import type { Scorer } from './scorer.ts'

/** A broken line through points of one feature. */
export type IsotonicModel = {
  readonly kind: 'isotonic'
  readonly name: string
  /** Ascending. */
  readonly x: Float64Array
  readonly y: Float64Array
  /** What lies before the first or behind the last point: refused, NaN, or as the end itself. */
  readonly outside: 'raise' | 'nan' | 'clip'
  readonly arithmetic: 'float64' | 'float32 slopes' | 'float32 weights'
}

export const compileIsotonic = (model: IsotonicModel): Scorer => {
  const { name, x, y, outside, arithmetic } = model
  const [low, high] = [x[0] as number, x.at(-1) as number]
  const round = arithmetic === 'float64' ? (value: number): number => value : Math.fround
  const interpolate = { float64: between, 'float32 slopes': bySlope32, 'float32 weights': byWeights32 }[arithmetic]
  const into: Into = (data, out) => {
    const { values, rows } = denseRows(data, { model: name, columns: 1, values: 'finite' })
    for (let row = 0; row < rows; row++) {
      const given = round(values[row] as number)
      const value = outside === 'clip' ? Math.min(Math.max(given, low), high) : given
      if (x.length === 1) out[row] = y[0] as number
      else if (value >= low && value <= high) out[row] = interpolate(x, y, value)
      else if (outside === 'nan') out[row] = Number.NaN
      else throw scoringError('input.outside', { model: name, row, value, low, high })
    }
  }
  return {
    name,
    columns: 1,
    methods: { predict: vector(into), transform: { isVector: true, apply: transformed(into) } },
  }
}

const transformed =
  (into: Into) =>
  (data: Parameters<Into>[0]): { readonly kind: 'dense'; rows: number; columns: 1; values: Float64Array } => {
    const values = new Float64Array(data.rows)
    into(data, values)
    return { kind: 'dense', rows: data.rows, columns: 1, values }
  }

/** The last point that is not above `value`. */
const pointBefore = (x: Float64Array, value: number): number => {
  let [start, end] = [0, x.length]
  while (start < end) {
    const middle = (start + end) >> 1
    if ((x[middle] as number) <= value) start = middle + 1
    else end = middle
  }
  return start - 1
}

/** As `numpy.interp`. */
const between = (x: Float64Array, y: Float64Array, value: number): number => {
  const at = pointBefore(x, value)
  const [x0, y0] = [x[at] as number, y[at] as number]
  if (at === x.length - 1 || x0 === value) return y0
  const slope = ((y[at + 1] as number) - y0) / ((x[at + 1] as number) - x0)
  return slope * (value - x0) + y0
}

const round32 = Math.fround

/** The segment of the points in which scipy's `interp1d` looks: that before, where a point is met. */
const segment32 = (x: Float64Array, value: number): number => {
  const before = pointBefore(x, value)
  return Math.max(0, x[before] === value ? before - 1 : before)
}

/** As scipy's `interp1d` with float32 points. */
const bySlope32 = (x: Float64Array, y: Float64Array, value: number): number => {
  const at = segment32(x, value)
  const [x0, y0] = [x[at] as number, y[at] as number]
  const slope = round32(round32((y[at + 1] as number) - y0) / round32((x[at + 1] as number) - x0))
  return round32(round32(slope * round32(value - x0)) + y0)
}

/** As newer versions of it. */
const byWeights32 = (x: Float64Array, y: Float64Array, value: number): number => {
  const at = segment32(x, value)
  const [x0, x1] = [x[at] as number, x[at + 1] as number]
  const width = round32(x1 - x0)
  const second = round32(round32(round32(value - x0) / width) * (y[at + 1] as number))
  return round32(second + round32(round32(round32(x1 - value) / width) * (y[at] as number)))
}
