import { check, ParameterValues } from '@modelsmith/domain'
import { type ColumnSchema, ModelsmithError, selectColumns, type Table, tableFromRows } from '@modelsmith/table'
import { servingError } from './errors.ts'
import { mediaTypes, tableFormatOf } from './formats/formats.ts'
import { demandCount, readTable } from './formats/read.ts'

export const jsonType = 'application/json'

export const mediaTypeOf = (contentType: string | undefined): string =>
  contentType?.split(';')[0]?.trim().toLowerCase() ?? jsonType

/** What is to be scored, and what the request sets of the model's prediction parameters. */
export type Asked = {
  readonly rows: Table
  readonly parameters: ParameterValues
  /** One column: by what the actual value of each row will be known, where the request says. */
  readonly ids?: Table | undefined
}

/**
 * Rows of a request body under the model's frozen column types; every finding at once. Where the body is JSON, prediction parameters stand
 * beside the rows; else the address has them. The association column may be there beside the inputs, or be one of them.
 */
export const readRequest = (
  inputs: readonly ColumnSchema[],
  body: Uint8Array,
  contentType: string | undefined,
  address: string | undefined,
  association?: string,
): Asked => {
  const type = mediaTypeOf(contentType)
  const inAddress = parametersOfAddress(address)
  if (type === jsonType) return readJson(inputs, body, inAddress, association)
  const format = tableFormatOf(type)
  if (format !== undefined) {
    const read = (columns: readonly ColumnSchema[]) => readTable(format, columns, body)
    return { ...readAssociated(inputs, association, read), parameters: inAddress }
  }
  throw servingError('serving.bodyType', { type, known: [jsonType, ...Object.values(mediaTypes)] })
}

const decoder = new TextDecoder('utf-8', { fatal: true })

export const parseJson = (body: Uint8Array): unknown => {
  try {
    return JSON.parse(decoder.decode(body))
  } catch (error) {
    throw servingError('serving.bodyJson', { reason: error instanceof Error ? error.message : String(error) })
  }
}

const readJson = (
  inputs: readonly ColumnSchema[],
  body: Uint8Array,
  inAddress: ParameterValues,
  association?: string,
): Asked => {
  const value = parseJson(body)
  if (!isObject(value)) throw servingError('serving.bodyShape', {})
  const { parameters, ...form } = value
  const rows = Object.keys(form).length === 1 ? rowsIn(form) : undefined
  if (rows === undefined) throw servingError('serving.bodyShape', {})
  const given = { ...inAddress, ...(parameters === undefined ? {} : demandParameters(parameters)) }
  demandCount(rows.length)
  const read = (columns: readonly ColumnSchema[]) => tableFromRows({ columns }, rows)
  return { ...readAssociated(inputs, association, read), parameters: given }
}

/** Rows under the model's columns, with what tells them apart where the request says it: beside the inputs, or as one of them. */
export const readAssociated = (
  inputs: readonly ColumnSchema[],
  association: string | undefined,
  read: (columns: readonly ColumnSchema[]) => Table,
): Pick<Asked, 'rows' | 'ids'> => {
  if (association === undefined) return { rows: read(inputs), ids: undefined }
  if (inputs.some(({ name }) => name === association)) {
    const rows = read(inputs)
    return { rows, ids: selectColumns(rows, [association]) }
  }
  const both = readWithout(association, read, [...inputs, { name: association, type: 'text' }])
  if (both === undefined) return { rows: read(inputs), ids: undefined }
  const names = inputs.map(({ name }) => name)
  return { rows: selectColumns(both, names), ids: selectColumns(both, [association]) }
}

/** Predictions are given all the same where a table has no association column. */
const readWithout = (
  association: string,
  read: (columns: readonly ColumnSchema[]) => Table,
  columns: readonly ColumnSchema[],
): Table | undefined => {
  try {
    return read(columns)
  } catch (error) {
    if (error instanceof ModelsmithError && error.code === 'csv.missingColumns' && error.message.includes(association))
      return undefined
    throw error
  }
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
