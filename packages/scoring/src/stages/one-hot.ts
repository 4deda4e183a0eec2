import { sparseRows } from '../data/columns.ts'
import { knownNumbers, type Named, type NamedColumn, numbersOf, withColumns } from '../data/named.ts'
import { scoringError } from '../errors.ts'
import { pairs, type StageColumns } from './columns.ts'

/** A one at the place of a category. */
export type OneHot = {
  readonly kind: 'oneHot'
  readonly columns: readonly { readonly input: string; readonly output: string; readonly categories: number }[]
  /** The last category has no place of its own. */
  readonly dropsLast: boolean
  /** Whether a category that was not seen has a place behind the last, or is refused. */
  readonly keepsInvalid: boolean
}

export const oneHotColumns = ({ columns }: OneHot): StageColumns => pairs(columns, 'number')

export const compileOneHot =
  ({ columns, dropsLast, keepsInvalid }: OneHot, name: string): ((rows: Named) => Named) =>
  (rows) =>
    withColumns(
      rows,
      columns.map(({ input, output, categories }): readonly [string, NamedColumn] => {
        const places = categories + (keepsInvalid ? 1 : 0) - (dropsLast ? 1 : 0)
        const given = knownNumbers(rows, input, name)
        const { labels } = numbersOf(rows, input, name)
        const values = sparseRows(rows.rows, places, (row, add) => {
          const value = given[row] as number
          if (!Number.isInteger(value) || value < 0 || (value >= categories && !keepsInvalid))
            throw scoringError('input.label', { model: name, column: input, value: `${value} (row ${row})` })
          const place = Math.min(value, categories)
          if (place < places) add(place, 1)
        })
        return [output, { kind: 'vectors', values, nameOf: (place) => labels?.[place] ?? String(place) }]
      }),
    )
