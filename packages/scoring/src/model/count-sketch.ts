import { denseRows, type NumbersExpected } from '../data/check.ts'
import { type Data, dense } from '../data/data.ts'
import type { Scorer } from './scorer.ts'

/** Tensor sketch of a polynomial kernel (Pham and Pagh): the circular convolution of `degree` count sketches of a row. */
export type CountSketchModel = {
  readonly kind: 'countSketch'
  readonly name: string
  readonly columns: number
  readonly width: number
  readonly degree: number
  /** Each feature is multiplied by this. */
  readonly scale: number
  /** Value of a feature that every row has behind its own; undefined where there is none. */
  readonly constant: number | undefined
  /** degree × features: the place of each feature in each sketch, and 1 or -1. */
  readonly places: Int32Array
  readonly signs: Float64Array
}

export const compileCountSketch = (model: CountSketchModel): Scorer => {
  const { name, columns, width, degree, scale, constant, places, signs } = model
  const expected: NumbersExpected = { model: name, columns, values: 'finite' }
  const features = columns + (constant === undefined ? 0 : 1)
  const apply = (data: Data): Data => {
    const rows = denseRows(data, expected)
    const result = dense(rows.rows, width)
    for (let row = 0; row < rows.rows; row++) {
      const own = Float64Array.from({ length: features }, (_, feature) =>
        feature < columns ? scale * (rows.values[row * columns + feature] as number) : (constant as number),
      )
      let sketch = new Float64Array(width)
      sketch[0] = 1
      for (let d = 0; d < degree; d++) {
        const convolved = new Float64Array(width)
        for (const [feature, value] of own.entries()) {
          const place = places[d * features + feature] as number
          const signed = value * (signs[d * features + feature] as number)
          for (let i = 0; i < width; i++) {
            const to = i + place < width ? i + place : i + place - width
            convolved[to] = (convolved[to] as number) + signed * (sketch[i] as number)
          }
        }
        sketch = convolved
      }
      result.values.set(sketch, row * width)
    }
    return result
  }
  return { name, columns, methods: { transform: { apply } } }
}
