import type { Column, Table } from './column.ts'
import { type Finding, ModelsmithError } from './errors.ts'
import { type Note, readColumn } from './rows.ts'
import type { ColumnSchema, ColumnType } from './schema.ts'
import { tableError } from './table-errors.ts'

/** A column of a file or a body under the types of its own format, before it is read under the types of a model. */
export type LooseColumn = {
  readonly name: string
  readonly type: ColumnType
  /** The values under `type`, where they fit it. */
  readonly column: Column | undefined
  /** A cell as JSON would carry it, or an integer of any size; null is missing. */
  readonly at: (row: number) => unknown
}

export type LooseTable = { readonly rows: number; readonly columns: readonly LooseColumn[] }

/**
 * Columns of another format under a frozen schema. As in a CSV file, a column that is not there is refused and one that nobody asked
 * for is passed over; every cell that does not fit is listed, with its row (counted from `rowsBefore` + 1) and column.
 */
export const tableFromColumns = (columns: readonly ColumnSchema[], given: LooseTable, rowsBefore = 0): Table => {
  const byName = new Map(given.columns.map((column) => [column.name, column]))
  const missing = columns.filter(({ name }) => !byName.has(name)).map(({ name }) => name)
  if (missing.length > 0) throw tableError('csv.missingColumns', { names: missing })
  const findings: Finding[] = []
  let wrong = 0
  const note: Note = (error, row) => {
    if (wrong++ >= maxFindings) return
    const { code, message, hint } = error
    findings.push({ code, message, ...(hint === undefined ? {} : { hint }), place: { row: row + 1 + rowsBefore } })
  }
  const read = columns.map((schema) => {
    const loose = byName.get(schema.name) as LooseColumn
    if (loose.column !== undefined && isOfType(loose, schema.type)) return loose.column
    return readColumn(schema, given.rows, (row) => plain(loose.at(row), schema.type), note, rowsBefore)
  })
  const [first] = findings
  if (first === undefined) return { schema: { columns }, rows: given.rows, columns: read }
  const message = first.message + (wrong === 1 ? '' : ` And ${wrong - 1} more.`)
  throw new ModelsmithError({ ...first, kind: 'invalid', message, findings })
}

const maxFindings = 100

const isOfType = ({ type, column }: LooseColumn, wanted: ColumnType): boolean =>
  wanted === type ||
  (wanted === 'number' && type === 'integer') ||
  (wanted === 'text' && type === 'category') ||
  (wanted === 'category' && column?.kind === 'dictionary')

const plain = (value: unknown, wanted: ColumnType): unknown => {
  if (typeof value !== 'bigint') return value
  return wanted === 'number' || wanted === 'integer' ? Number(value) : String(value)
}
