import { ModelsmithError } from '../errors.ts'
import type { LooseColumn, LooseTable } from '../loose.ts'
import { tableError } from '../table-errors.ts'
import { type ArrowField, type BatchBuffers, readField } from './column.ts'
import { type FlatTable, readFlatBuffer } from './flatbuffer.ts'
import { continuation, fileMagic, header } from './format.ts'
import { decodedColumn, type Dictionaries } from './values.ts'

/** Bytes of a stream or file, wherever they lie. */
export type ByteSource = { readonly size: number; readonly bytes: (offset: number, length: number) => Uint8Array }

export const sourceOf = (bytes: Uint8Array): ByteSource => ({
  size: bytes.length,
  bytes: (offset, length) => bytes.subarray(offset, offset + length),
})

export type ArrowOptions = {
  /** Rows of all batches together. */
  readonly maxRows: number
  /** Bytes of all buffers after decompression. */
  readonly maxBytes: number
  /** Unpack exactly so many bytes, or throw. */
  readonly codecs: Readonly<Record<'lz4' | 'zstd', (bytes: Uint8Array, size: number) => Uint8Array>>
}

export type OpenedArrow = {
  readonly names: readonly string[]
  readonly batches: () => Generator<LooseTable>
}

/**
 * Opens an Arrow IPC stream or file. Nothing in it is believed: every offset and length is checked before it is followed, columns
 * that nest are refused, and what lies behind the last batch is not read.
 */
export const openArrow = (source: ByteSource, options: ArrowOptions): OpenedArrow =>
  guarded(() => {
    const reader = messagesOf(source)
    const first = reader.next()
    if (first === undefined || first.kind !== header.schema) throw new RangeError('it does not begin with a schema')
    if (first.table.int16(0) !== 0) throw new RangeError('its numbers are big-endian')
    const fields = first.table.tables(1).map(readField)
    const names = fields.map(({ name }) => name)
    const twice = names.find((name, index) => names.indexOf(name) < index)
    if (names.length < 2000 && twice !== undefined) throw new RangeError(`it has two columns "${twice.slice(0, 60)}"`)
    return { names, batches: () => batchesOf(reader, fields, options) }
  })

const guarded = <T>(read: () => T): T => {
  try {
    return read()
  } catch (error) {
    if (error instanceof ModelsmithError) throw error
    const reason = error instanceof Error ? error.message : String(error)
    throw tableError('arrow.invalid', { reason }, { cause: error })
  }
}

type Message = { readonly kind: number; readonly table: FlatTable; readonly body: Uint8Array }
type Messages = { readonly next: () => Message | undefined }

const messagesOf = (source: ByteSource): Messages => {
  const begins = new TextDecoder('latin1').decode(source.bytes(0, Math.min(6, source.size)))
  let at = begins === fileMagic ? 8 : 0
  const word = (offset: number): number => {
    const bytes = source.bytes(offset, 4)
    if (bytes.length < 4) throw new RangeError('it is cut short')
    return new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true)
  }
  const take = (length: number): Uint8Array => {
    if (!(length >= 0 && at + length <= source.size)) throw new RangeError('it is cut short')
    const bytes = source.bytes(at, length)
    at += length
    return bytes
  }
  return {
    next: () => {
      if (at === source.size) return undefined
      if (word(at) !== continuation) throw new RangeError('a message does not begin as one')
      const length = word(at + 4)
      at += 8
      if (length === 0) return undefined
      const message = readFlatBuffer(take(length))
      const table = message.table(2)
      if (table === undefined) throw new RangeError('a message is empty')
      return { kind: message.int8(1), table, body: take(message.int64(3)) }
    },
  }
}

function* batchesOf(reader: Messages, fields: readonly ArrowField[], options: ArrowOptions): Generator<LooseTable> {
  const dictionaries: Dictionaries = new Map()
  const budget = { rows: options.maxRows, bytes: options.maxBytes }
  for (;;) {
    const batch = guarded(() => nextBatch(reader, fields, { dictionaries, budget, options }))
    if (batch === undefined) return
    if (batch !== 'dictionary') yield batch
  }
}

type Reading = {
  readonly dictionaries: Dictionaries
  readonly budget: { rows: number; bytes: number }
  readonly options: ArrowOptions
}

const nextBatch = (
  reader: Messages,
  fields: readonly ArrowField[],
  reading: Reading,
): LooseTable | 'dictionary' | undefined => {
  const message = reader.next()
  if (message === undefined) return undefined
  if (message.kind === header.dictionary) {
    readDictionary(message, fields, reading)
    return 'dictionary'
  }
  if (message.kind !== header.batch) throw new RangeError(`a message of the unknown kind ${message.kind}`)
  const buffers = openBuffers(message.table, message.body, reading)
  const columns = fields.map((field): LooseColumn => decodedColumn(field, buffers, reading.dictionaries))
  return { rows: buffers.rows, columns }
}

const readDictionary = ({ table, body }: Message, fields: readonly ArrowField[], reading: Reading): void => {
  const id = table.int64(0)
  const field = fields.find(({ dictionary }) => dictionary?.id === id)
  const batch = table.table(1)
  if (field === undefined || batch === undefined) throw new RangeError('a dictionary belongs to no column')
  const { dictionary: _, ...values } = field
  const buffers = openBuffers(batch, body, reading)
  const column = decodedColumn(values, buffers, reading.dictionaries)
  const known = reading.dictionaries.get(id) ?? []
  const isDelta = table.int8(2) !== 0
  if (isDelta && known.length >= mostDeltas) throw tableError('arrow.limit', { what: 'dictionaries', most: mostDeltas })
  reading.dictionaries.set(id, [...(isDelta ? known : []), { rows: buffers.rows, column }])
}

const mostDeltas = 1000

/** The nodes and buffers of a batch in the order of its columns, each checked when it is taken. */
const openBuffers = (batch: FlatTable, body: Uint8Array, { budget, options }: Reading): BatchBuffers => {
  const rows = batch.int64(0)
  budget.rows -= rows
  if (rows < 0 || budget.rows < 0) throw tableError('arrow.limit', { what: 'rows', most: options.maxRows })
  const nodes = batch.structs(1, 2)
  const places = batch.structs(2, 2)
  const compression = batch.table(3)
  const codec = compression === undefined ? undefined : (['lz4', 'zstd'] as const)[compression.int8(0)]
  if (compression !== undefined && codec === undefined) throw new RangeError('it is packed in an unknown way')
  let [node, place] = [0, 0]
  const unpacked = (bytes: Uint8Array): Uint8Array => {
    if (codec === undefined || bytes.length === 0) return bytes
    if (bytes.length < 8) throw new RangeError('a buffer is cut short')
    const size = Number(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigInt64(0, true))
    if (size === -1) return bytes.subarray(8)
    budget.bytes -= size
    if (!(size >= 0 && budget.bytes >= 0))
      throw tableError('arrow.limit', { what: 'bytes after decompression', most: options.maxBytes })
    return options.codecs[codec](bytes.subarray(8), size)
  }
  return {
    rows,
    node: () => {
      const found = nodes[node++]
      if (found === undefined || found[0] !== rows) throw new RangeError('a column has another length than its batch')
      return { missing: found[1] as number }
    },
    buffer: () => {
      const [offset, length] = places[place++] ?? [-1, -1]
      if (offset === undefined || length === undefined || offset < 0 || length < 0 || offset + length > body.length)
        throw new RangeError('a buffer lies outside its batch')
      return unpacked(body.subarray(offset, offset + length))
    },
  }
}
