import { scoringError } from '../errors.ts'
import { anyVectorsOf, columnOf, knownNumbers, type Named, withColumns } from '../data/named.ts'
import { eachRow } from '../data/vectors.ts'
import type { StageColumns } from './columns.ts'

/** A broken line through points, of a number or of one in a vector; level outside. */
export type BrokenLine = {
  readonly kind: 'brokenLine'
  readonly features: string
  /** Which number of a vector. */
  readonly feature: number
  readonly prediction: string
  /** Ascending; a bound may be there twice. */
  readonly bounds: Float64Array
  readonly values: Float64Array
}

export const brokenLineColumns = ({ features: name, prediction }: BrokenLine): StageColumns => ({
  reads: [{ name, kind: 'numberOrVector' }],
  writes: [prediction],
  predicts: true,
})

export const compileBrokenLine =
  ({ features, feature, prediction, bounds, values }: BrokenLine, name: string): ((rows: Named) => Named) =>
  (rows) =>
    withColumns(rows, [
      [
        prediction,
        { kind: 'numbers', values: given(rows, features, feature, name).map((x) => valueAt(bounds, values, x)) },
      ],
    ])

const given = (rows: Named, features: string, feature: number, name: string): Float64Array => {
  if (columnOf(rows, features, name).kind !== 'vectors') return knownNumbers(rows, features, name)
  const vectors = anyVectorsOf(rows, features, name)
  if (feature >= vectors.columns)
    throw scoringError('input.width', { model: name, expected: feature + 1, found: vectors.columns })
  const numbers = new Float64Array(rows.rows)
  eachRow(vectors, (values, from, row) => {
    numbers[row] = values[from + feature] as number
  })
  return numbers
}

/** Of two equal bounds the one counts that Java's binary search meets first. */
const valueAt = (bounds: Float64Array, values: Float64Array, x: number): number => {
  let [low, high] = [0, bounds.length - 1]
  while (low <= high) {
    const middle = (low + high) >>> 1
    const bound = bounds[middle] as number
    if (bound === x) return values[middle] as number
    if (bound > x) high = middle - 1
    else low = middle + 1
  }
  if (low === 0) return values[0] as number
  if (low === bounds.length) return values[low - 1] as number
  const [x1, x2] = [bounds[low - 1] as number, bounds[low] as number]
  const [y1, y2] = [values[low - 1] as number, values[low] as number]
  return y1 + ((y2 - y1) * (x - x1)) / (x2 - x1)
}
