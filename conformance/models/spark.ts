import { floatText, type Named, type NamedColumn, type Scorer } from '@modelsmith/scoring'
import type { PredictedColumn } from './predictions.ts'

/** What a Spark fixture's columns are, by name: `vector`, `string`, or a kind of number. */
export type SparkTypes = Readonly<Record<string, string>>

/**
 * The rows of an `input.csv` as Spark had them: an empty cell is null, the parts of a vector are called `name:0`, `name:1`…; the
 * older models, which know no columns, have all of them as one vector, and each by itself.
 */
export const sparkRows = (
  [names = [], ...records]: readonly (readonly string[])[],
  types: SparkTypes | null,
): Named => {
  const rows = records.length
  const cells = (index: number): readonly string[] => records.map((record) => record[index] ?? '')
  const isRdd = types === null
  const allOnce = { features: 'vector', ...Object.fromEntries(names.map((name) => [name, 'double'])) }
  const columns = Object.entries(types ?? allOnce).map(([name, type]): readonly [string, NamedColumn] => {
    if (type !== 'vector') return [name, single(cells(names.indexOf(name)), type)]
    const parts = names.flatMap((own, index) => (isRdd || own.startsWith(`${name}:`) ? [index] : []))
    const values = Float64Array.from(records.flatMap((record) => parts.map((part) => numberOf(record[part] ?? ''))))
    return [name, { kind: 'vectors', values: { kind: 'dense', rows, columns: parts.length, values } }]
  })
  return { kind: 'named', rows, columns: new Map(columns) }
}

const single = (cells: readonly string[], type: string): NamedColumn =>
  type === 'string'
    ? { kind: 'texts', values: cells.map((cell) => (cell === '' ? null : cell)) }
    : {
        kind: 'numbers',
        values: Float64Array.from(cells, numberOf),
        isNull: Uint8Array.from(cells, (cell) => (cell === '' ? 1 : 0)),
      }

const numberOf = (cell: string): number => {
  if (cell === 'true' || cell === 'false') return cell === 'true' ? 1 : 0
  if (cell === '' || cell.toLowerCase() === 'nan') return Number.NaN
  if (/inf/i.test(cell)) return cell.startsWith('-') ? -Infinity : Infinity
  return Number(cell)
}

/** Every column of the rows that a saved Spark model gives, vectors part by part. */
export const sparkColumns = (scorer: Scorer, data: Named): readonly PredictedColumn[] => {
  const result = scorer.methods.transform?.apply(data)
  if (result?.kind !== 'named') throw new Error(`${scorer.name} gave no columns.`)
  return Array.from(result.columns).flatMap(([name, column]) => predicted(name, column))
}

const predicted = (name: string, column: NamedColumn): readonly PredictedColumn[] => {
  switch (column.kind) {
    case 'numbers':
      return [numeric(name, column.values, column.isNull)]
    case 'texts':
      return [
        {
          name,
          values: new Float64Array(column.values.length),
          isLabel: true,
          text: (row) => column.values[row] ?? '',
        },
      ]
    case 'vectors': {
      const { rows, columns, values } = column.values
      const parts = Array.from({ length: columns }, (_, part) =>
        numeric(
          `${name}:${part}`,
          Float64Array.from({ length: rows }, (__, row) => values[row * columns + part] as number),
        ),
      )
      return [...parts, listOfVectors(name, parts)]
    }
  }
}

/** Hashes of Spark's are lists of vectors of one number each. */
const listOfVectors = (name: string, parts: readonly PredictedColumn[]): PredictedColumn => ({
  name,
  values: parts[0]?.values ?? new Float64Array(),
  isLabel: true,
  text: (row) => `[${parts.map(({ text }) => `"[${text(row)}]"`).join(', ')}]`,
})

const numeric = (name: string, values: Float64Array, isNull?: Uint8Array): PredictedColumn => ({
  name,
  values,
  isLabel: false,
  text: (row) => (isNull?.[row] === 1 ? '' : floatText(values[row] as number)),
})

export const oneSparkRow = ({ columns }: Named, row: number): Named => ({
  kind: 'named',
  rows: 1,
  columns: new Map(
    Array.from(columns, ([name, column]): [string, NamedColumn] => {
      switch (column.kind) {
        case 'numbers': {
          const { values, isNull } = column
          return [
            name,
            {
              kind: 'numbers',
              values: values.slice(row, row + 1),
              ...(isNull === undefined ? {} : { isNull: isNull.slice(row, row + 1) }),
            },
          ]
        }
        case 'texts':
          return [name, { kind: 'texts', values: column.values.slice(row, row + 1) }]
        case 'vectors': {
          const { columns: width, values } = column.values
          return [
            name,
            {
              kind: 'vectors',
              values: { kind: 'dense', rows: 1, columns: width, values: values.slice(row * width, (row + 1) * width) },
            },
          ]
        }
      }
    }),
  ),
})
