import { createHash } from 'node:crypto'
import { readFile, stat, writeFile } from 'node:fs/promises'
import type { FeatureColumn } from '@modelsmith/domain'
import { type ColumnStatistics, ingest, type IngestSpec, profileTable, readFileHere } from '@modelsmith/query'
import {
  beside,
  type ColumnSchema,
  type ColumnType,
  columnIndex,
  concatTables,
  decodeBlocks,
  encodeBlocksWhole,
  type Finding,
  type LooseColumn,
  type LooseTable,
  ModelsmithError,
  type Table,
  tableFromColumns,
  textOrCategory,
} from '@modelsmith/table'
import { cliError } from '../errors.ts'
import { tableFormatOfFile } from '../files.ts'
import { inFile, openTableFile } from './table-file.ts'

const ingestMemoryMb = 4096
/** A CSV file so small is read before a process that may be killed had started. */
const smallBytes = 4 * 2 ** 20

/** A file's columns as a block file, with what is known of each. */
export type LocalData = {
  readonly file: string
  readonly contentId: string
  readonly table: Table
  readonly columns: readonly FeatureColumn[]
  readonly profile: readonly ColumnStatistics[]
  readonly warnings: readonly Finding[]
}

/** Reads a CSV, Parquet or Arrow file under the types that the server would find; columns that `types` names are read under it. */
export const readData = async (
  path: string,
  blocksFile: string,
  signal: AbortSignal,
  types?: readonly ColumnSchema[],
): Promise<LocalData> => {
  const { size } = await stat(path).catch((error: NodeJS.ErrnoException) => {
    const reason = error.code === 'ENOENT' ? 'there is no such file' : error.message
    throw cliError('cli.file', { path, reason })
  })
  const format = tableFormatOfFile(path)
  if (format !== 'csv') return readTableData(path, format, blocksFile, types ?? [])
  try {
    const spec: IngestSpec = { source: path, format, blocksFile, columns: types }
    const { columns, profile, warnings } =
      format === 'csv' && size <= smallBytes
        ? await readFileHere(spec, ingestMemoryMb)
        : await ingest(spec, { memoryMb: ingestMemoryMb, signal })
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

const readTableData = async (
  path: string,
  format: 'arrow' | 'parquet',
  blocksFile: string,
  types: readonly ColumnSchema[],
): Promise<LocalData> => {
  const file = openTableFile(path, format)
  try {
    const table = inFile(path, () => looseTable([...file.batches()], types))
    if (table.rows === 0) throw cliError('cli.input', { path, problem: 'it has no rows.' })
    const bytes = encodeBlocksWhole(table)
    await writeFile(blocksFile, bytes)
    const profile = profileTable(table)
    return {
      file: blocksFile,
      contentId: createHash('sha256').update(bytes).digest('hex'),
      table,
      columns: table.schema.columns.map((column, at) => ({ ...column, missing: (profile[at]?.missing ?? 0) > 0 })),
      profile,
      warnings: [],
    }
  } finally {
    file.close()
  }
}

/** Batches under the types that are given, and those that their columns have. */
const looseTable = (batches: readonly LooseTable[], types: readonly ColumnSchema[]): Table => {
  const columns = (batches[0]?.columns ?? []).map(({ name }, at): ColumnSchema => {
    const given = types.find((each) => each.name === name)
    return (
      given ?? {
        name,
        type: commonType(
          batches.map((batch) => batch.columns[at] as LooseColumn),
          batches,
        ),
      }
    )
  })
  let before = 0
  return concatTables(
    batches.map((batch) => {
      const table = tableFromColumns(columns, batch, before)
      before += batch.rows
      return table
    }),
  )
}

const commonType = (parts: readonly LooseColumn[], batches: readonly LooseTable[]): ColumnType => {
  const found = new Set(parts.map(({ type }) => type))
  const [only] = found
  if (found.size === 1 && only !== undefined && only !== 'text') return only
  // Integers that no float64 holds are names of things rather than categories, as on the server.
  if (parts.some(({ type, column }) => type === 'text' && column === undefined)) return 'text'
  let [values, longest] = [0, 0]
  const distinct = new Set<string>()
  for (const [at, part] of parts.entries())
    for (let row = 0; row < (batches[at]?.rows ?? 0); row++) {
      const value = part.at(row)
      if (value === null) continue
      values++
      const text = String(value)
      longest = Math.max(longest, text.length)
      distinct.add(text)
    }
  return textOrCategory({ distinct: distinct.size, values, longest })
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
