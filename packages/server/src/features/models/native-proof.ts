import type { NativeScoring } from '@modelsmith/api'
import type { Predictor } from '@modelsmith/domain'
import {
  type Cell,
  type ColumnSchema,
  type ColumnType,
  concatTables,
  ModelsmithError,
  rowsFromTable,
  sliceRows,
  type Table,
  tableFromRows,
} from '@modelsmith/table'

/** How far two answers may be apart, relative to the answer or to the mean answer: sums in another order differ that much. */
const tolerance = 1e-9

/** So many of the features have cells that nobody saw, which is plenty for what a task does with them. */
const mostFeatures = 30

const strange: Readonly<Record<ColumnType, readonly Cell[]>> = {
  number: [null, 0, -12345.5, 1e6],
  integer: [null, 0, -12345, 1_000_000],
  boolean: [null, true, false],
  category: [null, 'never seen'],
  text: [null, 'words that nobody wrote'],
  date: [null, '1987-06-05', '2099-01-01'],
}

/** Rows like the given one, each with one cell that is missing or far from all others; the last has no cell at all. */
export const madeUpRows = (row: Table): Table => {
  const { columns } = row.schema
  const [own = []] = rowsFromTable(row)
  const withCell = (changed: number, cell: Cell) =>
    Object.fromEntries(columns.map(({ name }, at) => [name, at === changed ? cell : own[at]]))
  return tableFromRows(row.schema, [
    ...columns
      .slice(0, mostFeatures)
      .flatMap(({ type }: ColumnSchema, at) => strange[type].map((cell) => withCell(at, cell))),
    Object.fromEntries(columns.map(({ name }) => [name, null])),
  ])
}

type Native = (rows: Table) => readonly Float64Array[]
/** Of each row: its predictions, or nothing where it was refused. */
type Answers = readonly (readonly number[] | undefined)[]

export type Proof = Pick<NativeScoring, 'state' | 'rows' | 'madeUp' | 'refused' | 'identical' | 'largestDifference'>

/** Whether the native scorer answers real rows and made-up ones as Python does, and refuses those that it refuses. */
export const prove = async (real: Table, predict: Predictor, native: Native): Promise<Proof> => {
  const made = madeUpRows(sliceRows(real, 0, 1))
  const all = concatTables([real, made])
  const wanted = [...byRow(await predict(real), real.rows), ...(await asked(made, predict))]
  const found = await asked(all, async (rows) => native(rows))
  const known = wanted.flatMap((values) => values ?? []).map(Math.abs)
  const mean = known.reduce((sum, value) => sum + value / known.length, 0)
  let [refused, identical, largestDifference, isEqual] = [0, 0, 0, true]
  for (const [row, values] of wanted.entries()) {
    const own = found[row]
    if (values === undefined && own === undefined) refused++
    else if (values === undefined || own === undefined || values.length !== own.length) isEqual = false
    else {
      if (values.every((value, at) => Object.is(value, own[at]))) identical++
      for (const [at, value] of values.entries()) {
        const difference = Math.abs((own[at] as number) - value) / (Math.max(Math.abs(value), mean) || 1)
        largestDifference = Math.max(largestDifference, difference)
      }
    }
  }
  isEqual &&= largestDifference <= tolerance
  return {
    state: isEqual ? 'equal' : 'different',
    rows: real.rows,
    madeUp: made.rows,
    refused,
    identical,
    largestDifference,
  }
}

const byRow = (columns: readonly Float64Array[], rows: number): Answers =>
  Array.from({ length: rows }, (_, row) => columns.map((column) => column[row] as number))

/** Answers to rows of which some may be refused, all of them at once or by halves. */
const asked = async (rows: Table, predict: Predictor): Promise<Answers> => {
  try {
    return byRow(await predict(rows), rows.rows)
  } catch (error) {
    if (!(error instanceof ModelsmithError) || !isRefusal(error)) throw error
    if (rows.rows === 1) return [undefined]
    const half = rows.rows >> 1
    return [
      ...(await asked(sliceRows(rows, 0, half), predict)),
      ...(await asked(sliceRows(rows, half, rows.rows), predict)),
    ]
  }
}

/** What code says of rows, not that it ran out of time or memory. */
const isRefusal = ({ kind, code }: ModelsmithError): boolean =>
  kind === 'invalid' || (kind === 'userCode' && !code.startsWith('limit.'))
