import { check, ParameterValues } from '@modelsmith/domain'
import { type ColumnSchema, type Table, tableFromRows } from '@modelsmith/table'
import { servingError } from './errors.ts'
import { mediaTypes, tableFormatOf } from './formats/formats.ts'
import { demandCount, readTable } from './formats/read.ts'

export const jsonType = 'application/json'

export const mediaTypeOf = (contentType: string | undefined): string =>
  contentType?.split(';')[0]?.trim().toLowerCase() ?? jsonType

/** What is to be scored, and what the request sets of the model's prediction parameters. */
export type Asked = { readonly rows: Table; readonly parameters: ParameterValues }

/**
 * Rows of a request body under the model's frozen column types; every finding at once. Where the body is JSON, prediction parameters stand
 * beside the rows; else the address has them.
 */
export const readRequest = (
  inputs: readonly ColumnSchema[],
  body: Uint8Array,
  contentType: string | undefined,
  address: string | undefined,
): Asked => {
  const type = mediaTypeOf(contentType)
  const inAddress = parametersOfAddress(address)
  if (type === jsonType) return readJson(inputs, body, inAddress)
  const format = tableFormatOf(type)
  if (format !== undefined) return { rows: readTable(format, inputs, body), parameters: inAddress }
  throw servingError('serving.bodyType', { type, known: [jsonType, ...Object.values(mediaTypes)] })
}

export const parseJson = (body: Uint8Array): unknown => {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
  } catch (error) {
    throw servingError('serving.bodyJson', { reason: error instanceof Error ? error.message : String(error) })
  }
}

const readJson = (inputs: readonly ColumnSchema[], body: Uint8Array, inAddress: ParameterValues): Asked => {
  const value = parseJson(body)
  if (!isObject(value)) throw servingError('serving.bodyShape', {})
  const { parameters, ...form } = value
  const rows = Object.keys(form).length === 1 ? rowsIn(form) : undefined
  if (rows === undefined) throw servingError('serving.bodyShape', {})
  const given = { ...inAddress, ...(parameters === undefined ? {} : demandParameters(parameters)) }
  demandCount(rows.length)
  return { rows: tableFromRows({ columns: inputs }, rows), parameters: given }
}

/** Names and values; whether the model has them is for the model to say. */
export const demandParameters = (value: unknown): ParameterValues => {
  const findings = check(ParameterValues, value)
  if (findings.length === 0) return value as ParameterValues
  throw servingError('serving.parameters', {}, { findings })
}

/** `?parameters={"name":value}`, for bodies that are tables. */
const parametersOfAddress = (address = ''): ParameterValues => {
  const at = address.indexOf('?')
  const text = at < 0 ? null : new URLSearchParams(address.slice(at)).get('parameters')
  if (text === null) return {}
  try {
    return demandParameters(JSON.parse(text))
  } catch (error) {
    if (error instanceof SyntaxError) throw servingError('serving.parameters', {})
    throw error
  }
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
