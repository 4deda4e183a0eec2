import { scoringError } from '../errors.ts'
import { type Named, type NamedColumn, numbersOf, withColumns } from '../data/named.ts'
import { pairs, type StageColumns } from './columns.ts'

/** What the target was on the average in each category. */
export type CategoryMeans = {
  readonly kind: 'categoryMeans'
  readonly columns: readonly {
    readonly input: string
    readonly output: string
    readonly means: readonly (readonly [category: number, mean: number])[]
    /** Of rows without a category, where training had such. */
    readonly ofNull?: number
    /** Of all: what a category that was not seen gets. */
    readonly ofAll: number
  }[]
  /** Whether a category that was not seen is refused. */
  readonly refusesUnknown: boolean
}

export const categoryMeansColumns = ({ columns }: CategoryMeans): StageColumns => pairs(columns, 'number')

export const compileCategoryMeans = (
  { columns, refusesUnknown }: CategoryMeans,
  name: string,
): ((rows: Named) => Named) => {
  const known = columns.map((column) => ({ ...column, means: new Map(column.means) }))
  return (rows) =>
    withColumns(
      rows,
      known.map(({ input, output, means, ofNull, ofAll }): readonly [string, NamedColumn] => {
        const { values, isNull } = numbersOf(rows, input, name)
        const meanOf = (value: number, row: number): number => {
          const isMissing = isNull?.[row] === 1
          const mean = isMissing ? ofNull : means.get(value)
          if (mean !== undefined) return mean
          if (refusesUnknown)
            throw scoringError('input.label', { model: name, column: input, value: isMissing ? 'null' : String(value) })
          return ofAll
        }
        return [output, { kind: 'numbers', values: values.map(meanOf) }]
      }),
    )
}
