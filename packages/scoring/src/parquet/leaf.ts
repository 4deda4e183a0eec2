import { snappyUncompress } from 'hyparquet'
import type { Compressors, DecodedArray, PageHeader } from 'hyparquet'
import { convert } from 'hyparquet/src/convert.js'
import { deltaBinaryUnpack } from 'hyparquet/src/delta.js'
import { byteStreamSplit } from 'hyparquet/src/encoding.js'
import { readPlain } from 'hyparquet/src/plain.js'
import { inflateGzip } from '../compression/deflate.ts'
import { decompressHadoopLz4, decompressLz4Block } from '../compression/lz4.ts'
import { decompressZstd } from '../compression/zstd/zstd.ts'
import { readDelta, readDeltaLength } from './byte-arrays.ts'
import { readRuns } from './runs.ts'

type ColumnDecoder = Parameters<typeof convert>[1]

/** How deep a value may lie: how many structures and lists above it may be missing, and how many of them are lists. */
export type Levels = { readonly definition: number; readonly repetition: number }

/** The column of one leaf of the schema. */
export type Leaf = Levels & {
  /** How many entries there are: values, and what is missing or an empty list. */
  readonly length: number
  /** The values that are there. */
  readonly values: DecodedArray
  /** For each entry how much of its path is there; undefined where nothing can be missing. */
  readonly definitions: Uint8Array | undefined
  /** For each entry which list it continues; undefined where there are no lists. */
  readonly repetitions: Uint8Array | undefined
}

/** A page of a column: its header, and its bytes as they are packed. */
export type Page = { readonly header: PageHeader; readonly packed: Uint8Array }

export type LeafDecoder = Pick<
  ColumnDecoder,
  'element' | 'type' | 'codec' | 'parsers' | 'schemaPath' | 'pathInSchema'
> & {
  readonly levels: Levels
  readonly take: (bytes: number) => void
}

/** How many entries a page says that it has. */
export const entriesOf = ({ data_page_header: one, data_page_header_v2: two }: PageHeader): number =>
  one?.num_values ?? two?.num_values ?? 0

/** Decodes the pages of a column. Throws a RangeError for what is not sound. */
export const readLeaf = (pages: readonly Page[], decoder: LeafDecoder): Leaf => {
  const { definition, repetition } = decoder.levels
  const length = pages.reduce((sum, { header }) => sum + entriesOf(header), 0)
  const definitions = definition > 0 ? new Uint8Array(length) : undefined
  const repetitions = repetition > 0 ? new Uint8Array(length) : undefined
  const parts: DecodedArray[] = []
  let dictionary: DecodedArray | undefined
  let start = 0
  for (const page of pages) {
    if (page.header.type === 'DICTIONARY_PAGE') {
      dictionary = readDictionary(page, decoder)
      continue
    }
    const end = start + entriesOf(page.header)
    const levels = { definitions: definitions?.subarray(start, end), repetitions: repetitions?.subarray(start, end) }
    const body = openPage(page, levels, decoder)
    const held = levels.definitions === undefined ? end - start : count(levels.definitions, definition)
    if (held > 0) parts.push(readValues(body, held, dictionary, decoder))
    start = end
  }
  return { definition, repetition, length, definitions, repetitions, values: joined(parts) }
}

const count = (levels: Uint8Array, level: number): number => {
  let found = 0
  for (const one of levels) {
    if (one > level) throw new RangeError(`the level ${one} of ${level}`)
    if (one === level) found++
  }
  return found
}

const readDictionary = ({ header, packed }: Page, decoder: LeafDecoder): DecodedArray => {
  const bytes = unpackPage(packed, header.uncompressed_page_size, decoder.codec)
  const size = header.dictionary_page_header?.num_values ?? 0
  return convert(readPlain(readerOf(bytes), decoder.type, size, decoder.element.type_length), converting(decoder))
}

type Body = { readonly bytes: Uint8Array; readonly encoding: string }
type PageLevels = { readonly definitions: Uint8Array | undefined; readonly repetitions: Uint8Array | undefined }

/** Reads the levels of a page; what is returned are the bytes of its values. */
const openPage = ({ header, packed }: Page, levels: PageLevels, { codec, levels: most }: LeafDecoder): Body => {
  const { data_page_header: one, data_page_header_v2: two, uncompressed_page_size: size } = header
  if (header.type === 'DATA_PAGE' && one !== undefined) {
    let bytes = unpackPage(packed, size, codec)
    for (const [level, out] of [
      [most.repetition, levels.repetitions],
      [most.definition, levels.definitions],
    ] as const) {
      if (out === undefined) continue
      const length = bytes.length < 4 ? -1 : readerOf(bytes).view.getUint32(0, true)
      if (!(length >= 0 && 4 + length <= bytes.length)) throw new RangeError('levels end outside their page')
      readRuns(bytes.subarray(4, 4 + length), bitsOf(level), out)
      bytes = bytes.subarray(4 + length)
    }
    return { bytes, encoding: one.encoding }
  }
  if (header.type === 'DATA_PAGE_V2' && two !== undefined) {
    const { repetition_levels_byte_length: first, definition_levels_byte_length: second } = two
    if (!(first >= 0 && second >= 0 && first + second <= packed.length))
      throw new RangeError('levels end outside their page')
    if (levels.repetitions !== undefined)
      readRuns(packed.subarray(0, first), bitsOf(most.repetition), levels.repetitions)
    if (levels.definitions !== undefined)
      readRuns(packed.subarray(first, first + second), bitsOf(most.definition), levels.definitions)
    const body = packed.subarray(first + second)
    const bytes = two.is_compressed === false ? body : unpackPage(body, size - first - second, codec)
    return { bytes, encoding: two.encoding }
  }
  throw new RangeError(`a page of the type ${header.type}`)
}

