import type { DatasetVersion } from '@modelsmith/api'

export type ColumnSchema = DatasetVersion['columns'][number]

/** Columns that are to be read differently, by name. */
export type SchemaChanges = ReadonlyMap<string, ColumnSchema>

export const columnTypes = [
  'number',
  'integer',
  'boolean',
  'category',
  'text',
  'date',
] as const satisfies readonly ColumnSchema['type'][]
