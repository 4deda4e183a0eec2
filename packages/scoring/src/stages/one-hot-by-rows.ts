import { sparseRows } from '../data/columns.ts'
import { knownNumbers, type Named, numbersOf, withColumns } from '../data/named.ts'
import { scoringError } from '../errors.ts'
import { single, type StageColumns } from './columns.ts'

/**
 * A one at the place of a category, as Spark's encoders before version 3 have it that are not fitted: how many categories there are
 * the column says where a stage made it, or else all rows that are scored together.
 */
export type OneHotByRows = {
  readonly kind: 'oneHotByRows'
  readonly input: string
  readonly output: string
  /** The last category has no place of its own. */
  readonly dropsLast: boolean
}

const mostCategories = 2 ** 31 - 1

export const oneHotByRowsColumns = (stage: OneHotByRows): StageColumns => single(stage, 'number')

export const compileOneHotByRows =
  ({ input, output, dropsLast }: OneHotByRows, name: string): ((rows: Named) => Named) =>
  (rows) => {
    const given = knownNumbers(rows, input, name)
    const { categories, labels } = numbersOf(rows, input, name)
    const refuse = (value: number, row: number) =>
      scoringError('input.label', { model: name, column: input, value: `${value} (row ${row})` })
    const found = (): number =>
      given.reduce((most, value, row) => {
        if (!(Number.isInteger(value) && value >= 0 && value < mostCategories)) throw refuse(value, row)
        return Math.max(most, value)
      }, 0) + 1
    const places = (categories ?? found()) - (dropsLast ? 1 : 0)
    const values = sparseRows(rows.rows, places, (row, add) => {
      const value = given[row] as number
      if (value < 0) throw refuse(value, row)
      if (value < places) add(Math.trunc(value), 1)
    })
    return withColumns(rows, [
      [output, { kind: 'vectors', values, nameOf: (place) => labels?.[place] ?? String(place) }],
    ])
  }
