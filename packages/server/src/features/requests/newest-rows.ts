import { type Cell, rowsFromTable, type Table } from '@modelsmith/table'
import type { Queries } from '../../infra/database/database.ts'
import { findRows } from './find-rows.ts'
import type { ReleaseRow } from './store.ts'

type Row = Readonly<Record<string, Cell>>

export const rowsOf = (inputs: Table): Row[] => {
  const names = inputs.schema.columns.map(({ name }) => name)
  return rowsFromTable(inputs).map((cells) => Object.fromEntries(names.map((name, at) => [name, cells[at] ?? null])))
}

type Of = { readonly deployment: string; readonly release: Pick<ReleaseRow, 'id'> }

/** The newest rows that are kept of those that a release answered. */
export const newestRows = async (queries: Queries, { deployment, release }: Of, most: number): Promise<Row[]> => {
  const range = { from: new Date(0), to: new Date(Date.UTC(9999, 0, 1)) }
  const wanted = { deployment, range, release: release.id, filter: () => () => true, actual: undefined }
  const rows: Row[] = []
  for await (const { found } of findRows(queries, wanted)) {
    for (const { request } of found) rows.push(...rowsOf(request.rows.inputs))
    if (rows.length >= most) break
  }
  return rows.slice(0, most)
}
