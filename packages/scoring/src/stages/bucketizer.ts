import { scoringError } from '../errors.ts'
import { keptRows, type Named, type NamedColumn, numbersOf, withColumns } from '../data/named.ts'
import { pairs, type StageColumns } from './columns.ts'

/** The place of a number between ascending bounds; the last place includes its upper bound. */
export type Bucketizer = {
  readonly kind: 'bucketizer'
  readonly columns: readonly { readonly input: string; readonly output: string; readonly bounds: Float64Array }[]
  /** NaN is refused, its rows left out, or given the place behind the last. Null stays null, or its rows are left out too. */
  readonly invalid: 'error' | 'skip' | 'keep'
}

export const bucketizerColumns = ({ columns }: Bucketizer): StageColumns => pairs(columns, 'number')

export const compileBucketizer =
  ({ columns, invalid }: Bucketizer, name: string): ((rows: Named) => Named) =>
  (rows) => {
    const keep = new Uint8Array(rows.rows).fill(1)
    const added = columns.map(({ input, output, bounds }): readonly [string, NamedColumn] => {
      const { values: given, isNull } = numbersOf(rows, input, name)
      const values = given.map((value, row) => {
        if (!Number.isNaN(value)) return placeOf(value, bounds, row, name)
        if (invalid !== 'skip' && isNull?.[row] === 1) return Number.NaN
        if (invalid === 'error') throw scoringError('input.missing', { model: name, row, column: input })
        if (invalid === 'skip') keep[row] = 0
        return bounds.length - 1
      })
      const categories = bounds.length - 1
      return [output, { kind: 'numbers', values, categories, ...(isNull === undefined ? {} : { isNull }) }]
    })
    return keptRows(withColumns(rows, added), keep)
  }

const placeOf = (value: number, bounds: Float64Array, row: number, model: string): number => {
  const last = bounds.length - 1
  const [low, high] = [bounds[0] as number, bounds[last] as number]
  if (value === high) return last - 1
  if (value < low || value > high) throw scoringError('input.outside', { model, row, value, low, high })
  let [from, to] = [0, last]
  while (to - from > 1) {
    const middle = (from + to) >> 1
    if ((bounds[middle] as number) <= value) from = middle
    else to = middle
  }
  return from
}
