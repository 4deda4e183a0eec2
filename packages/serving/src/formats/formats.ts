import { arrowWriter, csvHeader, csvRows, type Table } from '@modelsmith/table'
import { parquetWriter } from './parquet.ts'

/** The formats of tables that travel as bytes. */
export type TableFormat = 'csv' | 'arrow' | 'parquet'

export const mediaTypes: Readonly<Record<TableFormat, string>> = {
  csv: 'text/csv',
  arrow: 'application/vnd.apache.arrow.stream',
  parquet: 'application/vnd.apache.parquet',
}

/** What else clients call them. */
const otherNames: Readonly<Record<string, TableFormat>> = {
  'application/vnd.apache.arrow.file': 'arrow',
  'application/x-parquet': 'parquet',
}

const byType = new Map([
  ...Object.entries(mediaTypes).map(([format, type]) => [type, format as TableFormat] as const),
  ...Object.entries(otherNames),
])

export const tableFormatOf = (mediaType: string): TableFormat | undefined => byType.get(mediaType)

/** Tables of one schema, one after another, as the bytes of one file. */
export type TableWriter = { readonly write: (table: Table) => Uint8Array[]; readonly end: () => Uint8Array[] }

const csvWriter = (): TableWriter => {
  const encoder = new TextEncoder()
  let isFirst = true
  return {
    write: (table) => {
      const header = isFirst ? csvHeader(table) : ''
      isFirst = false
      return [encoder.encode(header + csvRows(table))]
    },
    end: () => [],
  }
}

const writers: Readonly<Record<TableFormat | 'arrowFile', () => TableWriter>> = {
  csv: csvWriter,
  arrow: () => arrowWriter({ file: false }),
  arrowFile: () => arrowWriter({ file: true }),
  parquet: parquetWriter,
}

/** `arrowFile` is Arrow's file format (Feather 2), which has a directory at its end. */
export const tableWriter = (format: TableFormat | 'arrowFile'): TableWriter => writers[format]()

export const tableBytes = (table: Table, format: TableFormat): Uint8Array => {
  const writer = tableWriter(format)
  return Buffer.concat([...writer.write(table), ...writer.end()])
}
