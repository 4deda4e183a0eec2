import { ModelsmithError } from '@modelsmith/table'
import { parquetMetadata, parquetSchema, snappyUncompress } from 'hyparquet'
import type { ColumnChunk, Compressors, SchemaTree } from 'hyparquet'
import { assembleNested } from 'hyparquet/src/assemble.js'
import { parquetHeader, readColumn } from 'hyparquet/src/column.js'
import { DEFAULT_PARSERS } from 'hyparquet/src/convert.js'
import { getTreePath } from 'hyparquet/src/schema.js'
import { inflateGzip } from '../compression/deflate.ts'
import { decompressHadoopLz4, decompressLz4Block } from '../compression/lz4.ts'
import { decompressZstd } from '../compression/zstd/zstd.ts'
import { scoringError } from '../errors.ts'
import { expandedLimit, type Limits, limitReached } from '../limits.ts'
import { endOfStructure } from './thrift.ts'

/** A row of a Parquet file: a value for each column, structures as objects and lists as arrays. */
export type Row = Readonly<Record<string, unknown>>

/**
 * The rows of a Parquet file. hyparquet decodes; it is entered below its asynchronous reader, because the bytes are here
 * already. What the file asks for is added up before any page is unpacked.
 */
export const readParquet = (bytes: Uint8Array, path: string, limits: Limits): readonly Row[] => {
  try {
    return rowsOf(bytes, limits)
  } catch (error) {
    if (error instanceof ModelsmithError) throw error
    throw scoringError('spark.parquet', { path, reason: (error as Error).message })
  }
}

const rowsOf = (bytes: Uint8Array, limits: Limits): readonly Row[] => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length < 12) throw new RangeError('it is cut short')
  const footerAt = bytes.length - 8 - view.getUint32(bytes.length - 8, true)
  if (footerAt < 0) throw new RangeError('its footer lies outside the file')
  endOfStructure(view, footerAt, limits)
  const metadata = parquetMetadata(bytes, { geoparquet: false })
  const atMost = (few: number): number => Math.min(limits.nodes, Math.max(few, bytes.length * valuesOfByte))
  const [mostValues, mostRows] = [atMost(fewValues), atMost(fewRows)]
  const rows = metadata.row_groups.reduce((sum, group) => sum + Number(group.num_rows), 0)
  if (!(rows >= 0 && rows <= mostRows)) throw limitReached('rows in a Parquet file', mostRows, { found: rows })
  const budget: Budget = { bytes: expandedLimit(limits, bytes.length), values: mostValues, mostValues }
  const tree = parquetSchema(metadata)
  return metadata.row_groups.flatMap((group) =>
    groupRows(view, group.columns, Number(group.num_rows), { tree, budget, limits }),
  )
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
/** A byte order mark is part of a text; hyparquet would take it off. */
const parsers: typeof DEFAULT_PARSERS = {
  ...DEFAULT_PARSERS,
  stringFromBytes: (bytes) => bytes && decoder.decode(bytes),
}

/**
 * Runs of equal values take no space, so that a few bytes could hold any number of them: these are always allowed, as 2^18 hashed
 * features with several numbers each are usual, and fewer rows, each of which becomes an object…
 */
const [fewValues, fewRows] = [2 ** 22, 2 ** 18]
/** …and so many for each byte. */
const valuesOfByte = 64

type Budget = { bytes: number; values: number; readonly mostValues: number }
type Reading = { readonly tree: SchemaTree; readonly budget: Budget; readonly limits: Limits }
type Decoded = ReturnType<typeof readColumn>['data'][number]

const groupRows = (view: DataView, chunks: readonly ColumnChunk[], rows: number, reading: Reading): readonly Row[] => {
  const { tree, budget } = reading
  budget.values -= rows
  if (!(budget.values >= 0)) throw limitReached('values in a Parquet file', budget.mostValues)
  const columns = new Map(chunks.map((chunk) => chunkValues(view, chunk, rows, reading)))
  for (const child of tree.children) if (child.children.length > 0) assembleNested(columns, child, parsers)
  const named = tree.children.map(({ element }) => {
    const values = columns.get(element.name)
    if (values === undefined || values.length < rows) throw new RangeError(`the column "${element.name}" is cut short`)
    return [element.name, values] as const
  })
  return Array.from({ length: rows }, (_, row) =>
    Object.fromEntries(named.map(([name, values]): [string, unknown] => [name, values[row]])),
  )
}

const chunkValues = (view: DataView, chunk: ColumnChunk, rows: number, reading: Reading): [string, Decoded] => {
  const about = chunk.meta_data
  if (about === undefined) throw new RangeError('a column has no description')
  if (!readCodecs.has(about.codec)) throw scoringError('spark.codec', { codec: about.codec ?? 'an unknown codec' })
  const start = Number(about.dictionary_page_offset || about.data_page_offset)
  const end = start + Number(about.total_compressed_size)
  if (!(start >= 0 && end >= start && end <= view.byteLength)) throw new RangeError('a column lies outside the file')
  const part = new DataView(view.buffer, view.byteOffset + start, end - start)
  measurePages(part, reading)
  const schemaPath = getTreePath(reading.tree, about.path_in_schema)
  const { data } = readColumn(
    { view: part, offset: 0 },
    { groupStart: 0, selectStart: 0, selectEnd: rows, groupRows: rows },
    {
      pathInSchema: about.path_in_schema,
      type: about.type,
      element: (schemaPath.at(-1) as SchemaTree).element,
      schemaPath,
      codec: about.codec,
      parsers,
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
const measurePages = (part: DataView, { budget, limits }: Reading): void => {
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
