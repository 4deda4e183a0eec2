import {
  anyVectorsOf,
  columnOf,
  knownNumbers,
  type Named,
  type NamedColumn,
  vectorsOf,
  withColumns,
} from '../data/named.ts'
import { mapValues } from '../data/vectors.ts'
import { pairs, type StageColumns } from './columns.ts'

/** One where a number is above the threshold, else zero; of single numbers or of all in a vector. */
export type Binarizer = {
  readonly kind: 'binarizer'
  readonly columns: readonly { readonly input: string; readonly output: string; readonly threshold: number }[]
}

export const binarizerColumns = ({ columns }: Binarizer): StageColumns => pairs(columns, 'numberOrVector')

export const compileBinarizer =
  ({ columns }: Binarizer, name: string): ((rows: Named) => Named) =>
  (rows) =>
    withColumns(
      rows,
      columns.map(({ input, output, threshold }): readonly [string, NamedColumn] => {
        const isAbove = (value: number): number => (value > threshold ? 1 : 0)
        if (columnOf(rows, input, name).kind !== 'vectors')
          return [output, { kind: 'numbers', values: knownNumbers(rows, input, name).map(isAbove) }]
        const vectors = (isAbove(0) === 0 ? anyVectorsOf : vectorsOf)(rows, input, name)
        return [output, { kind: 'vectors', values: mapValues(vectors, isAbove) }]
      }),
    )
