import { denseRows, type NumbersExpected } from '../data/check.ts'
import { type Data, dense } from '../data/data.ts'
import { refuseNegative } from './similarity-map.ts'
import type { Scorer } from './scorer.ts'

/**
 * Non-negative amounts of each component whose sum comes closest to a row (NMF by coordinate descent). The library stops when
 * all rows together have settled, so that a row's last digits depend on the rows beside it; so they do here.
 */
export type FactorsModel = {
  readonly kind: 'factors'
  readonly name: string
  readonly columns: number
  /** components × columns. */
  readonly components: Float64Array
  readonly l1: number
  readonly l2: number
  readonly mostSteps: number
  readonly tolerance: number
}

export const compileFactors = (model: FactorsModel): Scorer => {
  const { name, columns, components, l1, l2, mostSteps, tolerance } = model
  const count = components.length / columns
  const expected: NumbersExpected = { model: name, columns, values: 'finite' }
  const between = products(components, components, columns)
  for (let k = 0; k < count; k++) between[k * count + k] = (between[k * count + k] as number) + l2
  const apply = (data: Data): Data => {
    const rows = denseRows(data, expected)
    refuseNegative(rows.values, columns, name)
    const result = dense(rows.rows, count)
    const wanted = products(rows.values, components, columns).map((value) => value - l1)
    let first = 0
    for (let step = 0; step < mostSteps; step++) {
      const violation = descend(result.values, wanted, between, count)
      if (step === 0) first = violation
      if (first === 0 || violation / first <= tolerance) break
    }
    return result
  }
  return { name, columns, methods: { transform: { apply } } }
}

/** a × b' of matrices with as many columns. */
const products = (a: Float64Array, b: Float64Array, columns: number): Float64Array => {
  const [rows, width] = [a.length / columns, b.length / columns]
  const result = new Float64Array(rows * width)
  for (let row = 0; row < rows; row++)
    for (let other = 0; other < width; other++) {
      let sum = 0
      for (let i = 0; i < columns; i++) sum += (a[row * columns + i] as number) * (b[other * columns + i] as number)
      result[row * width + other] = sum
    }
  return result
}

/** One step along every coordinate of every row; gives how far they were from settled. */
const descend = (amounts: Float64Array, wanted: Float64Array, between: Float64Array, count: number): number => {
  let violation = 0
  for (let k = 0; k < count; k++) {
    const curvature = between[k * count + k] as number
    for (let base = 0; base < amounts.length; base += count) {
      let gradient = -(wanted[base + k] as number)
      for (let other = 0; other < count; other++)
        gradient += (between[k * count + other] as number) * (amounts[base + other] as number)
      const amount = amounts[base + k] as number
      violation += Math.abs(amount === 0 ? Math.min(0, gradient) : gradient)
      if (curvature !== 0) amounts[base + k] = Math.max(amount - gradient / curvature, 0)
    }
  }
  return violation
}
