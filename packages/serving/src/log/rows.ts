import {
  type Column,
  type ColumnSchema,
  isValid,
  type Table,
  textColumn,
  textReader,
  validityOf,
} from '@modelsmith/table'

/** A request's rows as they are logged, in few bytes: little-endian, column after column, without names or types. */

const missingLength = 0xffff_ffff
const missingFlag = 2

/** Bytes that grow as they are written; what `bytes` gives is good until the next `clear`. */
class Bytes {
  #bytes = Buffer.alloc(4096)
  #length = 0

  clear(): void {
    this.#length = 0
  }

  bytes(): Buffer {
    return this.#bytes.subarray(0, this.#length)
  }

  numbers(values: Float64Array, count: number): void {
    this.#reserve(count * 8)
    // A view of few numbers costs more than the numbers.
    if (count > 8) this.#bytes.set(new Uint8Array(values.buffer, values.byteOffset, count * 8), this.#length)
    else for (let at = 0; at < count; at++) this.#bytes.writeDoubleLE(values[at] as number, this.#length + at * 8)
    this.#length += count * 8
  }

  byte(value: number): void {
    this.#reserve(1)
    this.#bytes[this.#length++] = value
  }

  whole(value: number): void {
    this.#reserve(4)
    this.#length = this.#bytes.writeUInt32LE(value, this.#length)
  }

  text(text: string): void {
    this.#reserve(text.length * 3)
    this.#length += this.#bytes.write(text, this.#length)
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#bytes.length) return
    const larger = Buffer.alloc(Math.max(this.#length + more, this.#bytes.length * 2))
    larger.set(this.bytes())
    this.#bytes = larger
  }
}

/**
 * Encodes tables behind each other; the bytes are good until it is called again. Numbers as float64, NaN where missing (a NaN comes back as
 * missing); booleans as a byte, 2 where missing; texts as their lengths, then their bytes.
 */
export const rowsEncoder = () => {
  const bytes = new Bytes()
  return (tables: readonly Table[]): Buffer => {
    bytes.clear()
    for (const { columns, rows } of tables) for (const column of columns) encode(column, rows, bytes)
    return bytes.bytes()
  }
}

const encode = (column: Column, rows: number, bytes: Bytes): void => {
  switch (column.kind) {
    case 'float64':
      return bytes.numbers(column.values, rows)
    case 'boolean': {
      for (let row = 0; row < rows; row++)
        bytes.byte(isValid(column.validity, row) ? (column.values[row] as number) : missingFlag)
      return
    }
    default: {
      const read = textReader(column)
      const texts = Array.from({ length: rows }, (_, row) => (isValid(column.validity, row) ? read(row) : undefined))
      for (const text of texts) bytes.whole(text === undefined ? missingLength : Buffer.byteLength(text))
      for (const text of texts) if (text !== undefined) bytes.text(text)
    }
  }
}

/** The rows of a request as they were encoded. */
export type RowsBlock = { readonly bytes: Uint8Array; readonly rows: number }

const viewOf = ({ buffer, byteOffset, byteLength }: Uint8Array) => new DataView(buffer, byteOffset, byteLength)

/** Whether the bytes of a block are as many as its columns take. */
export const isWhole = ({ bytes, rows }: RowsBlock, schema: readonly ColumnSchema[]): boolean => {
  let view: DataView | undefined
  let at = 0
  for (const { type } of schema) {
    if (type === 'boolean') at += rows
    else if (type === 'text' || type === 'category') {
      view ??= viewOf(bytes)
      const lengths = at
      at += rows * 4
      if (at > bytes.length) return false
      for (let row = 0; row < rows; row++) at += lengthAt(view, lengths, row) ?? 0
    } else at += rows * 8
  }
  return at === bytes.length
}

const lengthAt = (view: DataView, lengths: number, row: number): number | undefined => {
  const length = view.getUint32(lengths + row * 4, true)
  return length === missingLength ? undefined : length
}

/** The rows of whole blocks again, those of one behind those of another. */
export const decodeRows = (blocks: readonly RowsBlock[], schema: readonly ColumnSchema[]): Table => {
  const total = blocks.reduce((sum, { rows }) => sum + rows, 0)
  const columns = schema.map((column) => columnReader(column, total))
  let before = 0
  for (const { bytes, rows } of blocks) {
    const view = viewOf(bytes)
    let at = 0
    for (const column of columns) at = column.read(view, at, before, rows)
    before += rows
  }
  return { schema: { columns: schema }, rows: total, columns: columns.map((column) => column.finish()) }
}

type ColumnReader = {
  /** Takes the rows of a block, whose first is the row `before`; says where the next column begins. */
  readonly read: (view: DataView, at: number, before: number, rows: number) => number
  readonly finish: () => Column
}

const columnReader = ({ type }: ColumnSchema, total: number): ColumnReader => {
  switch (type) {
    case 'number':
    case 'integer':
    case 'date': {
      const values = new Float64Array(total)
      return {
        read: (view, at, before, rows) => {
          for (let row = 0; row < rows; row++) values[before + row] = view.getFloat64(at + row * 8, true)
          return at + rows * 8
        },
        finish: () => ({ kind: 'float64', values, validity: validityOf(total, (row) => !Number.isNaN(values[row])) }),
      }
    }
    case 'boolean': {
      const flags = new Uint8Array(total)
      return {
        read: (view, at, before, rows) => {
          for (let row = 0; row < rows; row++) flags[before + row] = view.getUint8(at + row)
          return at + rows
        },
        finish: () => ({
          kind: 'boolean',
          values: flags.map((flag) => (flag === 1 ? 1 : 0)),
          validity: validityOf(total, (row) => flags[row] !== missingFlag),
        }),
      }
    }
    case 'text':
    case 'category': {
      const texts: (string | null)[] = []
      return {
        read: (view, at, _before, rows) => {
          let start = at + rows * 4
          for (let row = 0; row < rows; row++) {
            const length = lengthAt(view, at, row)
            texts.push(
              length === undefined
                ? null
                : decoder.decode(new Uint8Array(view.buffer, view.byteOffset + start, length)),
            )
            start += length ?? 0
          }
          return start
        },
        finish: () => textColumn(texts, type),
      }
    }
  }
}

const decoder = new TextDecoder()
