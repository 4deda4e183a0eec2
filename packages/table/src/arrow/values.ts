import type { Column, DictionaryColumn, Utf8Column, Validity } from '../column.ts'
import type { LooseColumn } from '../loose.ts'
import { cellReader } from '../operations.ts'
import type { ColumnType } from '../schema.ts'
import { booleanColumn, numberColumn, textColumn } from '../text.ts'
import { isValid, validityOf } from '../validity.ts'
import type { ArrowField, ArrowType, BatchBuffers } from './column.ts'

/** Dictionaries by their numbers: the parts of each, as deltas add to it. */
export type Dictionaries = Map<number, readonly { readonly rows: number; readonly column: LooseColumn }[]>

/** Takes the next column out of a batch. NaN and empty texts are missing, as they are in a CSV file. */
export const decodedColumn = (field: ArrowField, buffers: BatchBuffers, dictionaries: Dictionaries): LooseColumn => {
  const { name, dictionary } = field
  const type = dictionary?.index ?? field.type
  const { missing } = buffers.node()
  if (type.kind === 'null') return { name, type: 'text', column: undefined, at: () => null }
  const validity = validityIn(buffers.buffer(), missing, buffers.rows)
  if (dictionary !== undefined) {
    const parts = dictionaries.get(dictionary.id) ?? []
    return { name, ...looked(integers(dictionary.index, buffers), validity, buffers.rows, parts) }
  }
  return { name, ...valuesOf(type, validity, buffers) }
}

type Values = Omit<LooseColumn, 'name'>

const found = (type: ColumnType, column: Column): Values => {
  const at = cellReader(column, { name: '', type })
  return { type, column, at }
}

const validityIn = (bytes: Uint8Array, missing: number, rows: number): Validity => {
  if (missing === 0 || (bytes.length === 0 && rows === 0)) return undefined
  const length = Math.ceil(rows / 8)
  if (bytes.length < length) throw new RangeError('a column does not say which rows are missing')
  return bytes.slice(0, length)
}

/** Typed arrays lie at multiples of their size; where the bytes do not, they are copied. */
const aligned = (bytes: Uint8Array, length: number, size: number): Uint8Array => {
  if (bytes.length < length) throw new RangeError('a column is cut short')
  const exact = bytes.subarray(0, length)
  return exact.byteOffset % size === 0 ? exact : exact.slice()
}

const valuesOf = (type: Exclude<ArrowType, { kind: 'null' }>, validity: Validity, buffers: BatchBuffers): Values => {
  const { rows } = buffers
  switch (type.kind) {
    case 'null':
    case 'bool': {
      const bits = aligned(buffers.buffer(), Math.ceil(rows / 8), 1)
      const values = Uint8Array.from({ length: rows }, (_, row) => (isValid(bits, row) ? 1 : 0))
      return found('boolean', { kind: 'boolean', values, validity })
    }
    case 'int': {
      const values = integers(type, buffers)
      if (!(values instanceof BigInt64Array || values instanceof BigUint64Array))
        return found(
          'integer',
          floats(rows, (row) => values[row] as number, validity),
        )
      return wideIntegers(values, validity)
    }
    case 'float':
      return found('number', floats(rows, floatReader(type.bits, buffers), validity))
    case 'text':
      return found('text', texts(type.isLarge, validity, buffers))
    case 'decimal':
      return found('number', floats(rows, decimalReader(type, buffers), validity))
    case 'moment':
      return found('date', floats(rows, momentReader(type, buffers), validity))
  }
}

/** A missing row holds NaN; NaN is missing. */
const floats = (rows: number, at: (row: number) => number, validity: Validity): Column => {
  const values = Float64Array.from({ length: rows }, (_, row) => (isValid(validity, row) ? at(row) : Number.NaN))
  return { kind: 'float64', values, validity: validityOf(rows, (row) => !Number.isNaN(values[row])) }
}

/** Whole numbers that no float64 holds exactly are texts, unless somebody asks for numbers. */
const wideIntegers = (values: BigInt64Array | BigUint64Array, validity: Validity): Values => {
  const rows = values.length
  const isExact = values.every((value, row) => !isValid(validity, row) || (value <= exact && value >= -exact))
  if (isExact)
    return found(
      'integer',
      floats(rows, (row) => Number(values[row]), validity),
    )
  return { type: 'text', column: undefined, at: (row) => (isValid(validity, row) ? values[row] : null) }
}
const exact = BigInt(Number.MAX_SAFE_INTEGER)

const integers = ({ bits, isSigned }: ArrowType & { kind: 'int' }, { rows, buffer }: BatchBuffers) => {
  const bytes = aligned(buffer(), rows * (bits / 8), bits / 8)
  const at = [bytes.buffer as ArrayBuffer, bytes.byteOffset, rows] as const
  switch (bits) {
    case 8:
      return isSigned ? new Int8Array(...at) : new Uint8Array(...at)
    case 16:
      return isSigned ? new Int16Array(...at) : new Uint16Array(...at)
    case 32:
      return isSigned ? new Int32Array(...at) : new Uint32Array(...at)
    case 64:
      return isSigned ? new BigInt64Array(...at) : new BigUint64Array(...at)
  }
}

