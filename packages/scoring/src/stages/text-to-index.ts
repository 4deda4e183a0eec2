import { scoringError } from '../errors.ts'
import { columnOf, keptRows, type Named, type NamedColumn, withColumns } from '../data/named.ts'
import { javaNumber } from '../text/java-number.ts'
import type { StageColumns } from './columns.ts'

/** The place of a text among the labels. As in Spark, a column that the rows lack is passed over: often it is the label. */
export type TextToIndex = {
  readonly kind: 'textToIndex'
  readonly columns: readonly { readonly input: string; readonly output: string; readonly labels: readonly string[] }[]
  /** Other texts are refused, their rows left out, or given the place behind the last label. */
  readonly invalid: 'error' | 'skip' | 'keep'
}

/** As Java writes numbers of the type double: such labels were numbers. */
const isDouble = /^-?\d+\.\d+(E-?\d+)?$/

export const textToIndexColumns = ({ columns }: TextToIndex): StageColumns => ({
  reads: columns.map(({ input: name, labels: values }) =>
    values.length > 0 && values.every((label) => isDouble.test(label))
      ? { name, kind: 'number', type: 'double', values: values.map(Number) }
      : { name, kind: 'text', values },
  ),
  writes: columns.map(({ output }) => output),
})

export const compileTextToIndex = ({ columns, invalid }: TextToIndex, name: string): ((rows: Named) => Named) => {
  const indexed = columns.map(({ input, output, labels }) => ({
    input,
    output,
    places: new Map(labels.map((label, index) => [label, index])),
    unknown: labels.length,
    labels: invalid === 'keep' ? [...labels, '__unknown'] : labels,
  }))
  return (rows) => {
    const keep = new Uint8Array(rows.rows).fill(1)
    const given = indexed.filter(({ input }) => rows.columns.has(input))
    const added = given.map(({ input, output, places, unknown, labels }): readonly [string, NamedColumn] => {
      const textAt = textsOf(columnOf(rows, input, name), input, name)
      const values = Float64Array.from({ length: rows.rows }, (_, row) => {
        const text = textAt(row)
        const place = text === null ? undefined : places.get(text)
        if (place !== undefined) return place
        if (invalid === 'error')
          throw scoringError('input.label', { model: name, column: input, value: text === null ? 'null' : `"${text}"` })
        if (invalid === 'skip') keep[row] = 0
        return unknown
      })
      return [output, { kind: 'numbers', values, categories: labels.length, labels }]
    })
    return keptRows(withColumns(rows, added), keep)
  }
}

/** Numbers are looked up as Java writes them, and refused where their type is not known. */
const textsOf = (column: NamedColumn, name: string, model: string): ((row: number) => string | null) => {
  if (column.kind === 'texts') return (row) => column.values[row] ?? null
  if (column.kind === 'numbers' && column.type !== undefined) {
    const { values, isNull, type } = column
    return (row) => (isNull?.[row] === 1 ? null : javaNumber(values[row] as number, type))
  }
  throw scoringError('input.kind', { model, expected: `texts as "${name}"`, found: `a column of ${column.kind}` })
}
