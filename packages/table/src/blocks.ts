/**
 * The column block file: how a table lies on disk and crosses the worker border.
 *
 *     bytes 0–7    "MSCOLS01"
 *     bytes 8–11   length of the header, uint32, little-endian
 *     header       UTF-8 JSON: {"version": 1, "rows": n, "columns": [{"name", "type", "format"?, "kind", "dictionaryRows"?,
 *                  "buffers": [{"name", "offset", "length"}]}]}
 *     buffers      each at an offset from the start of the file that is a multiple of 64; little-endian; Arrow's layout
 *
 * Buffers by kind: `float64`: values (float64); `boolean`: values (one byte a row); `utf8`: offsets (int32, rows + 1), bytes;
 * `dictionary`: indices (int32), dictionaryOffsets (int32, dictionaryRows + 1), dictionaryBytes. Any of these may have `validity`:
 * one bit a row, least significant first, set where there is a value. `sparse`, which sessions write and tables have not: rows (int32,
 * ascending) and values (float64) of the entries of a column of numbers; 0 elsewhere.
 */
import type { ByteSource } from './arrow/read.ts'
import type { Column, Table, Utf8Column, Validity } from './column.ts'
import { type ColumnFormat, type ColumnSchema, type ColumnType, columnTypes, type TableSchema } from './schema.ts'
import { tableError } from './table-errors.ts'
import { validityOf } from './validity.ts'

const magic = 'MSCOLS01'
const alignment = 64
const prefixBytes = 12
const maxHeaderBytes = 64 * 2 ** 20
/** A few bytes can stand for very many zeros. */
const maxSpreadBytes = 2 ** 31

type BufferName =
  | 'rows'
  | 'values'
  | 'validity'
  | 'offsets'
  | 'bytes'
  | 'indices'
  | 'dictionaryOffsets'
  | 'dictionaryBytes'
type BufferPlace = { readonly name: BufferName; readonly offset: number; readonly length: number }
type ColumnHeader = {
  readonly name: string
  readonly type: ColumnType
  readonly format?: ColumnFormat
  readonly kind: Column['kind'] | 'sparse'
  readonly dictionaryRows?: number
  readonly buffers: readonly BufferPlace[]
}
type BlocksHeader = { readonly version: 1; readonly rows: number; readonly columns: readonly ColumnHeader[] }

const asBytes = (view: ArrayBufferView): Uint8Array => new Uint8Array(view.buffer, view.byteOffset, view.byteLength)

const buffersOf = (column: Column): [BufferName, Uint8Array][] => {
  const validity: [BufferName, Uint8Array][] = column.validity === undefined ? [] : [['validity', column.validity]]
  switch (column.kind) {
    case 'float64':
    case 'boolean':
      return [['values', asBytes(column.values)], ...validity]
    case 'utf8':
      return [['offsets', asBytes(column.offsets)], ['bytes', column.bytes], ...validity]
    case 'dictionary':
      return [
        ['indices', asBytes(column.indices)],
        ['dictionaryOffsets', asBytes(column.dictionary.offsets)],
        ['dictionaryBytes', column.dictionary.bytes],
        ...validity,
      ]
  }
}

const aligned = (offset: number): number => Math.ceil(offset / alignment) * alignment