const floatReader = (bits: 16 | 32 | 64, { rows, buffer }: BatchBuffers): ((row: number) => number) => {
  const bytes = aligned(buffer(), rows * (bits / 8), bits / 8)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bits === 16) return (row) => view.getFloat16(row * 2, true)
  return bits === 32 ? (row) => view.getFloat32(row * 4, true) : (row) => view.getFloat64(row * 8, true)
}

const decimalReader = ({ scale, bytes: width }: ArrowType & { kind: 'decimal' }, { rows, buffer }: BatchBuffers) => {
  const bytes = aligned(buffer(), rows * width, 8)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return (row: number): number => {
    let value = view.getBigInt64(row * width + width - 8, true)
    for (let at = width - 16; at >= 0; at -= 8) value = (value << 64n) | view.getBigUint64(row * width + at, true)
    // Read as text, it is the nearest float64 of the decimal.
    return Number(`${value}e${-scale}`)
  }
}

const momentReader = (
  { bits, microseconds, perMicrosecond }: ArrowType & { kind: 'moment' },
  buffers: BatchBuffers,
): ((row: number) => number) => {
  const values = integers({ kind: 'int', bits, isSigned: true }, buffers)
  if (perMicrosecond === 1) return (row) => Number(values[row]) * microseconds
  return (row) => Number((values[row] as bigint) / BigInt(perMicrosecond))
}

const texts = (isLarge: boolean, validity: Validity, { rows, buffer }: BatchBuffers): Utf8Column => {
  const given = buffer()
  const size = isLarge ? 8 : 4
  const bytes = aligned(given.length === 0 && rows === 0 ? new Uint8Array(size) : given, (rows + 1) * size, size)
  const wide = isLarge
    ? new BigInt64Array(bytes.buffer as ArrayBuffer, bytes.byteOffset, rows + 1)
    : new Int32Array(bytes.buffer as ArrayBuffer, bytes.byteOffset, rows + 1)
  const content = buffer()
  const start = Number(wide[0])
  const offsets = new Int32Array(rows + 1)
  for (let row = 0; row <= rows; row++) {
    const offset = Number(wide[row])
    if (!(offset >= (row === 0 ? 0 : Number(wide[row - 1])) && offset <= content.length && offset - start < 2 ** 31))
      throw new RangeError('the texts of a column do not lie one after the other')
    // A text that began within a character would be none.
    if (offset < content.length && ((content[offset] as number) & 0xc0) === 0x80)
      throw new RangeError('a text begins within a character')
    offsets[row] = offset - start
  }
  const used = content.slice(start, start + (offsets[rows] as number))
  new TextDecoder('utf-8', { fatal: true }).decode(used)
  const isThere = (row: number) => isValid(validity, row) && (offsets[row] as number) < (offsets[row + 1] as number)
  return { kind: 'utf8', offsets, bytes: used, validity: validityOf(rows, isThere) }
}

type Parts = Dictionaries extends Map<number, infer P> ? P : never

/** Values by their places in a dictionary, which may have missing entries. */
const looked = (indices: ReturnType<typeof integers>, validity: Validity, rows: number, parts: Parts): Values => {
  const size = parts.reduce((sum, part) => sum + part.rows, 0)
  const entries: unknown[] = parts.flatMap((part) => Array.from({ length: part.rows }, (_, row) => part.column.at(row)))
  const places = new Int32Array(rows)
  for (let row = 0; row < rows; row++) {
    if (!isValid(validity, row)) continue
    const index = Number(indices[row])
    if (!(index >= 0 && index < size)) throw new RangeError('a row names an entry that its dictionary does not have')
    places[row] = index
  }
  const at = (row: number): unknown => (isValid(validity, row) ? entries[places[row] as number] : null)
  const type = parts[0]?.column.type ?? 'text'
  if (type === 'text' || type === 'category') {
    const isMissing = (row: number) => !isValid(validity, row) || entries[places[row] as number] === null
    const dictionary = textColumn(
      entries.length === 0 ? [] : entries.map((entry) => (entry === null ? '' : String(entry))),
      'text',
    ) as Utf8Column
    const column: DictionaryColumn = {
      kind: 'dictionary',
      indices: places.map((place, row) => (isMissing(row) ? 0 : place)),
      dictionary,
      validity: validityOf(rows, (row) => !isMissing(row)),
    }
    return { type: 'category', column, at }
  }
  const cells = Array.from({ length: rows }, (_, row) => at(row))
  if (type === 'boolean') return { type, column: booleanColumn(cells as (boolean | null)[]), at }
  if (type === 'date') return { type, column: undefined, at }
  return { type, column: numberColumn(cells as (number | null)[]), at }
}
