import { sparseRows } from '../data/columns.ts'
import { columnOf, type Named, type NamedColumn, withColumns } from '../data/named.ts'
import { scoringError } from '../errors.ts'
import { javaNumber } from '../text/java-number.ts'
import { placeOf } from '../text/spark-hash.ts'
import type { StageColumns } from './columns.ts'

/** Columns in one vector, each number at the place of its column's hash, a one at the place of the hash of `column=category`. */
export type HashedColumns = {
  readonly kind: 'hashedColumns'
  readonly inputs: readonly string[]
  readonly output: string
  readonly size: number
  /** Columns of numbers that are categories, as texts and truth values are anyway. */
  readonly categories: readonly string[]
}

export const hashedColumnsColumns = ({ inputs, output }: HashedColumns): StageColumns => ({
  reads: inputs.map((name) => ({ name, kind: 'numberOrText' })),
  writes: [output],
})

export const compileHashedColumns = (
  { inputs, output, size, categories }: HashedColumns,
  name: string,
): ((rows: Named) => Named) => {
  const areCategories = new Set(categories)
  return (rows) => {
    const adders = inputs.map((input) => adderOf(columnOf(rows, input, name), input, areCategories.has(input)))
    const values = sparseRows(rows.rows, size, (row, add) => {
      for (const adder of adders) adder(row, add)
    })
    return withColumns(rows, [[output, { kind: 'vectors', values }]])
  }

  /** Adds what a row has in a column; a null adds nothing. */
  function adderOf(column: NamedColumn, input: string, isCategory: boolean): Adder {
    const place = (text: string): number => placeOf(text, size, false)
    switch (column.kind) {
      case 'texts':
        return (row, add) => {
          const text = column.values[row] ?? null
          if (text !== null) add(place(`${input}=${text}`), 1)
        }
      case 'numbers': {
        const { values, isNull, type = 'double' } = column
        const own = place(input)
        return (row, add) => {
          if (isNull?.[row] === 1) return
          const value = values[row] as number
          if (isCategory || type === 'boolean') add(place(`${input}=${javaNumber(value, type)}`), 1)
          else add(own, value)
        }
      }
      default:
        throw scoringError('input.kind', {
          model: name,
          expected: `numbers or texts as "${input}"`,
          found: column.kind === 'vectors' ? 'a column of vectors' : 'a column of lists of texts',
        })
    }
  }
}

type Adder = (row: number, add: (place: number, value: number) => void) => void