/** The file as chunks to write one after another; large buffers are not copied. */
export const encodeBlocks = (table: Table): Uint8Array[] => {
  const buffers = table.columns.map(buffersOf)
  const headerAt = (start: number): { header: BlocksHeader; end: number } => {
    let offset = start
    const columns = table.schema.columns.map((schema, index): ColumnHeader => {
      const column = table.columns[index] as Column
      const places = (buffers[index] as [BufferName, Uint8Array][]).map(([name, bytes]) => {
        const place = { name, offset, length: bytes.length }
        offset = aligned(offset + bytes.length)
        return place
      })
      const dictionary = column.kind === 'dictionary' ? { dictionaryRows: column.dictionary.offsets.length - 1 } : {}
      return { ...schema, kind: column.kind, ...dictionary, buffers: places }
    })
    return { header: { version: 1, rows: table.rows, columns }, end: offset }
  }
  // Offsets depend on the header's length and the header holds the offsets: room is left for the longest of them.
  const room = JSON.stringify(headerAt(2 ** 40).header)
  const start = aligned(prefixBytes + new TextEncoder().encode(room).length)
  const json = new TextEncoder().encode(JSON.stringify(headerAt(start).header))
  const head = new Uint8Array(start)
  head.set(new TextEncoder().encode(magic))
  new DataView(head.buffer).setUint32(8, json.length, true)
  head.set(json, prefixBytes)
  const chunks: Uint8Array[] = [head]
  for (const [, bytes] of buffers.flat()) {
    chunks.push(bytes)
    const padding = aligned(bytes.length) - bytes.length
    if (padding > 0) chunks.push(new Uint8Array(padding))
  }
  return chunks
}

/** Where rows come one at a time, tables of numbers have one head for as many rows. */
const numberHeads = new WeakMap<TableSchema['columns'], { readonly rows: number; readonly head: Uint8Array }>()

/** The head of a file of numbers of which none is missing; undefined for other tables. */
const numberHeadOf = (table: Table): Uint8Array | undefined => {
  const isWhole = (column: Column) =>
    column.kind === 'float64' && column.validity === undefined && column.values.length === table.rows
  if (!table.columns.every(isWhole)) return undefined
  const { columns } = table.schema
  const known = numberHeads.get(columns)
  if (known?.rows === table.rows) return known.head
  const [head = new Uint8Array()] = encodeBlocks(table)
  numberHeads.set(columns, { rows: table.rows, head })
  return head
}

/** The whole file in one array. */
export const encodeBlocksWhole = (table: Table): Uint8Array => {
  const head = numberHeadOf(table)
  if (head !== undefined) {
    const each = aligned(table.rows * Float64Array.BYTES_PER_ELEMENT)
    const whole = new Uint8Array(head.length + table.columns.length * each)
    whole.set(head)
    const values = new Float64Array(whole.buffer, head.length)
    table.columns.forEach((column, at) => {
      if (column.kind === 'float64') values.set(column.values, (at * each) / Float64Array.BYTES_PER_ELEMENT)
    })
    return whole
  }
  const chunks = encodeBlocks(table)
  const whole = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0))
  let offset = 0
  for (const chunk of chunks) {
    whole.set(chunk, offset)
    offset += chunk.length
  }
  return whole
}

const invalid = (reason: string) => tableError('blocks.invalid', { reason })

/** Reads the header alone: schema and row count of a file of which the first bytes are at hand. */
export const readBlocksHeader = (
  bytes: Uint8Array,
): { readonly rows: number; readonly columns: readonly ColumnSchema[] } => {
  const { rows, columns } = parseHeader(bytes)
  return { rows, columns: columns.map(schemaOf) }
}

const schemaOf = ({ name, type, format }: ColumnHeader): ColumnSchema => ({
  name,
  type,
  ...(format === undefined ? {} : { format }),
})

const parseHeader = (bytes: Uint8Array): BlocksHeader => {
  if (bytes.length < prefixBytes || new TextDecoder().decode(bytes.subarray(0, 8)) !== magic)
    throw invalid('it does not begin with MSCOLS01')
  const length = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(8, true)
  if (length > maxHeaderBytes || prefixBytes + length > bytes.length)
    throw invalid('the header is longer than the file')
  let header: unknown
  try {
    header = JSON.parse(
      new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(prefixBytes, prefixBytes + length)),
    )
  } catch {
    throw invalid('the header is not JSON')
  }
  if (!isHeader(header)) throw invalid('the header does not describe columns of version 1')
  return header
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0

const isHeader = (value: unknown): value is BlocksHeader =>
  isObject(value) &&
  value['version'] === 1 &&
  isCount(value['rows']) &&
  Array.isArray(value['columns']) &&
  value['columns'].every(isColumnHeader)

