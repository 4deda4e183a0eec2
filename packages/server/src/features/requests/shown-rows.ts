import type { KeptRow, KeptRows } from '@modelsmith/api'
import { mask, maskTable } from '@modelsmith/domain'
import { answerRows } from '@modelsmith/serving'
import { type Cell, type ColumnSchema, rowsFromTable, takeRows } from '@modelsmith/table'
import type { FoundRows } from './find-rows.ts'
import type { Sight } from './sight.ts'

/** JSON has no infinity. */
const shownCell = (cell: Cell): Cell => (typeof cell === 'number' && !Number.isFinite(cell) ? String(cell) : cell)

/** Rows as somebody may see them. */
export const shownRows = (
  { request: { entry, rows: logged }, rows, ids, actuals }: FoundRows,
  { hidden, hidesIds, hidesActuals }: Sight,
): KeptRow[] => {
  const chosen = Int32Array.from(rows)
  const inputs = maskTable(takeRows(logged.inputs, chosen), hidden)
  const names = inputs.schema.columns.map(({ name }) => name)
  const answers = answerRows(takeRows(logged.scores, chosen), logged.outcome)
  const shown = (text: string | null, isHidden: boolean) => (text !== null && isHidden ? mask : text)
  return rowsFromTable(inputs).map((cells, at) => ({
    requestId: entry.requestId,
    releaseId: entry.releaseId,
    at: entry.at,
    row: rows[at] as number,
    values: Object.fromEntries(names.map((name, place) => [name, shownCell(cells[place] ?? null)])),
    answer: answers[at] as KeptRow['answer'],
    associationId: shown(ids[at] ?? null, hidesIds(logged)),
    actual: shown(actuals[at] ?? null, hidesActuals),
  }))
}

/** All columns of these requests, in the order in which they come. */
export const shownColumns = (
  tables: readonly { readonly columns: readonly ColumnSchema[] }[],
  { hidden }: Sight,
): KeptRows['columns'] => {
  const columns = new Map<string, string>()
  for (const table of tables)
    for (const { name, type } of table.columns) if (!columns.has(name)) columns.set(name, type)
  return [...columns].map(([name, type]) => ({ name, type, isHidden: hidden.has(name) }))
}