const bitsOf = (level: number): number => 32 - Math.clz32(level)

const readValues = (
  { bytes, encoding }: Body,
  held: number,
  dictionary: DecodedArray | undefined,
  decoder: LeafDecoder,
): DecodedArray => {
  const { type, element, take } = decoder
  const reader = readerOf(bytes)
  const plain = (values: DecodedArray): DecodedArray => convert(values, converting(decoder))
  switch (encoding) {
    case 'PLAIN':
      return plain(readPlain(reader, type, held, element.type_length))
    case 'PLAIN_DICTIONARY':
    case 'RLE_DICTIONARY':
      if (dictionary === undefined) throw new RangeError('a page refers to a dictionary that is not there')
      return looked(dictionary, bytes, held)
    case 'RLE': {
      if (type !== 'BOOLEAN') break
      const bits = new Uint8Array(held)
      // Their length comes first.
      readRuns(bytes.subarray(4), 1, bits)
      return Array.from(bits, (bit) => bit === 1)
    }
    case 'DELTA_BINARY_PACKED': {
      const out = type === 'INT32' ? new Int32Array(held) : new BigInt64Array(held)
      deltaBinaryUnpack(reader, held, out)
      return plain(out)
    }
    case 'DELTA_LENGTH_BYTE_ARRAY':
      return plain(readDeltaLength(reader, held))
    case 'DELTA_BYTE_ARRAY':
      return plain(readDelta(reader, held, take))
    case 'BYTE_STREAM_SPLIT':
      return plain(byteStreamSplit(reader, held, type, element.type_length))
  }
  throw new RangeError(`values in the encoding ${encoding}`)
}

const looked = (dictionary: DecodedArray, bytes: Uint8Array, held: number): DecodedArray => {
  const indices = new Uint32Array(held)
  if (bytes.length === 0) throw new RangeError('its runs are cut short')
  readRuns(bytes.subarray(1), bytes[0] as number, indices)
  const out = emptyLike(dictionary, held)
  for (let index = 0; index < held; index++) {
    const at = indices[index] as number
    if (at >= dictionary.length) throw new RangeError('a page refers beyond its dictionary')
    out[index] = dictionary[at] as never
  }
  return out
}

const emptyLike = (values: DecodedArray, length: number): DecodedArray =>
  Array.isArray(values)
    ? Array.from({ length })
    : new (values.constructor as new (length: number) => DecodedArray)(length)

const joined = (parts: readonly DecodedArray[]): DecodedArray => {
  const [first, ...more] = parts
  if (more.length === 0) return first ?? []
  if (Array.isArray(first) || more.some((part) => part.constructor !== first?.constructor))
    return parts.flatMap((part) => [...part])
  const out = emptyLike(
    first as DecodedArray,
    parts.reduce((sum, part) => sum + part.length, 0),
  ) as Float64Array
  let at = 0
  for (const part of parts as Float64Array[]) {
    out.set(part, at)
    at += part.length
  }
  return out
}

const readerOf = (bytes: Uint8Array): { readonly view: DataView; offset: number } => ({
  view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength),
  offset: 0,
})

const converting = ({ levels: _, take: __, ...decoder }: LeafDecoder): ColumnDecoder => decoder

const unpackPage = (packed: Uint8Array, size: number, codec: ColumnDecoder['codec']): Uint8Array => {
  const unpack = codecs[codec]
  const bytes = unpack === undefined || size === 0 ? packed : unpack(packed, size)
  if (bytes.length < size) throw new RangeError(`a page has ${bytes.length} bytes of ${size}`)
  return bytes
}

const unsnap = (packed: Uint8Array, size: number): Uint8Array => {
  const page = new Uint8Array(size)
  snappyUncompress(packed, page)
  return page
}

const codecs: Compressors = {
  GZIP: inflateGzip,
  LZ4: decompressHadoopLz4,
  LZ4_RAW: decompressLz4Block,
  SNAPPY: unsnap,
  ZSTD: decompressZstd,
}
export const readCodecs: ReadonlySet<string> = new Set(['UNCOMPRESSED', ...Object.keys(codecs)])
