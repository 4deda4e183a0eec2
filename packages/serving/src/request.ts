import { type ColumnSchema, type Table, tableFromRows } from '@modelsmith/table'
import { servingError } from './errors.ts'
import { mediaTypes, tableFormatOf } from './formats/formats.ts'
import { demandCount, readTable } from './formats/read.ts'

export const jsonType = 'application/json'

export const mediaTypeOf = (contentType: string | undefined): string =>
  contentType?.split(';')[0]?.trim().toLowerCase() ?? jsonType

/** Rows of a request body under the model's frozen column types; every finding at once. */
export const readRequest = (
  inputs: readonly ColumnSchema[],
  body: Uint8Array,
  contentType: string | undefined,
): Table => {
  const type = mediaTypeOf(contentType)
  if (type === jsonType) return readJson(inputs, body)
  const format = tableFormatOf(type)
  if (format !== undefined) return readTable(format, inputs, body)
  throw servingError('serving.bodyType', { type, known: [jsonType, ...Object.values(mediaTypes)] })
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
  const rows = isObject(value) && Object.keys(value).length === 1 ? rowsIn(value) : undefined
  if (rows === undefined) throw servingError('serving.bodyShape', {})
  demandCount(rows.length)
  return tableFromRows({ columns: inputs }, rows)
}

type Row = Readonly<Record<string, unknown>>

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const rowsIn = ({ rows, columns }: Row): readonly Row[] | undefined => {
  if (Array.isArray(rows)) return rows.every(isObject) ? rows : undefined
  if (!isObject(columns)) return undefined
  const entries = Object.entries(columns)
  const count = Array.isArray(entries[0]?.[1]) ? entries[0][1].length : 0
  if (!entries.every(([, values]) => Array.isArray(values) && values.length === count)) return undefined
  // Before as many objects are made.
  demandCount(count)
  return Array.from({ length: count }, (_, row) =>
    Object.fromEntries(entries.map(([name, values]) => [name, (values as unknown[])[row]])),
  )
}
