import { denseRows, type NumbersExpected } from '../data/check.ts'
import type { Data } from '../data/data.ts'
import { vector } from './outputs.ts'
import type { Scorer } from './scorer.ts'

/**
 * The logarithm of a normal density whose precision matrix is a diagonal and a few directions:
 * `constant - 0.5 (d' diag(diagonal) d + (W d)' core (W d))`, where d is the distance from the mean and W the directions.
 */
export type NormalDensityModel = {
  readonly kind: 'normalDensity'
  readonly name: string
  readonly mean: Float64Array
  readonly diagonal: Float64Array
  /** k × columns. */
  readonly directions: Float64Array
  /** k × k. */
  readonly core: Float64Array
  readonly constant: number
}

export const compileNormalDensity = (model: NormalDensityModel): Scorer => {
  const { name, mean, diagonal, directions, core, constant } = model
  const columns = mean.length
  const count = directions.length / columns
  const expected: NumbersExpected = { model: name, columns, values: 'finite' }
  const along = new Float64Array(count)
  const into = (data: Data, out: Float64Array): void => {
    const rows = denseRows(data, expected)
    for (let row = 0; row < rows.rows; row++) {
      const distance = (column: number): number =>
        (rows.values[row * columns + column] as number) - (mean[column] as number)
      let square = 0
      for (let column = 0; column < columns; column++) square += (diagonal[column] as number) * distance(column) ** 2
      for (let k = 0; k < count; k++) {
        let sum = 0
        for (let column = 0; column < columns; column++)
          sum += (directions[k * columns + column] as number) * distance(column)
        along[k] = sum
      }
      for (let i = 0; i < count; i++)
        for (let j = 0; j < count; j++)
          square += (along[i] as number) * (core[i * count + j] as number) * (along[j] as number)
      out[row] = constant - 0.5 * square
    }
  }
  return { name, columns, methods: { scoreSamples: vector(into) } }
}
