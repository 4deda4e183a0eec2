import type { ByteSource } from '@modelsmith/table'
import { parquetMetadata, parquetSchema } from 'hyparquet'
import type { ColumnChunk, SchemaElement, SchemaTree } from 'hyparquet'
import { parquetHeader } from 'hyparquet/src/column.js'
import type { DEFAULT_PARSERS } from 'hyparquet/src/convert.js'
import { getTreePath } from 'hyparquet/src/schema.js'
import { scoringError } from '../errors.ts'
import { expandedLimit, type Limits, limitReached } from '../limits.ts'
import { entriesOf, type Leaf, type Levels, type Page, readCodecs, readLeaf } from './leaf.ts'
import { endOfStructure } from './thrift.ts'

export type Parsers = typeof DEFAULT_PARSERS

/** Rows that lie together, and their columns by the path of each. */
export type RowGroup = { readonly rows: number; readonly columns: ReadonlyMap<string, Leaf> }
export type OpenedParquet = { readonly tree: SchemaTree; readonly groups: () => Generator<RowGroup> }

export type ParquetOptions = {
  readonly limits: Limits
  readonly parsers: Parsers
  /** How the values of a column are turned into those of its logical type; default: as its element says. */
  readonly elementOf?: (element: SchemaElement) => SchemaElement
}

/**
 * A Parquet file group by group. hyparquet reads footers, headers and plain values; pages are opened here, as it would believe what
 * they say of themselves. What the file asks for is added up before any page is unpacked.
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
  if (depthOf(tree) > maxDepth) throw limitReached('structures within structures', maxDepth)
  return {
    tree,
    *groups() {
      for (const { num_rows, columns } of metadata.row_groups)
        yield readGroup(source, columns, Number(num_rows), { tree, budget, options })
    },
  }
}

/** Spark's own structures nest less than ten deep. */
const maxDepth = 32
const depthOf = ({ children }: SchemaTree): number =>
  children.reduce((deepest, child) => Math.max(deepest, 1 + depthOf(child)), 0)

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
  return { rows, columns: new Map(chunks.map((chunk) => readChunk(source, chunk, rows, reading))) }
}

const readChunk = (source: ByteSource, chunk: ColumnChunk, rows: number, reading: Reading): [string, Leaf] => {
  const { tree, options } = reading
  const about = chunk.meta_data
  if (about === undefined) throw new RangeError('a column has no description')
  if (!readCodecs.has(about.codec)) throw scoringError('spark.codec', { codec: about.codec ?? 'an unknown codec' })
  const start = Number(about.dictionary_page_offset || about.data_page_offset)
  const length = Number(about.total_compressed_size)
  if (!(start >= 0 && length >= 0 && start + length <= source.size))
    throw new RangeError('a column lies outside the file')
  const pages = pagesOf(source.bytes(start, length), reading)
  const schemaPath = getTreePath(tree, about.path_in_schema)
  const { element, children } = schemaPath.at(-1) as SchemaTree
  const name = about.path_in_schema.join('.')
  if (children.length > 0) throw new RangeError(`the column "${name.slice(0, 60)}" is a structure`)
  const levels = levelsOf(schemaPath)
  const entries = pages.reduce((sum, { header }) => sum + entriesOf(header), 0)
  if (entries < rows) throw new RangeError(`the column "${name.slice(0, 60)}" is cut short`)
  if (entries > rows && levels.repetition === 0)
    throw new RangeError(`the column "${name.slice(0, 60)}" has ${entries} values in ${rows} rows`)
  const leaf = readLeaf(pages, {
    pathInSchema: about.path_in_schema,
    type: about.type,
    element: options.elementOf?.(element) ?? element,
    schemaPath,
    codec: about.codec,
    parsers: options.parsers,
    levels,
    take: (bytes) => takeBytes(reading, bytes),
  })
  return [name, leaf]
}

const levelsOf = (path: readonly SchemaTree[]): Levels => {
  const below = path.slice(1).map(({ element }) => element.repetition_type)
  return {
    definition: below.filter((type) => type !== 'REQUIRED').length,
    repetition: below.filter((type) => type === 'REPEATED').length,
  }
}

const takeBytes = ({ budget, options: { limits } }: Reading, bytes: number): void => {
  budget.bytes -= bytes
  if (!(budget.bytes >= 0)) throw limitReached('bytes after decompression', limits.expandedBytes)
}

/** The pages of a column; what they say that they hold is added up. */
const pagesOf = (part: Uint8Array, reading: Reading): readonly Page[] => {
  const { budget, options } = reading
  const view = new DataView(part.buffer, part.byteOffset, part.byteLength)
  const pages: Page[] = []
  let position = 0
  while (position < part.length - 1) {
    const end = endOfStructure(view, position, options.limits)
    const header = parquetHeader({ view, offset: position })
    const { uncompressed_page_size: size, compressed_page_size: packed } = header
    const values = header.dictionary_page_header?.num_values ?? entriesOf(header)
    if (!(size >= 0 && packed >= 0 && values >= 0 && end + packed <= part.length))
      throw new RangeError('a page lies outside its column')
    takeBytes(reading, size)
    budget.values -= values
    if (budget.values < 0) throw limitReached('values in a Parquet file', budget.mostValues)
    position = end + packed
    pages.push({ header, packed: part.subarray(end, position) })
  }
  return pages
}
