import { type ColumnSchema, concatTables, createCsvReader, type Table, tableFromRows } from '@modelsmith/table'
import { servingError } from './errors.ts'

const maxRows = 10_000

/** Rows of a request body under the model's frozen column types; every finding at once. */
export const readRequest = (
  inputs: readonly ColumnSchema[],
  body: Uint8Array,
  contentType: string | undefined,
): Table => {
  const type = contentType?.split(';')[0]?.trim().toLowerCase() ?? 'application/json'
  if (type === 'application/json') return readJson(inputs, body)
  if (type === 'text/csv') return readCsv(inputs, body)
  throw servingError('serving.bodyType', { type })
}

export const parseJson = (body: Uint8Array): unknown => {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
  } catch (error) {
    throw servingError('serving.bodyJson', { reason: error instanceof Error ? error.message : String(error) })
  }
}

const readJson = (inputs: readonly ColumnSchema[], body: Uint8Array): Table => {
  const value = parseJson(body)
  if (!hasRows(value)) throw servingError('serving.bodyShape', {})
  demandCount(value.rows.length)
  return tableFromRows({ columns: inputs }, value.rows)
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const hasRows = (value: unknown): value is { rows: Record<string, unknown>[] } =>
  isObject(value) && Object.keys(value).length === 1 && Array.isArray(value['rows']) && value['rows'].every(isObject)

export const demandCount = (rows: number): void => {
  if (rows === 0 || rows > maxRows) throw servingError('serving.rowCount', { rows, most: maxRows })
}

export const readCsv = (inputs: readonly ColumnSchema[], body: Uint8Array): Table => {
  const reader = createCsvReader({ schema: { columns: inputs } })
  const table = concatTables([...reader.push(body), ...reader.end()])
  demandCount(table.rows)
  return table
}
