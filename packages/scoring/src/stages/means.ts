import { type Named, type NamedColumn, type NumberType, numbersOf, withColumns } from '../data/named.ts'
import { pairs, type StageColumns } from './columns.ts'

/** A number for each column in the place of what is missing: null, or `missing`. */
export type Means = {
  readonly kind: 'means'
  readonly missing: number
  readonly columns: readonly { readonly input: string; readonly output: string; readonly value: number }[]
}

export const meansColumns = ({ columns }: Means): StageColumns => pairs(columns, 'number')

export const compileMeans =
  ({ missing, columns }: Means, name: string): ((rows: Named) => Named) =>
  (rows) =>
    withColumns(
      rows,
      columns.map(({ input, output, value }): readonly [string, NamedColumn] => {
        const { values, isNull, type = 'double' } = numbersOf(rows, input, name)
        const isMissing = (number: number, row: number): boolean =>
          isNull?.[row] === 1 || number === missing || (Number.isNaN(number) && Number.isNaN(missing))
        const own = ofType(value, type)
        return [output, { kind: 'numbers', values: values.map((one, row) => (isMissing(one, row) ? own : one)), type }]
      }),
    )

/** Spark makes of what it puts in a number of the column's type. */
const ofType = (value: number, type: NumberType): number =>
  type === 'float' ? Math.fround(value) : type === 'int' || type === 'bigint' ? Math.trunc(value) : value
