export { type ArrowOptions, type ByteSource, openArrow, sourceOf } from './arrow/read.ts'
export { arrowWriter, writeArrow } from './arrow/write.ts'
export {
  decodeBlocks,
  encodeBlocks,
  encodeBlocksWhole,
  openBlocks,
  readBlocksHeader,
} from './blocks.ts'
export * from './column.ts'
export { createTranscoder, type CsvDialect, type CsvEncoding, sniffCsv } from './csv/dialect.ts'
export { createSchemaFinder, type FoundSchema, textOrCategory } from './csv/infer.ts'
export { CsvLines } from './csv/lines.ts'
export {
  type CellUse,
  createPieceReader,
  type CsvHead,
  type CsvPiece,
  type CsvPlan,
  csvHead,
  lastRecordEnd,
} from './csv/piece.ts'
export { createCsvReader, type CsvReaderOptions } from './csv/reader.ts'
export { type CsvLimits, defaultCsvLimits } from './csv/scanner.ts'
export { csvCell, csvHeader, csvRows, writeCsv } from './csv/writer.ts'
export { dateParser, formatDate, parseIsoDate } from './dates.ts'
export * from './errors.ts'
export { type LooseColumn, type LooseTable, tableFromColumns } from './loose.ts'
export {
  beside,
  canonicalLabel,
  cell,
  cellReader,
  columnIndex,
  concatTables,
  rowsFromTable,
  selectColumns,
  sliceRows,
  takeRows,
} from './operations.ts'
export { tableFromRows } from './rows.ts'
export * from './schema.ts'
export { tableErrors } from './table-errors.ts'
export { booleanColumn, numberColumn, SharedDictionary, textColumn, textReader } from './text.ts'
export { isValid, missingCount, validityOf } from './validity.ts'
