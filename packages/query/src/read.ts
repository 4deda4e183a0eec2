import { createReadStream } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import {
  type ColumnSchema,
  concatTables,
  createCsvReader,
  createSchemaFinder,
  encodeBlocks,
  type Finding,
  type Table,
} from '@modelsmith/table'
import { queryError } from './errors.ts'
import type { IngestResult, IngestSpec } from './ingest.ts'
import { profileTable } from './profile.ts'

type Progress = (fraction: number, step: string) => void

/** Reads a file in this process: columns to a block file, schema and profile to the caller. */
export const readFileHere = async (
  spec: IngestSpec,
  memoryMb: number,
  progress: Progress = () => {},
): Promise<IngestResult> => {
  const { table, warnings } =
    spec.format === 'csv'
      ? await readCsvFile(spec, progress)
      : {
          table: await (await import('./parquet.ts')).readParquet(spec.source, {
            memoryMb: Math.floor(memoryMb / 2),
            schema: spec.columns,
          }),
          warnings: [],
        }
  if (table.rows === 0) throw queryError('dataset.empty', {})
  progress(0.85, 'Writing columns')
  await writeBlocks(spec.blocksFile, table)
  progress(0.9, 'Profiling columns')
  return { rows: table.rows, columns: table.schema.columns, profile: profileTable(table), warnings }
}

/** Two passes over the file: one finds the types over all rows, one reads the columns under them. */
const readCsvFile = async (
  spec: IngestSpec,
  progress: Progress,
): Promise<{ table: Table; warnings: readonly Finding[] }> => {
  const finder = createSchemaFinder()
  const chunks = (from: number, to: number, step: string, use: (chunk: Uint8Array) => void) =>
    eachChunk(spec.source, (done) => progress(from + (to - from) * done, step), use)
  await chunks(0, 0.45, 'Finding types', (chunk) => finder.push(chunk))
  const found = finder.end()
  const columns = found.schema.columns.map((column) => chosen(spec.columns, column))
  const reader = createCsvReader({ schema: { columns }, dialect: found.dialect })
  const batches: Table[] = []
  await chunks(0.45, 0.85, 'Reading rows', (chunk) => batches.push(...reader.push(chunk)))
  batches.push(...reader.end())
  return { table: concatTables(batches), warnings: found.findings }
}

const chosen = (columns: readonly ColumnSchema[] | undefined, found: ColumnSchema): ColumnSchema =>
  columns?.find(({ name }) => name === found.name) ?? found

const eachChunk = async (
  file: string,
  onDone: (fraction: number) => void,
  use: (chunk: Uint8Array) => void,
): Promise<void> => {
  const { size } = await stat(file)
  let done = 0
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) {
    use(chunk)
    done += chunk.length
    onDone(done / size)
  }
}

const writeBlocks = async (file: string, table: Table): Promise<void> => {
  const handle = await open(file, 'wx')
  try {
    for (const part of encodeBlocks(table)) await handle.write(part)
  } finally {
    await handle.close()
  }
}
