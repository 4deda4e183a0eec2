import { type FileHandle, open, readFile } from 'node:fs/promises'
import { readSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import {
  beside,
  cellReader,
  type Column,
  type ColumnSchema,
  decodeBlocks,
  type LooseTable,
  ModelsmithError,
  openBlocks,
  selectColumns,
  type Table,
  tableFromColumns,
} from '@modelsmith/table'
import { csvTables, modelError } from '../models/index.ts'

/** Rows of one chunk: as many as the largest request has. */
export const chunkRows = 10_000

/** The rows of a source under the columns that a model takes, with those that stand beside them. */
export type RowSource = {
  /** Whether it has the column by which actual values will be known. */
  readonly hasIds: boolean
  /** Chunks behind as many; all but the last have `chunkRows` rows. What does not fit the columns is refused, by rows or lines. */
  readonly chunks: (behind: number) => AsyncGenerator<Table>
  readonly close: () => Promise<void>
}

export type Wanted = {
  readonly inputs: readonly ColumnSchema[]
  readonly passThrough: readonly string[]
  readonly association: string | null
}

export const openSource = (path: string, blocks: boolean, wanted: Wanted): Promise<RowSource> =>
  blocks ? openDataset(path, wanted) : openCsv(path, wanted)

/** Rows that were fetched, a file of column blocks for each chunk. */
export const openFetched = async (paths: readonly string[], wanted: Wanted): Promise<RowSource> => {
  const tableAt = async (path: string) => decodeBlocks(await readFile(path))
  const [first] = paths
  const { hasIds, under } = columnsOf(first === undefined ? [] : (await tableAt(first)).schema.columns, wanted)
  return {
    hasIds,
    chunks: async function* (behind) {
      for (const [number, path] of paths.entries()) {
        if (number < behind) continue
        const rows = await tableAt(path)
        if (rows.rows > 0) yield under(rows, number * chunkRows)
      }
    },
    close: async () => {},
  }
}

/** How rows of these columns come under those that are wanted; a cell that does not fit is told with its row. */
const columnsOf = (columns: readonly ColumnSchema[], wanted: Wanted) => {
  const { inputs, passThrough, association } = wanted
  const known = new Set(columns.map(({ name }) => name))
  const missing = passThrough.filter((name) => !known.has(name))
  if (missing.length > 0) throw modelError('model.passThrough', { names: missing.join(', ') })
  const hasIds = association !== null && known.has(association)
  const beyond = besides({ inputs, passThrough, association: hasIds ? association : null })
  return {
    hasIds,
    under: (rows: Table, before: number): Table =>
      beside([tableFromColumns(inputs, looseOf(rows), before), selectColumns(rows, beyond)]),
  }
}

const openCsv = async (path: string, { inputs, passThrough, association }: Wanted): Promise<RowSource> => {
  const hasIds = association !== null && (await hasColumn(path, association))
  const columns = [...inputs, ...besides({ inputs, passThrough, association: hasIds ? association : null }).map(asText)]
  return {
    hasIds,
    chunks: async function* (behind) {
      let number = 0
      for await (const table of csvTables(path, columns, chunkRows)) if (number++ >= behind) yield table
    },
    close: async () => {},
  }
}

const asText = (name: string): ColumnSchema => ({ name, type: 'text' })

/** The columns that no model takes. */
const besides = ({ inputs, passThrough, association }: Wanted): string[] => {
  const taken = new Set(inputs.map(({ name }) => name))
  return [...new Set([...passThrough, ...(association === null ? [] : [association])])].filter(
    (name) => !taken.has(name),
  )
}

const hasColumn = async (path: string, name: string): Promise<boolean> => {
  try {
    for await (const _ of csvTables(path, [asText(name)], 1)) return true
    return true
  } catch (error) {
    if (error instanceof ModelsmithError && error.code === 'csv.missingColumns') return false
    throw error
  }
}

const openDataset = async (path: string, wanted: Wanted): Promise<RowSource> => {
  const file = await open(path)
  try {
    const blocks = openBlocks({ size: (await file.stat()).size, bytes: (offset, length) => read(file, offset, length) })
    const { hasIds, under } = columnsOf(blocks.schema.columns, wanted)
    return {
      hasIds,
      chunks: async function* (behind) {
        for (let start = behind * chunkRows; start < blocks.rows; start += chunkRows) {
          // Files are read without waiting: whatever else a worker does has its turn.
          await setImmediate()
          yield under(blocks.slice(start, Math.min(start + chunkRows, blocks.rows)), start)
        }
      },
      close: () => file.close(),
    }
  } catch (error) {
    await file.close()
    throw error
  }
}

const read = ({ fd }: FileHandle, offset: number, length: number): Uint8Array => {
  const bytes = new Uint8Array(length)
  readSync(fd, bytes, 0, length, offset)
  return bytes
}

const looseOf = ({ schema, columns, rows }: Table): LooseTable => ({
  rows,
  columns: schema.columns.map((own, at) => {
    const column = columns[at] as Column
    // What is never asked for is not decoded.
    let read: ReturnType<typeof cellReader> | undefined
    return { name: own.name, type: own.type, column, at: (row) => (read ??= cellReader(column, own))(row) }
  }),
})
