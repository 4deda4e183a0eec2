import { numericRows, type NumbersExpected } from '../data/check.ts'
import { type Data, withValues } from '../data/data.ts'
import { normalProbability, normalQuantile } from './normal.ts'
import type { Scorer } from './scorer.ts'

/** Each number replaced by its place among a column's quantiles, or by the normal score of that place. */
export type QuantilesModel = {
  readonly kind: 'quantiles'
  readonly name: string
  readonly columns: number
  /** Ascending, from 0 to 1. */
  readonly references: Float64Array
  /** For each column as many quantiles, one column after the other. */
  readonly quantiles: Float64Array
  readonly output: 'uniform' | 'normal'
  readonly isInverse: boolean
  /** Uniform places keep off 0 and 1, as normal scores do (before 0.21). */
  readonly isClipped: boolean
}

const boundsThreshold = 1e-7
const spacingOfOne = 2 ** -52
const least = boundsThreshold - spacingOfOne

export const compileQuantiles = (model: QuantilesModel): Scorer => {
  const { name, columns, references, quantiles } = model
  const expected: NumbersExpected = { model: name, columns, values: 'missing' }
  const count = references.length
  const perColumn = Array.from({ length: columns }, (_, column) =>
    columnTransform(references, quantiles.subarray(column * count, (column + 1) * count), model),
  )
  const apply = (data: Data): Data => {
    const rows = numericRows(data, expected)
    const values = rows.values.slice()
    for (let i = 0; i < values.length; i++) {
      const column = rows.kind === 'dense' ? i % columns : (rows.indices[i] as number)
      values[i] = (perColumn[column] as (x: number) => number)(values[i] as number)
    }
    return withValues(rows, values)
  }
  return { name, columns, methods: { transform: { apply } } }
}

const columnTransform = (
  references: Float64Array,
  quantiles: Float64Array,
  { output, isInverse, isClipped }: QuantilesModel,
): ((x: number) => number) => {
  if (isInverse) return inverse(references, quantiles, output)
  const [lowest, highest] = [quantiles[0] as number, quantiles.at(-1) as number]
  const negatedQuantiles = quantiles.map((x) => -x).reverse()
  const negatedReferences = references.map((x) => -x).reverse()
  // Repeated quantiles have several places: the mean of the first and the last is taken.
  const place = (x: number): number =>
    0.5 * (interpolate(x, quantiles, references) - interpolate(-x, negatedQuantiles, negatedReferences))
  if (output === 'uniform' && !isClipped)
    return (x) => (x === lowest ? 0 : x === highest ? 1 : Number.isNaN(x) ? x : place(x))
  const score = output === 'uniform' ? Number : normalQuantile
  const [low, high] = [score(least), score(1 - least)]
  return (x) => {
    const probability = x - boundsThreshold < lowest ? 0 : x + boundsThreshold > highest ? 1 : place(x)
    return Math.min(Math.max(score(Number.isNaN(x) ? x : probability), low), high)
  }
}

const inverse = (
  references: Float64Array,
  quantiles: Float64Array,
  output: QuantilesModel['output'],
): ((x: number) => number) => {
  const [lowest, highest] = [quantiles[0] as number, quantiles.at(-1) as number]
  return (x) => {
    const probability = output === 'normal' ? normalProbability(x) : x
    if (Number.isNaN(probability)) return probability
    const margin = output === 'normal' ? boundsThreshold : 0
    if (margin === 0 ? probability === 0 : probability - margin < 0) return lowest
    if (margin === 0 ? probability === 1 : probability + margin > 1) return highest
    return interpolate(probability, references, quantiles)
  }
}

/** numpy.interp: linear between points, constant beyond the first and the last. */
const interpolate = (x: number, points: Float64Array, values: Float64Array): number => {
  const last = points.length - 1
  if (x > (points[last] as number)) return values[last] as number
  if (x < (points[0] as number)) return values[0] as number
  const at = segmentOf(x, points)
  if (at === last || points[at] === x) return values[at] as number
  const slope =
    ((values[at + 1] as number) - (values[at] as number)) / ((points[at + 1] as number) - (points[at] as number))
  return slope * (x - (points[at] as number)) + (values[at] as number)
}

/**
 * The last point that is not above x, found in the steps that numpy takes for a single number: quantiles may be out of order by
 * their last digits, and then another way of searching finds another place.
 */
const segmentOf = (x: number, points: Float64Array): number => {
  const count = points.length
  const isBelow = (at: number): boolean => x < (points[at] as number)
  const linear = count <= 4 ? count : 4
  for (let at = 1; at < linear; at++) if (isBelow(at)) return at - 1
  if (count <= 4) return count - 1
  let [low, high] = [3, count > 10 && isBelow(9) ? 9 : count]
  while (low < high) {
    const middle = low + ((high - low) >> 1)
    if (isBelow(middle)) high = middle
    else low = middle + 1
  }
  return low - 1
}