const isColumnHeader = (value: unknown): boolean =>
  isObject(value) &&
  typeof value['name'] === 'string' &&
  (columnTypes as readonly unknown[]).includes(value['type']) &&
  ['float64', 'boolean', 'utf8', 'dictionary', 'sparse'].includes(value['kind'] as string) &&
  (value['dictionaryRows'] === undefined || isCount(value['dictionaryRows'])) &&
  Array.isArray(value['buffers']) &&
  value['buffers'].every((each) => isObject(each) && isCount(each['offset']) && isCount(each['length']))

/** Reads a file; columns are views into it where its bytes are aligned in memory. A file that lies is refused. */
export const decodeBlocks = (bytes: Uint8Array): Table => {
  const { rows, columns } = parseHeader(bytes)
  const spread = columns.filter(({ kind }) => kind === 'sparse').length * rows * 8
  if (spread > maxSpreadBytes)
    throw invalid(
      `its sparse columns would take ${Math.ceil(spread / 2 ** 20)} MB, more than ${maxSpreadBytes / 2 ** 20} MB`,
    )
  return {
    schema: { columns: columns.map(schemaOf) },
    rows,
    columns: columns.map((header) => decodeColumn(bytes, header, rows)),
  }
}

const decodeColumn = (bytes: Uint8Array, header: ColumnHeader, rows: number): Column => {
  const wrong = (reason: string) => invalid(`column "${header.name}": ${reason}`)
  const buffer = (name: BufferName, length?: number): Uint8Array => {
    const place = header.buffers.find((each) => each.name === name)
    if (place === undefined) throw wrong(`it has no buffer "${name}"`)
    if (place.offset % alignment !== 0 || place.offset + place.length > bytes.length)
      throw wrong(`its buffer "${name}" is out of bounds`)
    if (length !== undefined && place.length !== length)
      throw wrong(`its buffer "${name}" has ${place.length} bytes instead of ${length}`)
    return bytes.subarray(place.offset, place.offset + place.length)
  }
  const hasValidity = header.buffers.some(({ name }) => name === 'validity')
  const validity: Validity = hasValidity ? buffer('validity', Math.ceil(rows / 8)) : undefined
  const text = (offsetsName: BufferName, bytesName: BufferName, count: number, valid: Validity): Utf8Column => {
    const offsets = int32Of(buffer(offsetsName, (count + 1) * 4))
    const content = buffer(bytesName)
    if (offsets[0] !== 0 || offsets[count] !== content.length) throw wrong('its offsets do not span its bytes')
    for (let row = 0; row < count; row++) {
      if ((offsets[row] as number) > (offsets[row + 1] as number)) throw wrong('its offsets go backwards')
    }
    return { kind: 'utf8', offsets, bytes: content, validity: valid }
  }
  switch (header.kind) {
    case 'float64':
      return { kind: 'float64', values: float64Of(buffer('values', rows * 8)), validity }
    case 'sparse': {
      const bytesOfRows = buffer('rows')
      if (bytesOfRows.length % 4 !== 0 || header.type !== 'number') throw wrong('it is no sparse column of numbers')
      const places = int32Of(bytesOfRows)
      const entries = float64Of(buffer('values', places.length * 8))
      const values = new Float64Array(rows)
      let before = -1
      for (const [index, row] of places.entries()) {
        if (row <= before || row >= rows) throw wrong('its rows do not ascend within the table')
        values[row] = entries[index] as number
        before = row
      }
      const isMissing = entries.some(Number.isNaN)
      return {
        kind: 'float64',
        values,
        validity: isMissing ? validityOf(rows, (row) => !Number.isNaN(values[row])) : undefined,
      }
    }
    case 'boolean':
      return { kind: 'boolean', values: buffer('values', rows), validity }
    case 'utf8':
      return text('offsets', 'bytes', rows, validity)
    case 'dictionary': {
      const count = header.dictionaryRows ?? 0
      const dictionary = text('dictionaryOffsets', 'dictionaryBytes', count, undefined)
      const indices = int32Of(buffer('indices', rows * 4))
      const largest = Math.max(count - 1, 0)
      for (const index of indices)
        if (index < 0 || index > largest) throw wrong(`index ${index} is outside its dictionary`)
      return { kind: 'dictionary', indices, dictionary, validity }
    }
  }
}

