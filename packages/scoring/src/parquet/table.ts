import {
  booleanColumn,
  type ByteSource,
  cellReader,
  type Column,
  type ColumnType,
  type LooseColumn,
  type LooseTable,
  ModelsmithError,
  numberColumn,
  textColumn,
} from '@modelsmith/table'
import type { SchemaElement, SchemaTree } from 'hyparquet'
import { scoringError } from '../errors.ts'
import { defaultLimits } from '../limits.ts'
import { openParquet, type Parsers, type RowGroup } from './groups.ts'
import { flatValues } from './records.ts'

/** What a Parquet file may come to. */
export type ParquetLimits = { readonly rows: number; readonly bytes: number }

/** A Parquet file of plain columns, group by group; columns that nest or hold bytes are refused. Every error is one of ours. */
export const openParquetTable = (
  source: ByteSource,
  most: ParquetLimits,
): { readonly names: readonly string[]; readonly batches: () => Generator<LooseTable> } => {
  const limits = { ...defaultLimits, nodes: 2 ** 31, expandedBytes: most.bytes, expansionRatio: 1000 }
  const { tree, groups } = guarded(() => openParquet(source, { limits, parsers, elementOf: withoutDecimal }))
  const columns = guarded(() => tree.children.map(describe))
  return {
    names: columns.map(({ name }) => name),
    *batches() {
      const left = { rows: most.rows }
      const each = groups()
      for (;;) {
        const group = guarded(() => each.next())
        if (group.done === true) return
        left.rows -= group.value.rows
        if (left.rows < 0) throw scoringError('parquet.limit', { what: 'rows', limit: most.rows })
        yield guarded(() => tableOf(columns, group.value))
      }
    },
  }
}

const guarded = <T>(read: () => T): T => {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof ModelsmithError))
      throw scoringError('parquet.invalid', { reason: error instanceof Error ? error.message : String(error) })
    const { what, limit } = error.values as { what?: string; limit?: number }
    if (error.code === 'modelFile.limit')
      throw scoringError('parquet.limit', { what: String(what), limit: Number(limit) })
    throw error
  }
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Moments as microseconds since 1970, texts as they are; what else could be made of bytes is not. */
const parsers: Parsers = {
  timestampFromMilliseconds: (millis) => Number(millis) * 1000,
  timestampFromMicroseconds: (micros) => Number(micros),
  timestampFromNanoseconds: (nanos) => Number(nanos / 1000n),
  dateFromDays: (days) => days * 86_400_000_000,
  stringFromBytes: (bytes) => bytes && decoder.decode(bytes),
  jsonFromBytes: (bytes) => bytes && decoder.decode(bytes),
  geometryFromBytes: () => undefined,
  geographyFromBytes: () => undefined,
  uuidFromBytes: (bytes) => bytes && [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(''),
} as Parsers

/** Decimals come as the whole numbers that they are made of. */
const withoutDecimal = (element: SchemaElement): SchemaElement => {
  if (!isDecimal(element)) return element
  const { converted_type: _, logical_type: __, ...plain } = element
  return plain
}
const isDecimal = (element: SchemaElement): boolean =>
  element.converted_type === 'DECIMAL' || element.logical_type?.type === 'DECIMAL'

type Described = { readonly name: string; readonly read: (value: unknown) => unknown; readonly type: ColumnType }

const describe = ({ element, children }: SchemaTree): Described => {
  const { name, type, repetition_type: repetition } = element
  const refuse = (words: string) => scoringError('parquet.column', { column: name, type: words })
  if (children.length > 0 || repetition === 'REPEATED') throw refuse('nested')
  const logical = element.logical_type?.type
  const converted = element.converted_type
  const same = (value: unknown): unknown => value
  if (isDecimal(element)) return { name, type: 'number', read: decimalReader(element.scale ?? 0) }
  if (
    converted === 'DATE' ||
    converted?.startsWith('TIMESTAMP') === true ||
    logical === 'TIMESTAMP' ||
    type === 'INT96'
  )
    return { name, type: 'date', read: same }
  if (logical === 'FLOAT16') return { name, type: 'number', read: same }
  if (logical === 'UUID') return { name, type: 'text', read: dashed }
  if (converted?.startsWith('TIME_') === true || logical === 'TIME') throw refuse('time')
  switch (type) {
    case 'BOOLEAN':
      return { name, type: 'boolean', read: same }
    case 'INT32':
    case 'INT64':
      return { name, type: 'integer', read: same }
    case 'FLOAT':
    case 'DOUBLE':
      return { name, type: 'number', read: same }
    case 'BYTE_ARRAY':
      // Writers of old mark no text as one.
      if (logical === 'GEOMETRY' || logical === 'GEOGRAPHY' || converted === 'BSON') throw refuse('binary')
      return { name, type: 'text', read: same }
    default:
      throw refuse('binary')
  }
}

const dashed = (value: unknown): unknown =>
  typeof value === 'string' ? value.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-') : value

/** Read as text, it is the nearest float64 of the decimal. */
const decimalReader = (scale: number) => (value: unknown) => {
  if (value === null || value === undefined) return null
  const whole = value instanceof Uint8Array ? signed(value) : (value as number | bigint)
  return Number(`${whole}e${-scale}`)
}

const signed = (bytes: Uint8Array): bigint => {
  let value = 0n
  for (const byte of bytes) value = value * 256n + BigInt(byte)
  return bytes.length > 0 && (bytes[0] as number) > 127 ? value - (1n << BigInt(8 * bytes.length)) : value
}

const tableOf = (columns: readonly Described[], { rows, columns: decoded }: RowGroup): LooseTable => ({
  rows,
  columns: columns.map((column): LooseColumn => {
    const leaf = decoded.get(column.name)
    if (leaf === undefined) throw new RangeError(`the column "${column.name.slice(0, 60)}" is not there`)
    const values = flatValues(leaf)
    return looseOf(column, rows, (row) => column.read(values[row]))
  }),
})

const looseOf = ({ name, type }: Described, rows: number, at: (row: number) => unknown): LooseColumn => {
  // Nothing, NaN and empty texts are missing, as they are in a CSV file.
  const cells = Array.from({ length: rows }, (_, row) => {
    const value = at(row)
    return value === undefined || value === '' || Number.isNaN(value) ? null : value
  })
  if (type === 'integer' && cells.some((value) => typeof value === 'bigint' && !isExact(value)))
    return { name, type: 'text', column: undefined, at: (row) => cells[row] }
  const column = columnOf(type, cells)
  return { name, type, column, at: cellReader(column, { name, type }) }
}

const isExact = (value: bigint): boolean => Number.isSafeInteger(Number(value))

const columnOf = (type: ColumnType, cells: readonly unknown[]): Column => {
  switch (type) {
    case 'boolean':
      return booleanColumn(cells as (boolean | null)[])
    case 'text':
    case 'category':
      return textColumn(cells as (string | null)[], 'text')
    default:
      return numberColumn(cells.map((cell) => (cell === null ? null : Number(cell))))
  }
}
