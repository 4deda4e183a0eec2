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
const readNumber = (value: unknown, { type, format }: ColumnSchema): number | Misfit => {
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

const readDate = (value: unknown, { format }: ColumnSchema): number | Misfit => {
  if (typeof value !== 'string') return misfit
  const pattern = format?.date
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
  const told = { note, rowsBefore: 0 }
  const builders = columns.map((column) => columnBuilder(column, rows.length, told))
  const places = placesOf(columns)
  for (let index = 0; index < rows.length; index++) {
    const row = rows[index] as Readonly<Record<string, unknown>>
    const names = Object.keys(row)
    const cells = Object.values(row)
    for (let at = 0; at < names.length; at++) {
      const name = names[at] as string
      // Most rows have their cells in the order of the columns.
      const place = columns[at]?.name === name ? at : places.get(name)
      if (place === undefined) note(tableError('rows.unknownColumn', { column: name, row: index + 1 }), index)
      else builders[place]?.set(index, cells[at])
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
  const builder = columnBuilder(schema, rows, { note, rowsBefore })
  for (let row = 0; row < rows; row++) builder.set(row, at(row))
  return builder.finish()
}

/** Takes cells of any kind, row after row; a row that is not set is missing. */
type ColumnBuilder = { set(row: number, value: unknown): void; finish(): Column }

type Told = { readonly note: Note; readonly rowsBefore: number }

const columnBuilder = (schema: ColumnSchema, rows: number, told: Told): ColumnBuilder => {
  switch (schema.type) {
    case 'number':
    case 'integer':
      return new NumberBuilder(schema, rows, told, readNumber)
    case 'date':
      return new NumberBuilder(schema, rows, told, readDate)
    case 'boolean':
      return cellBuilder(schema, rows, told, readBoolean(schema), booleanColumn)
    case 'text':
    case 'category': {
      const { type } = schema
      return cellBuilder(schema, rows, told, readText, (values) => textColumn(values, type))
    }
  }
}

/** A cell as its column has it; null where it is missing, or fits no cell. */
const cellOf = <T>(
  value: unknown,
  row: number,
  schema: ColumnSchema,
  { note, rowsBefore }: Told,
  read: (value: unknown, schema: ColumnSchema) => T | Misfit,
): T | null => {
  if (isMissing(value, schema)) return null
  const cell = read(value, schema)
  if (cell !== misfit) return cell
  const { name, type } = schema
  const found = foundWords(value)
  note(tableError('rows.cell', { column: name, type, found, row: row + 1 + rowsBefore }), row)
  return null
}

/** A class, because a request of one row makes one for each of its columns. */
class NumberBuilder implements ColumnBuilder {
  readonly #values: Float64Array
  readonly #schema: ColumnSchema
  readonly #told: Told
  readonly #read: (value: unknown, schema: ColumnSchema) => number | Misfit
  #rows = 0
  #isWhole = true

  constructor(
    schema: ColumnSchema,
    rows: number,
    told: Told,
    read: (value: unknown, schema: ColumnSchema) => number | Misfit,
  ) {
    this.#values = new Float64Array(rows)
    this.#schema = schema
    this.#told = told
    this.#read = read
  }

  set(row: number, value: unknown): void {
    if (row !== this.#rows) this.#miss(row)
    this.#rows = row + 1
    if (typeof value === 'number' && this.#schema.type === 'number') {
      if (Number.isNaN(value)) this.#isWhole = false
      this.#values[row] = value
      return
    }
    const cell = cellOf(value, row, this.#schema, this.#told, this.#read)
    if (cell === null) this.#isWhole = false
    this.#values[row] = cell ?? Number.NaN
  }

  finish(): Column {
    const values = this.#values
    if (this.#rows < values.length) this.#miss(values.length)
    const validity = this.#isWhole ? undefined : validityOf(values.length, (row) => !Number.isNaN(values[row]))
    return { kind: 'float64', values, validity }
  }

  #miss(end: number): void {
    this.#values.fill(Number.NaN, this.#rows, end)
    this.#isWhole = false
  }
}

const cellBuilder = <T>(
  schema: ColumnSchema,
  rows: number,
  told: Told,
  read: (value: unknown) => T | Misfit,
  columnOf: (values: readonly (T | null)[]) => Column,
): ColumnBuilder => {
  const values = Array.from({ length: rows }, (): T | null => null)
  return {
    set: (row, value) => {
      values[row] = cellOf(value, row, schema, told, read)
    },
    finish: () => columnOf(values),
  }
}
