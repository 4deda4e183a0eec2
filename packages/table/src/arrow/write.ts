import type { Column, DictionaryColumn, Table } from '../column.ts'
import type { ColumnSchema } from '../schema.ts'
import { isValid, missingCount } from '../validity.ts'
import { type FlatField, int16, int32, int64, int8, writeFlatBuffer } from './flatbuffer.ts'
import { continuation, doublePrecision, fileMagic, header, metadataVersion, microsecondUnit, typeId } from './format.ts'

/** How a column is written: the same for every batch. */
type Layout = {
  readonly name: string
  readonly kind: 'double' | 'int64' | 'timestamp' | 'bool' | 'utf8' | 'dictionary'
}

const alignment = 8
const padded = (length: number): number => Math.ceil(length / alignment) * alignment

/** Tables of one schema as an Arrow IPC stream or, with `file`, as an Arrow file (Feather 2), batch by batch. */
export const arrowWriter = ({ file }: { readonly file: boolean }) => {
  let layout: readonly Layout[] | undefined
  let written = 0
  const blocks: { readonly kind: 'dictionary' | 'batch'; readonly place: readonly number[] }[] = []

  const message = (kind: number, content: readonly (FlatField | undefined)[], body: readonly Uint8Array[]) => {
    const bodyLength = body.reduce((sum, part) => sum + padded(part.length), 0)
    const metadata = writeFlatBuffer([int16(metadataVersion), int8(kind), { table: content }, int64(bodyLength)])
    const head = new Uint8Array(8)
    new DataView(head.buffer).setUint32(0, continuation, true)
    new DataView(head.buffer).setUint32(4, metadata.length, true)
    if (kind !== header.schema)
      blocks.push({
        kind: kind === header.batch ? 'batch' : 'dictionary',
        place: [written, 8 + metadata.length, bodyLength],
      })
    written += 8 + metadata.length + bodyLength
    return [head, metadata, ...body.flatMap((part) => [part, new Uint8Array(padded(part.length) - part.length)])]
  }

  return {
    /** The bytes of one more batch, in chunks. */
    write(table: Table): Uint8Array[] {
      const chunks: Uint8Array[] = []
      if (layout === undefined) {
        layout = table.schema.columns.map((schema, index) => layoutOf(schema, table.columns[index] as Column, file))
        if (file) {
          chunks.push(new TextEncoder().encode(`${fileMagic}\0\0`))
          written += 8
        }
        chunks.push(...message(header.schema, schemaOf(layout), []))
      }
      for (const [index, { kind }] of layout.entries()) {
        const column = table.columns[index] as Column
        if (kind !== 'dictionary' || column.kind !== 'dictionary') continue
        const { dictionary } = column
        const batch = batchOf(dictionary.offsets.length - 1, [
          bodyOf('utf8', dictionary, dictionary.offsets.length - 1),
        ])
        chunks.push(...message(header.dictionary, [int64(index), { table: batch.fields }], batch.body))
      }
      const bodies = table.columns.map((column, index) => bodyOf((layout as Layout[])[index]?.kind, column, table.rows))
      const batch = batchOf(table.rows, bodies)
      chunks.push(...message(header.batch, batch.fields, batch.body))
      return chunks
    },
    /** What follows the last batch. */
    end(): Uint8Array[] {
      const mark = new Uint8Array(8)
      new DataView(mark.buffer).setUint32(0, continuation, true)
      if (!file) return [mark]
      const placesOf = (kind: 'dictionary' | 'batch'): FlatField => ({
        structs: blocks.filter((block) => block.kind === kind).map(({ place }) => place),
      })
      const footer = writeFlatBuffer([
        int16(metadataVersion),
        { table: schemaOf(layout ?? []) },
        placesOf('dictionary'),
        placesOf('batch'),
      ])
      const tail = new Uint8Array(4)
      new DataView(tail.buffer).setUint32(0, footer.length, true)
      return [mark, footer, tail, new TextEncoder().encode(fileMagic)]
    },
  }
}

/** One table as a whole stream. */
export const writeArrow = (table: Table): Uint8Array => {
  const writer = arrowWriter({ file: false })
  const chunks = [...writer.write(table), ...writer.end()]
  const whole = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0))
  let at = 0
  for (const chunk of chunks) {
    whole.set(chunk, at)
    at += chunk.length
  }
  return whole
}

