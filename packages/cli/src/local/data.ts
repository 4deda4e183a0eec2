import { createHash } from 'node:crypto'
import { access, readFile, writeFile } from 'node:fs/promises'
import type { FeatureColumn } from '@modelsmith/domain'
import { type ColumnStatistics, ingest } from '@modelsmith/query'
import {
  beside,
  type ColumnSchema,
  columnIndex,
  decodeBlocks,
  encodeBlocksWhole,
  type Finding,
  ModelsmithError,
  type Table,
} from '@modelsmith/table'
import { cliError } from '../errors.ts'

const ingestMemoryMb = 4096

/** A file's columns as a block file, with what is known of each. */
export type LocalData = {
  readonly file: string
  readonly contentId: string
  readonly table: Table
  readonly columns: readonly FeatureColumn[]
  readonly profile: readonly ColumnStatistics[]
  readonly warnings: readonly Finding[]
}

/** Reads a CSV or Parquet file as the server does; columns that `types` names are read under it. */
export const readData = async (
  path: string,
  blocksFile: string,
  signal: AbortSignal,
  types?: readonly ColumnSchema[],
): Promise<LocalData> => {
  await access(path).catch((error: NodeJS.ErrnoException) => {
    const reason = error.code === 'ENOENT' ? 'there is no such file' : error.message
    throw cliError('cli.file', { path, reason })
  })
  const format = path.toLowerCase().endsWith('.parquet') ? 'parquet' : 'csv'
  try {
    const { columns, profile, warnings } = await ingest(
      { source: path, format, blocksFile, columns: types },
      { memoryMb: ingestMemoryMb, signal },
    )
    const bytes = await readFile(blocksFile)
    return {
      file: blocksFile,
      contentId: createHash('sha256').update(bytes).digest('hex'),
      table: decodeBlocks(bytes),
      columns: columns.map((column, index) => ({ ...column, missing: (profile[index]?.missing ?? 0) > 0 })),
      profile,
      warnings,
    }
  } catch (error) {
    if (!(error instanceof ModelsmithError) || signal.aborted) throw error
    throw cliError('cli.input', { path, problem: error.message }, { findings: error.findings, cause: error })
  }
}

export const demandColumn = (data: LocalData, name: string, flag: string): void => {
  if (columnIndex(data.table, name) >= 0) return
  const names = data.columns.map((column) => column.name)
  const shown = `${names.slice(0, 20).join(', ')}${names.length > 20 ? ', …' : ''}`
  throw cliError('cli.usage', { problem: `${flag} ${name}: the input has no such column; it has ${shown}.` })
}

/** Columns of a second file, such as a target that lies apart, laid beside the first. */
export const withColumns = async (data: LocalData, more: LocalData, path: string): Promise<LocalData> => {
  if (more.table.rows !== data.table.rows) {
    const problem = `it has ${more.table.rows} rows; ${data.table.rows} were expected, as in the input.`
    throw cliError('cli.input', { path, problem })
  }
  const known = new Set(data.columns.map(({ name }) => name))
  const twice = more.columns.filter(({ name }) => known.has(name)).map(({ name }) => name)
  if (twice.length > 0) {
    throw cliError('cli.input', { path, problem: `the input has a column of the name ${twice.join(', ')} already.` })
  }
  const table = beside([data.table, more.table])
  const bytes = encodeBlocksWhole(table)
  await writeFile(data.file, bytes)
  return {
    file: data.file,
    contentId: createHash('sha256').update(bytes).digest('hex'),
    table,
    columns: [...data.columns, ...more.columns],
    profile: [...data.profile, ...more.profile],
    warnings: [...data.warnings, ...more.warnings],
  }
}