const float64Of = (bytes: Uint8Array): Float64Array => {
  const own = bytes.byteOffset % 8 === 0 ? bytes : bytes.slice()
  return new Float64Array(own.buffer, own.byteOffset, own.byteLength / 8)
}
const int32Of = (bytes: Uint8Array): Int32Array => {
  const own = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice()
  return new Int32Array(own.buffer, own.byteOffset, own.byteLength / 4)
}

/** A file that is read in parts: memory holds the rows that are asked for, and the texts of dictionaries. */
export type OpenedBlocks = {
  readonly rows: number
  readonly schema: TableSchema
  /** Rows from a multiple of 8 on. */
  readonly slice: (start: number, end: number) => Table
}

/** Opens a file of columns without sparse ones, of which memory never holds the whole. */
export const openBlocks = (source: ByteSource): OpenedBlocks => {
  const { rows, columns } = parseHeader(headOf(source))
  const schema: TableSchema = { columns: columns.map(schemaOf) }
  const slicers = columns.map((header) => slicerOf(source, header))
  return {
    rows,
    schema,
    slice: (start, end) => {
      if (start % 8 !== 0 || start > end || end > rows) throw new RangeError(`No rows from ${start} to ${end}.`)
      return { schema, rows: end - start, columns: slicers.map((slice) => slice(start, end)) }
    },
  }
}

const headOf = (source: ByteSource): Uint8Array => {
  if (source.size < prefixBytes) throw invalid('it does not begin with MSCOLS01')
  const prefix = source.bytes(0, prefixBytes)
  const length = new DataView(prefix.buffer, prefix.byteOffset, prefix.byteLength).getUint32(8, true)
  return source.bytes(0, Math.min(prefixBytes + Math.min(length, maxHeaderBytes), source.size))
}

const slicerOf = (source: ByteSource, header: ColumnHeader): ((start: number, end: number) => Column) => {
  const wrong = (reason: string) => invalid(`column "${header.name}": ${reason}`)
  const part = (name: BufferName, from: number, to?: number): Uint8Array => {
    const place = header.buffers.find((each) => each.name === name)
    if (place === undefined) throw wrong(`it has no buffer "${name}"`)
    const end = to ?? place.length
    if (from > end || end > place.length || place.offset + place.length > source.size)
      throw wrong(`its buffer "${name}" is out of bounds`)
    return source.bytes(place.offset + from, end - from)
  }
  const hasValidity = header.buffers.some(({ name }) => name === 'validity')
  const validity = (start: number, end: number): Validity =>
    hasValidity ? part('validity', start / 8, Math.ceil(end / 8)) : undefined
  const text = (offsetsName: BufferName, bytesName: BufferName, start: number, end: number): Utf8Column => {
    const offsets = int32Of(part(offsetsName, start * 4, (end + 1) * 4))
    const [first = 0] = offsets
    const bytes = part(bytesName, first, offsets.at(-1))
    return { kind: 'utf8', offsets: offsets.map((offset) => offset - first), bytes, validity: undefined }
  }
  switch (header.kind) {
    case 'float64':
      return (start, end) => ({
        kind: 'float64',
        values: float64Of(part('values', start * 8, end * 8)),
        validity: validity(start, end),
      })
    case 'boolean':
      return (start, end) => ({ kind: 'boolean', values: part('values', start, end), validity: validity(start, end) })
    case 'utf8':
      return (start, end) => ({ ...text('offsets', 'bytes', start, end), validity: validity(start, end) })
    case 'dictionary': {
      const dictionary = text('dictionaryOffsets', 'dictionaryBytes', 0, header.dictionaryRows ?? 0)
      return (start, end) => ({
        kind: 'dictionary',
        indices: int32Of(part('indices', start * 4, end * 4)),
        dictionary,
        validity: validity(start, end),
      })
    }
    case 'sparse':
      throw wrong('it is sparse, as in no table that is kept')
  }
}
