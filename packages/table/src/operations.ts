import type { Cell, Column, DictionaryColumn, Table, Utf8Column } from './column.ts'
import { formatDate } from './dates.ts'
import type { ColumnSchema } from './schema.ts'
import { DictionaryBuilder, textReader, Utf8Builder } from './text.ts'
import { isValid, validityOf } from './validity.ts'

/** Reads the cells of a column as JSON carries them. */
export const cellReader = (column: Column, { type }: ColumnSchema): ((row: number) => Cell) => {
  const read = valueReader(column, type)
  return (row) => (isValid(column.validity, row) ? read(row) : null)
}

const valueReader = (column: Column, type: ColumnSchema['type']): ((row: number) => Cell) => {
  switch (column.kind) {
    case 'float64':
      return type === 'date' ? (row) => formatDate(column.values[row] as number) : (row) => column.values[row] as number
    case 'boolean':
      return (row) => column.values[row] === 1
    case 'utf8':
    case 'dictionary':
      return textReader(column)
  }
}

export const columnIndex = (table: Table, name: string): number =>
  table.schema.columns.findIndex((column) => column.name === name)

/** One cell; for many cells of a column use `cellReader`. */
export const cell = (table: Table, row: number, index: number): Cell =>
  cellReader(table.columns[index] as Column, table.schema.columns[index] as ColumnSchema)(row)

/** Rows as arrays of cells in the order of the schema. */
export const rowsFromTable = (table: Table): Cell[][] => {
  const readers = table.columns.map((column, index) => cellReader(column, table.schema.columns[index] as ColumnSchema))
  return Array.from({ length: table.rows }, (_, row) => readers.map((read) => read(row)))
}

/** The given rows in the given order; a row may come twice. */
export const takeRows = (table: Table, rows: Int32Array): Table => ({
  schema: table.schema,
  rows: rows.length,
  columns: table.columns.map((column) => takeColumn(column, rows)),
})

const takeColumn = (column: Column, rows: Int32Array): Column => {
  const validity =
    column.validity === undefined
      ? undefined
      : validityOf(rows.length, (row) => isValid(column.validity, rows[row] as number))
  switch (column.kind) {
    case 'float64':
      return { ...column, values: taken(column.values, rows, new Float64Array(rows.length)), validity }
    case 'boolean':
      return { ...column, values: taken(column.values, rows, new Uint8Array(rows.length)), validity }
    case 'dictionary':
      return { ...column, indices: taken(column.indices, rows, new Int32Array(rows.length)), validity }
    case 'utf8':
      return takeText(column, rows)
  }
}

/** A loop, since `from` with a function takes ten times as long. */
const taken = <T extends Float64Array | Int32Array | Uint8Array>(values: T, rows: Int32Array, into: T): T => {
  for (let place = 0; place < rows.length; place++) into[place] = values[rows[place] as number] as number
  return into
}

const takeText = (column: Utf8Column, rows: Int32Array): Utf8Column => {
  const builder = new Utf8Builder()
  for (const row of rows) {
    if (isValid(column.validity, row))
      builder.appendBytes(column.bytes, column.offsets[row] as number, column.offsets[row + 1] as number)
    else builder.appendMissing()
  }
  return builder.finish()
}

export const sliceRows = (table: Table, start: number, end: number): Table =>
  takeRows(
    table,
    Int32Array.from({ length: Math.max(0, Math.min(end, table.rows) - start) }, (_, index) => start + index),
  )

/** The named columns, in this order; a name that is not there is a bug of the caller. */
export const selectColumns = (table: Table, names: readonly string[]): Table => {
  const indices = names.map((name) => {
    const index = columnIndex(table, name)
    if (index < 0) throw new RangeError(`The table has no column "${name}".`)
    return index
  })
  return {
    schema: { columns: indices.map((index) => table.schema.columns[index] as ColumnSchema) },
    rows: table.rows,
    columns: indices.map((index) => table.columns[index] as Column),
  }
}

/** Tables of equally many rows, laid side by side. */
export const beside = (tables: readonly [Table, ...Table[]]): Table => ({
  schema: { columns: tables.flatMap((table) => table.schema.columns) },
  rows: tables[0].rows,
  columns: tables.flatMap((table) => table.columns),
})

/** Tables of one schema, one below the other. */
export const concatTables = (tables: readonly Table[]): Table => {
  const [first] = tables
  if (first === undefined) return { schema: { columns: [] }, rows: 0, columns: [] }
  if (tables.length === 1) return first
  return {
    schema: first.schema,
    rows: tables.reduce((sum, table) => sum + table.rows, 0),
    columns: first.columns.map((_, index) => concatColumns(tables, index)),
  }
}

const concatColumns = (tables: readonly Table[], index: number): Column => {
  const parts = tables.map((table) => ({ column: table.columns[index] as Column, rows: table.rows }))
  const rows = parts.reduce((sum, part) => sum + part.rows, 0)
  const kinds = new Set(parts.map(({ column }) => column.kind))
  if (kinds.size > 1 || kinds.has('utf8'))
    return concatTexts(parts, kinds.has('utf8') ? new Utf8Builder() : new DictionaryBuilder())
  if (kinds.has('dictionary')) return concatTexts(parts, new DictionaryBuilder())
  const values = kinds.has('float64') ? new Float64Array(rows) : new Uint8Array(rows)
  let offset = 0
  for (const { column } of parts as { column: Column & { kind: 'float64' | 'boolean' }; rows: number }[]) {
    values.set(column.values, offset)
    offset += column.values.length
  }
  const validity = concatValidity(parts, rows)
  return values instanceof Float64Array ? { kind: 'float64', values, validity } : { kind: 'boolean', values, validity }
}

type Part = { readonly column: Column; readonly rows: number }

const concatValidity = (parts: readonly Part[], rows: number): Column['validity'] => {
  if (parts.every(({ column }) => column.validity === undefined)) return undefined
  const flags = new Uint8Array(rows)
  let offset = 0
  for (const { column, rows: count } of parts) {
    for (let row = 0; row < count; row++) flags[offset + row] = isValid(column.validity, row) ? 1 : 0
    offset += count
  }
  return validityOf(rows, (row) => flags[row] === 1)
}

const concatTexts = (parts: readonly Part[], builder: Utf8Builder | DictionaryBuilder): Column => {
  for (const { column, rows } of parts) {
    if (column.kind !== 'utf8' && column.kind !== 'dictionary')
      throw new TypeError('Columns of texts and of numbers cannot be joined.')
    const text = textReader(column as Utf8Column | DictionaryColumn)
    for (let row = 0; row < rows; row++) {
      if (isValid(column.validity, row)) builder.append(text(row))
      else builder.appendMissing()
    }
  }
  return builder.finish()
}

/**
 * The text by which class labels are matched, whatever type they came as: 0, 0.0 and "0" are "0"; true, True and "true" are
 * "True" (Python's spelling); other texts are themselves, capitals kept. A missing label has none.
 */
export const canonicalLabel = (value: Cell): string => {
  if (value === null) return ''
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  if (typeof value === 'number') return String(Object.is(value, -0) ? 0 : value)
  if (/^(?:true|false)$/i.test(value)) return value.toLowerCase() === 'true' ? 'True' : 'False'
  return /^[+-]?\d+\.0+$/.test(value) ? String(Number(value)) : value
}
