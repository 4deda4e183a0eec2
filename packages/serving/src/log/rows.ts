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

/** Numbers as float64, NaN where missing (a NaN comes back as missing); booleans as a byte, 2 where missing; texts as their lengths, then their bytes. */
export const encodeRows = ({ columns, rows }: Table): Buffer[] => columns.flatMap((column) => encode(column, rows))

const encode = (column: Column, rows: number): Buffer[] => {
  switch (column.kind) {
    case 'float64': {
      const { values } = column
      return [Buffer.from(values.buffer, values.byteOffset, rows * 8)]
    }
    case 'boolean': {
      const bytes = Buffer.from(column.values.subarray(0, rows))
      for (let row = 0; row < rows; row++) if (!isValid(column.validity, row)) bytes[row] = missingFlag
      return [bytes]
    }
    default: {
      const text = textReader(column)
      const lengths = Buffer.alloc(rows * 4)
      const texts: Buffer[] = []
      for (let row = 0; row < rows; row++) {
        const bytes = isValid(column.validity, row) ? Buffer.from(text(row)) : undefined
        lengths.writeUInt32LE(bytes?.length ?? missingLength, row * 4)
        if (bytes !== undefined) texts.push(bytes)
      }
      return [lengths, ...texts]
    }
  }
}

/** The rows again; undefined where the bytes do not fit the columns. */
export const decodeRows = (bytes: Uint8Array, schema: readonly ColumnSchema[], rows: number): Table | undefined => {
  let at = 0
  const take = (length: number): Uint8Array => {
    if (at + length > bytes.length) throw new RangeError('The block is too short.')
    at += length
    // A copy, aligned for numbers.
    return new Uint8Array(bytes.subarray(at - length, at))
  }
  try {
    const columns = schema.map((column) => decode(column, rows, take))
    return at === bytes.length ? { schema: { columns: schema }, rows, columns } : undefined
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

const decode = ({ type }: ColumnSchema, rows: number, take: (length: number) => Uint8Array): Column => {
  switch (type) {
    case 'number':
    case 'integer':
    case 'date': {
      const values = new Float64Array(take(rows * 8).buffer)
      return { kind: 'float64', values, validity: validityOf(rows, (row) => !Number.isNaN(values[row])) }
    }
    case 'boolean': {
      const flags = take(rows)
      const values = flags.map((flag) => (flag === 1 ? 1 : 0))
      const validity = new Uint8Array(Math.ceil(rows / 8))
      for (let row = 0; row < rows; row++)
        if (flags[row] !== missingFlag) validity[row >> 3] = (validity[row >> 3] as number) | (1 << (row & 7))
      return { kind: 'boolean', values, validity }
    }
    case 'text':
    case 'category': {
      const lengths = new DataView(take(rows * 4).buffer)
      const texts = Array.from({ length: rows }, (_, row) => {
        const length = lengths.getUint32(row * 4, true)
        return length === missingLength ? null : Buffer.from(take(length)).toString()
      })
      return textColumn(texts, type)
    }
  }
}
