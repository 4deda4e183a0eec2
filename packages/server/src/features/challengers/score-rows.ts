import type { LoggedRequest, LoggedRows } from '@modelsmith/serving'
import {
  type ColumnSchema,
  concatTables,
  ModelsmithError,
  rowsFromTable,
  selectColumns,
  sliceRows,
  type Table,
  tableFromRows,
} from '@modelsmith/table'
import { challengerError } from './errors.ts'
import type { OpenChallenger } from './open-challenger.ts'

export type AskedRequest = LoggedRequest & { readonly rows: LoggedRows }
type Failure = { readonly code: string; readonly message: string }
/** What came of a request: what a challenger answered to its rows, or why it did not. */
export type Scored = { readonly scores: Table } | { readonly failure: Failure }

/**
 * Scores requests, all their rows together as far as that goes; where it fails, by halves, so that a request fails for what is
 * wrong with its own rows, as it would have if the challenger had been asked.
 */
export const scoreRequests = async (
  model: OpenChallenger,
  requests: readonly AskedRequest[],
  signal: AbortSignal,
): Promise<Scored[]> => {
  model.begin()
  const inputs = await model.inputs()
  const read = requests.map(({ rows }) => attempt(() => inColumns(inputs, rows.inputs)))
  const tables = read.flatMap((each) => ('value' in each ? [each.value] : []))
  const answers = (await scoreTables(model, tables, signal)).values()
  return read.map((each) => ('failure' in each ? each : (answers.next().value as Scored)))
}

const attempt = <T>(work: () => T): { readonly value: T } | { readonly failure: Failure } => {
  try {
    return { value: work() }
  } catch (error) {
    return { failure: failureOf(error) }
  }
}

/** Only what is known to be wrong with rows or with the model is said of them. */
const failureOf = (error: unknown): Failure => {
  if (!(error instanceof ModelsmithError) || error.kind === 'bug') throw error
  return { code: error.code, message: error.message }
}

/** The rows of a request under a challenger's own columns. */
const inColumns = (inputs: readonly ColumnSchema[], rows: Table): Table => {
  const given = new Map(rows.schema.columns.map((column) => [column.name, column]))
  const missing = inputs.filter(({ name }) => !given.has(name))
  if (missing.length > 0)
    throw challengerError('challenger.fieldsMissing', { names: missing.map(({ name }) => `"${name}"`).join(', ') })
  const own = selectColumns(
    rows,
    inputs.map(({ name }) => name),
  )
  if (inputs.every(({ name, type }) => given.get(name)?.type === type)) return { ...own, schema: { columns: inputs } }
  const cells = rowsFromTable(own)
  return tableFromRows(
    { columns: inputs },
    cells.map((row) => Object.fromEntries(inputs.map(({ name }, at) => [name, row[at]]))),
  )
}

const scoreTables = async (model: OpenChallenger, tables: readonly Table[], signal: AbortSignal): Promise<Scored[]> => {
  if (tables.length === 0) return []
  try {
    const scores = await predict(model, concatTables(tables))
    let start = 0
    return tables.map(({ rows }) => {
      const own = sliceRows(scores, start, start + rows)
      start += rows
      return { scores: own }
    })
  } catch (error) {
    signal.throwIfAborted()
    const failure = failureOf(error)
    if (model.isWornOut()) return tables.map(() => ({ failure }))
    // One that cannot be opened again is nothing that is wrong with these rows.
    await model.inputs()
    if (tables.length === 1) return [{ failure }]
    const half = Math.ceil(tables.length / 2)
    const first = await scoreTables(model, tables.slice(0, half), signal)
    return [...first, ...(await scoreTables(model, tables.slice(half), signal))]
  }
}

const predict = async (model: OpenChallenger, rows: Table): Promise<Table> => {
  const most = await model.batchRows()
  if (rows.rows <= most) return model.predict(rows)
  const scores: Table[] = []
  for (let start = 0; start < rows.rows; start += most)
    scores.push(await model.predict(sliceRows(rows, start, start + most)))
  return concatTables(scores)
}
