import { denseRows, type NumbersExpected } from '../data/check.ts'
import { type Data, dense } from '../data/data.ts'
import { refuseNegative } from './similarity-map.ts'
import type { Scorer } from './scorer.ts'

/** Features sampled from the Fourier transform of the additive chi-squared kernel (Vedaldi and Zisserman). */
export type ChiSquaredMapModel = {
  readonly kind: 'chiSquaredMap'
  readonly name: string
  readonly columns: number | undefined
  readonly steps: number
  readonly interval: number
}

export const compileChiSquaredMap = ({ name, columns, steps, interval }: ChiSquaredMapModel): Scorer => {
  const expected: NumbersExpected = { model: name, columns, values: 'finite' }
  const apply = (data: Data): Data => {
    const rows = denseRows(data, expected)
    refuseNegative(rows.values, rows.columns, name)
    const width = rows.columns * (2 * steps - 1)
    const result = dense(rows.rows, width)
    for (const [i, value] of rows.values.entries()) {
      if (value === 0) continue
      const base = Math.floor(i / rows.columns) * width + (i % rows.columns)
      result.values[base] = Math.sqrt(value * interval)
      const angle = interval * Math.log(value)
      for (let step = 1; step < steps; step++) {
        const factor = Math.sqrt((2 * value * interval) / Math.cosh(Math.PI * step * interval))
        result.values[base + (2 * step - 1) * rows.columns] = factor * Math.cos(step * angle)
        result.values[base + 2 * step * rows.columns] = factor * Math.sin(step * angle)
      }
    }
    return result
  }
  return { name, columns, methods: { transform: { apply } } }
}
