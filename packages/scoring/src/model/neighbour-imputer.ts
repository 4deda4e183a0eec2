import { denseRows } from '../data/check.ts'
import { pickColumns } from '../data/columns.ts'
import { type Data, dense } from '../data/data.ts'
import { selectSmallest } from './distance-order.ts'
import { type Missing, missingNumber, numbersExpected } from './imputer.ts'
import type { Scorer } from './scorer.ts'

/** Missing values filled from the nearest training rows that have them. */
export type NeighbourImputerModel = {
  readonly kind: 'neighbourImputer'
  readonly name: string
  readonly columns: number
  readonly missing: Missing
  /** Training rows; missing values are NaN. */
  readonly fitted: Float64Array
  readonly neighbours: number
  readonly weights: 'uniform' | 'distance'
  readonly kept: Int32Array
  /** Columns without any value in training are kept as zeros. */
  readonly emptyIsZero: boolean
}

export const compileNeighbourImputer = (model: NeighbourImputerModel): Scorer => {
  const { name, columns, kept, fitted, emptyIsZero } = model
  const isMissing = missingNumber(model.missing)
  const isKept = new Uint8Array(columns)
  for (const column of kept) isKept[column] = 1
  const fittedRows = fitted.length / columns
  const distances = new Float64Array(fittedRows)
  const apply = (data: Data): Data => {
    const rows = denseRows(data, numbersExpected(model))
    const known = rows.values.map((value) => (isMissing(value) ? Number.NaN : value))
    const values = known.slice()
    for (let row = 0; row < rows.rows; row++) {
      const own = known.subarray(row * columns, (row + 1) * columns)
      if (!own.some(Number.isNaN)) continue
      for (let other = 0; other < fittedRows; other++) distances[other] = distance(own, fitted, other * columns)
      for (let column = 0; column < columns; column++)
        if (Number.isNaN(own[column]) && isKept[column] === 1)
          values[row * columns + column] = imputed(distances, column, model)
    }
    if (emptyIsZero) {
      for (let i = 0; i < values.length; i++) if (isKept[i % columns] === 0) values[i] = 0
      return dense(rows.rows, columns, values)
    }
    return pickColumns(dense(rows.rows, columns, values), kept)
  }
  return { name, columns, methods: { transform: { apply } } }
}

/**
 * sklearn's nan_euclidean_distances: over the columns that both have, scaled up to all columns. From |x|² - 2xy + |y|² of rows with
 * zeros for what is missing, less what the other lacks, whose rounding decides between rows that are nearly as far.
 */
const distance = (row: Float64Array, fitted: Float64Array, start: number): number => {
  let [own, product, other, lessOwn, lessOther, count] = [0, 0, 0, 0, 0, 0]
  for (let column = 0; column < row.length; column++) {
    const [a, b] = [row[column] as number, fitted[start + column] as number]
    const [hasA, hasB] = [!Number.isNaN(a), !Number.isNaN(b)]
    if (hasA) own += a * a
    if (hasB) other += b * b
    if (hasA && hasB) {
      product += a * b
      count++
    } else if (hasA) lessOwn += a * a
    else if (hasB) lessOther += b * b
  }
  const square = Math.max(0, Math.max(0, -2 * product + own + other) - lessOwn - lessOther)
  return count === 0 ? Number.NaN : Math.sqrt((square / count) * row.length)
}

const imputed = (
  distances: Float64Array,
  column: number,
  { fitted, columns, neighbours, weights }: NeighbourImputerModel,
): number => {
  const donors: { readonly distance: number; readonly value: number }[] = []
  for (const [row, distanceTo] of distances.entries()) {
    const value = fitted[row * columns + column] as number
    if (!Number.isNaN(value)) donors.push({ distance: distanceTo, value })
  }
  if (donors.every((donor) => Number.isNaN(donor.distance))) return mean(donors.map(({ value }) => value))
  const chosen = nearestOf(donors, Math.min(neighbours, donors.length))
  // Rows without a common column come last, but with uniform weights they count where nearer ones are too few.
  if (weights === 'uniform') return mean(chosen.map(({ value }) => value))
  const nearest = chosen.filter((donor) => !Number.isNaN(donor.distance))
  const exact = nearest.filter((donor) => donor.distance === 0)
  if (exact.length > 0) return mean(exact.map(({ value }) => value))
  let [sum, total] = [0, 0]
  for (const donor of nearest) {
    sum += donor.value / donor.distance
    total += 1 / donor.distance
  }
  return sum / total
}

/** Of rows at equal distances those that numpy's partition brings to the front. */
const nearestOf = <T extends { readonly distance: number }>(donors: readonly T[], count: number): readonly T[] => {
  const distances = Float64Array.from(donors, ({ distance: far }) => (Number.isNaN(far) ? Infinity : far))
  const places = Int32Array.from(donors.keys())
  selectSmallest(distances, places, count)
  return Array.from(places.subarray(0, count), (place) => donors[place] as T)
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