const layoutOf = ({ name, type }: ColumnSchema, column: Column, file: boolean): Layout => {
  switch (column.kind) {
    case 'float64':
      if (type === 'date') return { name, kind: 'timestamp' }
      return { name, kind: type === 'integer' && areExact(column.values) ? 'int64' : 'double' }
    case 'boolean':
      return { name, kind: 'bool' }
    case 'utf8':
      return { name, kind: 'utf8' }
    case 'dictionary':
      // A file has one dictionary for a column; batches of ours each have their own.
      return { name, kind: file ? 'utf8' : 'dictionary' }
  }
}

const areExact = (values: Float64Array): boolean =>
  values.every((value) => Number.isSafeInteger(value) || Number.isNaN(value))

const utf8Type = [int8(typeId.utf8), { table: [] }] as const
const typeFields: Readonly<Record<Layout['kind'], readonly [FlatField, FlatField]>> = {
  double: [int8(typeId.float), { table: [int16(doublePrecision)] }],
  int64: [int8(typeId.int), { table: [int32(64), int8(1)] }],
  timestamp: [int8(typeId.timestamp), { table: [int16(microsecondUnit), { text: 'UTC' }] }],
  bool: [int8(typeId.bool), { table: [] }],
  utf8: utf8Type,
  dictionary: utf8Type,
}

const schemaOf = (layout: readonly Layout[]): readonly (FlatField | undefined)[] => [
  int16(0),
  {
    tables: layout.map(({ name, kind }, index) => [
      { text: name },
      int8(1),
      ...typeFields[kind],
      kind === 'dictionary' ? { table: [int64(index), { table: [int32(32), int8(1)] }] } : undefined,
      { tables: [] },
    ]),
  },
]

type Body = { readonly missing: number; readonly buffers: readonly Uint8Array[] }

const batchOf = (rows: number, bodies: readonly Body[]) => {
  let offset = 0
  const body = bodies.flatMap(({ buffers }) => buffers)
  const places = body.map(({ length }) => {
    const place = [offset, length]
    offset += padded(length)
    return place
  })
  const nodes = bodies.map(({ missing }) => [rows, missing])
  return { body, fields: [int64(rows), { structs: nodes }, { structs: places }] as readonly FlatField[] }
}

const bytesOf = (values: ArrayBufferView): Uint8Array =>
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength)

const bodyOf = (kind: Layout['kind'] | undefined, column: Column, rows: number): Body => {
  const { validity } = column
  const missing = missingCount(validity, rows)
  const bitmap = validity === undefined || missing === 0 ? new Uint8Array(0) : validity
  const buffers = (...values: readonly Uint8Array[]): Body => ({ missing, buffers: [bitmap, ...values] })
  switch (column.kind) {
    case 'float64':
      if (kind === 'double') return buffers(bytesOf(column.values))
      return buffers(bytesOf(BigInt64Array.from(column.values, (value) => BigInt(Number.isNaN(value) ? 0 : value))))
    case 'boolean': {
      const bits = new Uint8Array(Math.ceil(rows / 8))
      for (let row = 0; row < rows; row++)
        if (column.values[row] === 1) bits[row >> 3] = (bits[row >> 3] as number) | (1 << (row & 7))
      return buffers(bits)
    }
    case 'utf8':
      return buffers(bytesOf(column.offsets), column.bytes)
    case 'dictionary':
      return kind === 'dictionary' ? buffers(bytesOf(column.indices)) : buffers(...textsOf(column, rows))
  }
}

/** A later batch may have a dictionary where the first had none. */
const textsOf = (
  { indices, dictionary, validity }: DictionaryColumn,
  rows: number,
): readonly [Uint8Array, Uint8Array] => {
  const place = (row: number): readonly [number, number] => {
    const index = indices[row] as number
    return isValid(validity, row)
      ? [dictionary.offsets[index] as number, dictionary.offsets[index + 1] as number]
      : [0, 0]
  }
  const offsets = new Int32Array(rows + 1)
  for (let row = 0; row < rows; row++) {
    const [start, end] = place(row)
    offsets[row + 1] = (offsets[row] as number) + end - start
  }
  const bytes = new Uint8Array(offsets[rows] as number)
  for (let row = 0; row < rows; row++) bytes.set(dictionary.bytes.subarray(...place(row)), offsets[row])
  return [bytesOf(offsets), bytes]
}
