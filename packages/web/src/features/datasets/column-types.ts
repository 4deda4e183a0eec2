import type { DatasetVersion } from '@modelsmith/api'

export type ColumnSchema = DatasetVersion['columns'][number]

export const columnTypes = [
  'number',
  'integer',
  'boolean',
  'category',
  'text',
  'date',
] as const satisfies readonly ColumnSchema['type'][]
