import type { Column, Table } from './column.ts'
import { booleanParser } from './csv/cells.ts'
import { dateParser, parseIsoDate } from './dates.ts'
import { type Finding, ModelsmithError } from './errors.ts'
import type { ColumnFormat, ColumnSchema, TableSchema } from './schema.ts'
import { tableError } from './table-errors.ts'
import { booleanColumn, textColumn } from './text.ts'
import { validityOf } from './validity.ts'

const maxFindings = 100
const numeral = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/

/** A value that fits no cell of the type. */
const misfit = Symbol('misfit')
type Misfit = typeof misfit

/** Text is read as in a CSV file, with the column's decimal mark; what JSON writes as a number, as that. */
const readNumber =
  ({ type, format }: ColumnSchema) =>
  (value: unknown): number | Misfit => {
    const number = typeof value === 'string' ? numberOf(value.trim(), format) : value
    if (typeof number !== 'number' || Number.isNaN(number)) return misfit
    return type === 'integer' && !Number.isInteger(number) ? misfit : number
  }

const numberOf = (text: string, format: ColumnFormat | undefined): number => {
  const plain = format?.decimal === ',' && !text.includes('.') ? text.replace(',', '.') : text
  return numeral.test(plain) ? Number(plain) : Number.NaN
}

/** The texts that the column's format names come first, as in a CSV file; JSON's own values and their texts are known to every column. */
const readBoolean = ({ format }: ColumnSchema) => {
  const byFormat = booleanParser(format?.boolean)
  const byName = booleanParser(undefined)
  return (value: unknown): boolean | Misfit => {
    if (typeof value === 'boolean') return value
    if (typeof value !== 'string' && typeof value !== 'number') return misfit
    const text = String(value)
    for (const read of [byFormat(text), byName(text)]) if (read >= 0) return read === 1
    return value === 1 ? true : value === 0 ? false : misfit
  }
}

const readDate = (value: unknown, pattern: string | undefined): number | Misfit => {
  if (typeof value !== 'string') return misfit
  const iso = parseIsoDate(value)
  const micros = Number.isNaN(iso) && pattern !== undefined ? (dateParser(pattern)?.(value) ?? Number.NaN) : iso
  return Number.isNaN(micros) ? misfit : micros
}

/** A category sent as a number is its text: 3 and "3" are the same class, as they are in a CSV file. */
const readText = (value: unknown): string | Misfit => {
  if (typeof value === 'string') return value
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : misfit
}

/** A list or an object may nest deeper than anything that writes it out could follow. */
const foundWords = (value: unknown): string => {
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'object' ? 'an object' : JSON.stringify(value).slice(0, 60)
}

const isMissing = (value: unknown, { type, format }: ColumnSchema): boolean => {
  if (value === null || value === undefined) return true
  const isOfTexts = type === 'text' || type === 'category'
  return value === '' && !(isOfTexts && format?.emptyText === 'text')
}

/**
 * Rows of a JSON body as a table under a frozen schema. A key that is left out is a missing value; a key that the schema does not
 * know is refused; every finding is listed, with its row (from 1) and column.
 */
export const tableFromRows = (schema: TableSchema, rows: readonly Readonly<Record<string, unknown>>[]): Table => {
  const findings: Finding[] = []
  let wrong = 0
  const note = (error: ModelsmithError, row: number) => {
    if (wrong++ >= maxFindings) return
    const { code, message, hint } = error
    findings.push({ code, message, ...(hint === undefined ? {} : { hint }), place: { row: row + 1 } })
  }
  const { columns } = schema
  const builders = columns.map((column) => columnBuilder(column, rows.length, note))
  const places = placesOf(columns)
  for (const [index, cells] of rows.entries()) {
    for (const [at, name] of Object.keys(cells).entries()) {
      // Most rows have their cells in the order of the columns.
      const place = columns[at]?.name === name ? at : places.get(name)
      if (place === undefined) note(tableError('rows.unknownColumn', { column: name, row: index + 1 }), index)
      else builders[place]?.set(index, cells[name])
    }
  }
  const [first] = findings
  if (first !== undefined) {
    throw new ModelsmithError({
      ...first,
      kind: 'invalid',
      message: first.message + (wrong === 1 ? '' : ` And ${wrong - 1} more.`),
      findings,
    })
  }
  return { schema, rows: rows.length, columns: builders.map((builder) => builder.finish()) }
}

/** Told of each cell that does not fit, with its row from 0. */
export type Note = (error: ModelsmithError, row: number) => void

const placesKnown = new WeakMap<readonly ColumnSchema[], ReadonlyMap<string, number>>()

const placesOf = (columns: readonly ColumnSchema[]): ReadonlyMap<string, number> => {
  const known = placesKnown.get(columns)
  if (known !== undefined) return known
  const places = new Map(columns.map(({ name }, at) => [name, at]))
  placesKnown.set(columns, places)
  return places
}

/** A column of cells of any kind under its schema; what does not fit is noted, and missing. */
export const readColumn = (
  schema: ColumnSchema,
  rows: number,
  at: (row: number) => unknown,
  note: Note,
  rowsBefore = 0,
): Column => {
  const builder = columnBuilder(schema, rows, note, rowsBefore)
  for (let row = 0; row < rows; row++) builder.set(row, at(row))
  return builder.finish()
}

/** Takes cells of any kind in any order; a row that is not set is missing. */
type ColumnBuilder = { readonly set: (row: number, value: unknown) => void; readonly finish: () => Column }

const columnBuilder = (schema: ColumnSchema, rows: number, note: Note, rowsBefore = 0): ColumnBuilder => {
  const { name, type, format } = schema
  const read = <T>(value: unknown, row: number, as: (value: unknown) => T | Misfit): T | null => {
    if (isMissing(value, schema)) return null
    const cell = as(value)
    if (cell !== misfit) return cell
    const found = foundWords(value)
    note(tableError('rows.cell', { column: name, type, found, row: row + 1 + rowsBefore }), row)
    return null
  }
  const numbers = (as: (value: unknown) => number | Misfit): ColumnBuilder => {
    const values = new Float64Array(rows).fill(Number.NaN)
    return {
      set: (row, value) => {
        // What JSON writes as a number, which is never NaN.
        values[row] = typeof value === 'number' && type === 'number' ? value : (read(value, row, as) ?? Number.NaN)
      },
      finish: () => ({ kind: 'float64', values, validity: validityOf(rows, (row) => !Number.isNaN(values[row])) }),
    }
  }
  const cells = <T>(
    as: (value: unknown) => T | Misfit,
    columnOf: (values: readonly (T | null)[]) => Column,
  ): ColumnBuilder => {
    const values = Array.from({ length: rows }, (): T | null => null)
    return {
      set: (row, value) => {
        values[row] = read(value, row, as)
      },
      finish: () => columnOf(values),
    }
  }
  switch (type) {
    case 'number':
    case 'integer':
      return numbers(readNumber(schema))
    case 'date':
      return numbers((value) => readDate(value, format?.date))
    case 'boolean':
      return cells(readBoolean(schema), booleanColumn)
    case 'text':
    case 'category':
      return cells(readText, (values) => textColumn(values, type))
  }
}
