import { openParquetTable, unpackLz4, unpackZstd } from '@modelsmith/scoring'
import {
  type ColumnSchema,
  concatTables,
  createCsvReader,
  type LooseTable,
  openArrow,
  sourceOf,
  type Table,
  tableFromColumns,
} from '@modelsmith/table'
import { servingError } from '../errors.ts'
import type { TableFormat } from './formats.ts'

/** What a body may have. */
const maxRows = 10_000
const maxExpandedBytes = 256 * 2 ** 20

export const demandCount = (rows: number, most = maxRows): void => {
  if (rows === 0 || rows > most) throw servingError('serving.rowCount', { rows, most })
}

/** A body of bytes under the model's frozen column types; every finding at once. */
export const readTable = (format: TableFormat, inputs: readonly ColumnSchema[], body: Uint8Array): Table => {
  const table = format === 'csv' ? readCsv(inputs, body) : readBatches(format, inputs, body)
  demandCount(table.rows)
  return table
}

const readCsv = (inputs: readonly ColumnSchema[], body: Uint8Array): Table => {
  const reader = createCsvReader({ schema: { columns: inputs } })
  return concatTables([...reader.push(body), ...reader.end()])
}

const readBatches = (format: 'arrow' | 'parquet', inputs: readonly ColumnSchema[], body: Uint8Array): Table => {
  const source = sourceOf(body)
  const { batches } =
    format === 'parquet'
      ? openParquetTable(source, { rows: maxRows, bytes: maxExpandedBytes })
      : openArrow(source, {
          maxRows,
          maxBytes: maxExpandedBytes,
          codecs: { lz4: unpackLz4, zstd: unpackZstd },
        })
  let before = 0
  const tables: Table[] = []
  for (const batch of batches() as Iterable<LooseTable>) {
    tables.push(tableFromColumns(inputs, batch, before))
    before += batch.rows
  }
  return concatTables(tables)
}
