import { type Dense, floatText, type Named, type NamedColumn, type NumberType, type Scorer } from '@modelsmith/scoring'
import type { PredictedColumn } from './predictions.ts'

/** What a Spark fixture's columns are, by name: `vector`, `string`, `json` (a string or null), `array<string>` (as JSON), or a kind of number. */
export type SparkTypes = Readonly<Record<string, string>>

/**
 * The rows of an `input.csv` as Spark had them: an empty cell is null (in a column called `text`, an empty text), the parts of a
 * vector are called `name:0`, `name:1`…; the older models, which know no columns, have all of them as one vector, and each by
 * itself.
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
    if (type !== 'vector') return [name, single(name, cells(names.indexOf(name)), type)]
    const parts = names.flatMap((own, index) => (isRdd || own.startsWith(`${name}:`) ? [index] : []))
    const values = Float64Array.from(records.flatMap((record) => parts.map((part) => numberOf(record[part] ?? ''))))
    return [name, { kind: 'vectors', values: { kind: 'dense', rows, columns: parts.length, values } }]
  })
  return { kind: 'named', rows, columns: new Map(columns) }
}

const single = (name: string, cells: readonly string[], type: string): NamedColumn => {
  switch (type) {
    case 'string':
      return { kind: 'texts', values: cells.map((cell) => (cell === '' && name !== 'text' ? null : cell)) }
    case 'json':
      return { kind: 'texts', values: cells.map((cell) => JSON.parse(cell) as string | null) }
    case 'array<string>':
      return {
        kind: 'textLists',
        values: cells.map((cell) => (cell === '' ? null : (JSON.parse(cell) as readonly (string | null)[]))),
      }
    default:
      return {
        kind: 'numbers',
        values: Float64Array.from(cells, numberOf),
        isNull: Uint8Array.from(cells, (cell) => (cell === '' ? 1 : 0)),
        type: type as NumberType,
      }
  }
}

const numberOf = (cell: string): number => {
  if (cell === 'true' || cell === 'false') return cell === 'true' ? 1 : 0
  if (cell === '' || cell.toLowerCase() === 'nan') return Number.NaN
  if (/inf/i.test(cell)) return cell.startsWith('-') ? -Infinity : Infinity
  return Number(cell)
}

/** The columns with names in `wanted` of the rows that a saved Spark model gives, vectors part by part. */
export const sparkColumns = (scorer: Scorer, data: Named, wanted: ReadonlySet<string>): readonly PredictedColumn[] => {
  const result = scorer.methods.transform?.apply(data)
  if (result?.kind !== 'named') throw new Error(`${scorer.name} gave no columns.`)
  return Array.from(result.columns).flatMap(([name, column]) => predicted(name, column, wanted))
}

const predicted = (name: string, column: NamedColumn, wanted: ReadonlySet<string>): readonly PredictedColumn[] => {
  if (column.kind === 'vectors') return vectorParts(name, column.values, wanted)
  if (!wanted.has(name)) return []
  switch (column.kind) {
    case 'numbers':
      return [numeric(name, column.values, column.isNull)]
    case 'texts':
      return [textual(name, column.values)]
    case 'textLists':
      return [
        textual(
          name,
          column.values.map((list) => (list === null ? null : pythonJson(list))),
        ),
      ]
  }
}

type VectorRows = Extract<NamedColumn, { kind: 'vectors' }>['values']

const vectorParts = (name: string, vectors: VectorRows, wanted: ReadonlySet<string>): readonly PredictedColumn[] => {
  const numbers = new Map<number, Float64Array>()
  for (let part = 0; part < vectors.columns; part++)
    if (wanted.has(`${name}:${part}`)) numbers.set(part, new Float64Array(vectors.rows))
  const put = (row: number, part: number, value: number): void => {
    const own = numbers.get(part)
    if (own !== undefined) own[row] = value
  }
  if (vectors.kind === 'dense')
    for (const [part, own] of numbers)
      for (let row = 0; row < vectors.rows; row++) own[row] = vectors.values[row * vectors.columns + part] as number
  else
    for (let row = 0; row < vectors.rows; row++)
      for (let at = vectors.starts[row] as number; at < (vectors.starts[row + 1] as number); at++)
        put(row, vectors.indices[at] as number, vectors.values[at] as number)
  const parts = Array.from(numbers, ([part, values]) => numeric(`${name}:${part}`, values))
  if (!wanted.has(name) || vectors.kind === 'sparse') return parts
  return [...parts, listOfVectors(name, vectors)]
}

/** Hashes of Spark's are lists of vectors of one number each. */
const listOfVectors = (name: string, { rows, columns, values }: Dense): PredictedColumn =>
  textual(
    name,
    Array.from({ length: rows }, (_, row) => {
      const own = Array.from(values.subarray(row * columns, (row + 1) * columns), (value) => `"[${floatText(value)}]"`)
      return `[${own.join(', ')}]`
    }),
  )

/** As Python's `json.dumps` writes a list without escaping what is not ASCII. */
const pythonJson = (list: readonly (string | null)[]): string =>
  `[${list.map((item) => JSON.stringify(item)).join(', ')}]`

const textual = (name: string, values: readonly (string | null)[]): PredictedColumn => ({
  name,
  values: new Float64Array(values.length),
  isLabel: true,
  text: (row) => values[row] ?? '',
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
  columns: new Map(Array.from(columns, ([name, column]): [string, NamedColumn] => [name, oneCell(column, row)])),
})

const oneCell = (column: NamedColumn, row: number): NamedColumn => {
  switch (column.kind) {
    case 'numbers': {
      const { values, isNull } = column
      return {
        ...column,
        values: values.slice(row, row + 1),
        ...(isNull === undefined ? {} : { isNull: isNull.slice(row, row + 1) }),
      }
    }
    case 'texts':
      return { ...column, values: column.values.slice(row, row + 1) }
    case 'textLists':
      return { ...column, values: column.values.slice(row, row + 1) }
    case 'vectors': {
      const { values } = column
      if (values.kind === 'sparse') throw new Error('Fixtures have no sparse rows.')
      const width = values.columns
      return {
        ...column,
        values: { ...values, rows: 1, values: values.values.slice(row * width, (row + 1) * width) },
      }
    }
  }
}
