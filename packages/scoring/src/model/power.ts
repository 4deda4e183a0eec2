import { denseRows, type NumbersExpected } from '../data/check.ts'
import { type Data, dense } from '../data/data.ts'
import { scoringError } from '../errors.ts'
import type { Scorer } from './scorer.ts'

/** A power of each number, fitted to make its column look normal. */
export type PowerModel = {
  readonly kind: 'power'
  readonly name: string
  readonly method: PowerMethod
  /** One exponent a column. */
  readonly lambdas: Float64Array
  readonly isInverse: boolean
}
export type PowerMethod = 'box-cox' | 'yeo-johnson'

export const compilePower = ({ name, method, lambdas, isInverse }: PowerModel): Scorer => {
  const columns = lambdas.length
  const expected: NumbersExpected = { model: name, columns, values: 'missing' }
  const change = {
    'box-cox': isInverse ? inverseBoxCox : boxCox,
    'yeo-johnson': isInverse ? inverseYeoJohnson : yeoJohnson,
  }[method]
  const isPositive = method === 'box-cox' && !isInverse
  const apply = (data: Data): Data => {
    const rows = denseRows(data, expected)
    const values = rows.values.slice(0, rows.rows * columns)
    for (let i = 0; i < values.length; i++) {
      const column = i % columns
      const value = values[i] as number
      if (isPositive && value <= 0)
        throw scoringError('input.domain', {
          model: name,
          row: Math.floor(i / columns),
          column,
          expected: 'positive numbers',
          value,
        })
      values[i] = change(value, lambdas[column] as number)
    }
    return dense(rows.rows, columns, values)
  }
  return { name, columns, methods: { transform: { apply } } }
}

const boxCox = (x: number, lambda: number): number =>
  Math.abs(lambda) < 1e-19 ? Math.log(x) : Math.expm1(lambda * Math.log(x)) / lambda

const inverseBoxCox = (x: number, lambda: number): number =>
  lambda === 0 ? Math.exp(x) : Math.exp(Math.log1p(lambda * x) / lambda)

const smallest = 2 ** -52

const yeoJohnson = (x: number, lambda: number): number => {
  if (x >= 0) return Math.abs(lambda) < smallest ? Math.log1p(x) : ((x + 1) ** lambda - 1) / lambda
  return Math.abs(lambda - 2) > smallest ? -((1 - x) ** (2 - lambda) - 1) / (2 - lambda) : -Math.log1p(-x)
}

const inverseYeoJohnson = (x: number, lambda: number): number => {
  if (x >= 0) return Math.abs(lambda) < smallest ? Math.expm1(x) : (x * lambda + 1) ** (1 / lambda) - 1
  return Math.abs(lambda - 2) > smallest ? 1 - (-(2 - lambda) * x + 1) ** (1 / (2 - lambda)) : -Math.expm1(-x)
}
