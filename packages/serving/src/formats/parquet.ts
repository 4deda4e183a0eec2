import { cellReader, type Column, type ColumnSchema, type Table } from '@modelsmith/table'
import { ByteWriter, ParquetWriter } from 'hyparquet-writer'
import type { TableWriter } from './formats.ts'

type Element = ConstructorParameters<typeof ParquetWriter>[0]['schema'][number]

/** Tables as a Parquet file: a group of rows for each, packed with Snappy. */
export const parquetWriter = (): TableWriter => {
  const bytes = new ByteWriter()
  let writer: ParquetWriter | undefined
  let kinds: readonly Kind[] = []
  // What is taken is let go: memory holds one group, whatever the length of the file.
  const take = (): Uint8Array[] => {
    const fresh = bytes.getBytes().slice()
    bytes.index = 0
    return [fresh]
  }
  return {
    write: (table) => {
      if (writer === undefined) {
        kinds = table.schema.columns.map((schema, index) => kindOf(schema, table.columns[index] as Column))
        const fields = table.schema.columns.map(({ name }, index) => ({ ...elements[kinds[index] as Kind], name }))
        const root: Element = { name: 'root', num_children: fields.length }
        writer = new ParquetWriter({ writer: bytes, schema: [root, ...fields], createdBy: 'modelsmith' })
      }
      const columnData = table.schema.columns.map((schema, index) => ({
        name: schema.name,
        data: valuesOf(kinds[index] as Kind, schema, table, index),
      }))
      if (table.rows > 0) void writer.write({ columnData, rowGroupSize: table.rows })
      return take()
    },
    end: () => {
      void writer?.finish()
      return take()
    },
  }
}

type Kind = 'double' | 'int64' | 'timestamp' | 'boolean' | 'text'

const optional = { repetition_type: 'OPTIONAL' } as const
const elements: Readonly<Record<Kind, Omit<Element, 'name'>>> = {
  double: { ...optional, type: 'DOUBLE' },
  int64: { ...optional, type: 'INT64' },
  timestamp: {
    ...optional,
    type: 'INT64',
    converted_type: 'TIMESTAMP_MICROS',
    logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MICROS' },
  },
  boolean: { ...optional, type: 'BOOLEAN' },
  text: { ...optional, type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } },
}

const kindOf = ({ type }: ColumnSchema, column: Column): Kind => {
  if (column.kind === 'boolean') return 'boolean'
  if (column.kind !== 'float64') return 'text'
  if (type === 'date') return 'timestamp'
  const isExact = column.values.every((value) => Number.isSafeInteger(value) || Number.isNaN(value))
  return type === 'integer' && isExact ? 'int64' : 'double'
}

const valuesOf = (kind: Kind, schema: ColumnSchema, { rows, columns }: Table, index: number): unknown[] => {
  const column = columns[index] as Column
  const { type: _, ...plain } = schema
  // Moments and whole numbers come as the numbers that they are.
  const read = cellReader(column, { ...plain, type: column.kind === 'float64' ? 'number' : schema.type })
  const isWhole = kind === 'int64' || kind === 'timestamp'
  return Array.from({ length: rows }, (__, row) => {
    const value = read(row)
    return isWhole && value !== null ? BigInt(value as number) : value
  })
}
