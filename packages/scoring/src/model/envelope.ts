import { type NumbersExpected, onlyDenseRows } from '../data/check.ts'
import { distanceOf } from './distance.ts'
import { inliers, type Into, vector } from './outputs.ts'
import type { Scorer } from './scorer.ts'

/** An ellipse around the ordinary rows: the square of Mahalanobis' distance to its centre, less what the border has. */
export type EnvelopeModel = {
  readonly kind: 'envelope'
  readonly name: string
  readonly columns: number
  readonly center: Float64Array
  /** columns × columns. */
  readonly precision: Float64Array
  readonly offset: number
}

export const compileEnvelope = ({ name, columns, center, precision, offset }: EnvelopeModel): Scorer => {
  const expected: NumbersExpected = { model: name, columns, values: 'finite' }
  const { reduced } = distanceOf({ type: 'mahalanobis', matrix: precision }, columns)
  const less =
    (subtracted: number): Into =>
    (data, out) => {
      const { rows, values } = onlyDenseRows(data, expected)
      for (let row = 0; row < rows; row++) out[row] = -reduced(values, row * columns, center, 0) - subtracted
    }
  const decisionInto = less(offset)
  return {
    name,
    columns,
    methods: {
      predict: inliers(decisionInto, (score) => score >= 0),
      decisionFunction: vector(decisionInto),
      scoreSamples: vector(less(0)),
    },
  }
}
