import type { ByteSource } from '@modelsmith/table'
import { parquetMetadata, parquetSchema, snappyUncompress } from 'hyparquet'
import type { ColumnChunk, Compressors, SchemaElement, SchemaTree } from 'hyparquet'
import { parquetHeader, readColumn } from 'hyparquet/src/column.js'
import { DEFAULT_PARSERS } from 'hyparquet/src/convert.js'
import { getTreePath } from 'hyparquet/src/schema.js'
import { inflateGzip } from '../compression/deflate.ts'
import { decompressHadoopLz4, decompressLz4Block } from '../compression/lz4.ts'
import { decompressZstd } from '../compression/zstd/zstd.ts'
import { scoringError } from '../errors.ts'
import { expandedLimit, type Limits, limitReached } from '../limits.ts'
import { endOfStructure } from './thrift.ts'

export type Parsers = typeof DEFAULT_PARSERS
export type Decoded = ReturnType<typeof readColumn>['data'][number]

/** Rows that lie together, and their columns by the path of each. */
export type RowGroup = { readonly rows: number; readonly columns: Map<string, Decoded> }
export type OpenedParquet = { readonly tree: SchemaTree; readonly groups: () => Generator<RowGroup> }

export type ParquetOptions = {
  readonly limits: Limits
  readonly parsers: Parsers
  /** How the values of a column are turned into those of its logical type; default: as its element says. */
  readonly elementOf?: (element: SchemaElement) => SchemaElement
}

/**
 * A Parquet file group by group. hyparquet decodes; it is entered below its asynchronous reader, because the bytes are here
 * already. What the file asks for is added up before any page is unpacked.
 */
export const openParquet = (source: ByteSource, options: ParquetOptions): OpenedParquet => {
  const { limits } = options
  const { size } = source
  if (size < 12) throw new RangeError('it is cut short')
  const tail = source.bytes(size - 8, 8)
  const footerBytes = new DataView(tail.buffer, tail.byteOffset, 8).getUint32(0, true)
  const footerAt = size - 8 - footerBytes
  if (footerAt < 0) throw new RangeError('its footer lies outside the file')
  const footer = source.bytes(footerAt, size - footerAt)
  endOfStructure(new DataView(footer.buffer, footer.byteOffset, footer.byteLength), 0, limits)
  const metadata = parquetMetadata(footer, { geoparquet: false })
  const atMost = (few: number): number => Math.min(limits.nodes, Math.max(few, size * valuesOfByte))
  const [mostValues, mostRows] = [atMost(fewValues), atMost(fewRows)]
  const rows = metadata.row_groups.reduce((sum, group) => sum + Number(group.num_rows), 0)
  if (!(rows >= 0 && rows <= mostRows)) throw limitReached('rows in a Parquet file', mostRows, { found: rows })
  const budget: Budget = { bytes: expandedLimit(limits, size), values: mostValues, mostValues }
  const tree = parquetSchema(metadata)
  return {
    tree,
    *groups() {
      for (const { num_rows, columns } of metadata.row_groups)
        yield readGroup(source, columns, Number(num_rows), { tree, budget, options })
    },
  }
}

/**
 * Runs of equal values take no space, so that a few bytes could hold any number of them: these are always allowed, as 2^18 hashed
 * features with several numbers each are usual, and fewer rows, each of which becomes an object…
 */
const [fewValues, fewRows] = [2 ** 22, 2 ** 18]
/** …and so many for each byte. */
const valuesOfByte = 64

type Budget = { bytes: number; values: number; readonly mostValues: number }
type Reading = { readonly tree: SchemaTree; readonly budget: Budget; readonly options: ParquetOptions }

const readGroup = (source: ByteSource, chunks: readonly ColumnChunk[], rows: number, reading: Reading): RowGroup => {
  const { budget } = reading
  budget.values -= rows
  if (!(budget.values >= 0)) throw limitReached('values in a Parquet file', budget.mostValues)
  return { rows, columns: new Map(chunks.map((chunk) => chunkValues(source, chunk, rows, reading))) }
}

const chunkValues = (source: ByteSource, chunk: ColumnChunk, rows: number, reading: Reading): [string, Decoded] => {
  const { tree, options } = reading
  const about = chunk.meta_data
  if (about === undefined) throw new RangeError('a column has no description')
  if (!readCodecs.has(about.codec)) throw scoringError('spark.codec', { codec: about.codec ?? 'an unknown codec' })
  const start = Number(about.dictionary_page_offset || about.data_page_offset)
  const length = Number(about.total_compressed_size)
  if (!(start >= 0 && length >= 0 && start + length <= source.size))
    throw new RangeError('a column lies outside the file')
  const bytes = source.bytes(start, length)
  const part = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  measurePages(part, reading)
  const schemaPath = getTreePath(tree, about.path_in_schema)
  const { element } = schemaPath.at(-1) as SchemaTree
  const { data } = readColumn(
    { view: part, offset: 0 },
    { groupStart: 0, selectStart: 0, selectEnd: rows, groupRows: rows },
    {
      pathInSchema: about.path_in_schema,
      type: about.type,
      element: options.elementOf?.(element) ?? element,
      schemaPath,
      codec: about.codec,
      parsers: options.parsers,
      compressors: codecs,
    },
  )
  return [about.path_in_schema.join('.'), data.length === 1 ? (data[0] as Decoded) : data.flatMap((page) => [...page])]
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
const readCodecs: ReadonlySet<string> = new Set(['UNCOMPRESSED', ...Object.keys(codecs)])

/** Adds up what the pages of a column say that they hold. */
const measurePages = (part: DataView, { budget, options: { limits } }: Reading): void => {
  let position = 0
  while (position < part.byteLength - 1) {
    const end = endOfStructure(part, position, limits)
    const header = parquetHeader({ view: part, offset: position })
    const { uncompressed_page_size: size, compressed_page_size: packed } = header
    const values =
      header.data_page_header?.num_values ??
      header.data_page_header_v2?.num_values ??
      header.dictionary_page_header?.num_values ??
      0
    if (!(size >= 0 && packed >= 0 && values >= 0 && end + packed <= part.byteLength))
      throw new RangeError('a page lies outside its column')
    budget.bytes -= size
    budget.values -= values
    if (budget.bytes < 0) throw limitReached('bytes after decompression', limits.expandedBytes)
    if (budget.values < 0) throw limitReached('values in a Parquet file', budget.mostValues)
    position = end + packed
  }
}
