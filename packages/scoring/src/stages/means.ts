import { type Named, type NamedColumn, numbersOf, withColumns } from '../data/named.ts'

/** A number for each column in the place of what is missing: null, or `missing`. */
export type Means = {
  readonly kind: 'means'
  readonly missing: number
  readonly columns: readonly { readonly input: string; readonly output: string; readonly value: number }[]
}

export const compileMeans =
  ({ missing, columns }: Means, name: string): ((rows: Named) => Named) =>
  (rows) =>
    withColumns(
      rows,
      columns.map(({ input, output, value }): readonly [string, NamedColumn] => {
        const { values, isNull } = numbersOf(rows, input, name)
        const isMissing = (number: number, row: number): boolean =>
          isNull?.[row] === 1 || number === missing || (Number.isNaN(number) && Number.isNaN(missing))
        return [output, { kind: 'numbers', values: values.map((one, row) => (isMissing(one, row) ? value : one)) }]
      }),
    )
