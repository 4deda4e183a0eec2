import { cellReader, type Column, type ColumnSchema, type Table } from '@modelsmith/table'
import type { Data } from '../data/data.ts'
import { dataOf, type GivenColumn } from './data-of.ts'
import type { InputColumn, ModelInput } from './input.ts'

/** The type under which cells for a column of a model are read: what may be of any kind comes as text. */
export const schemaOfInput = ({ name, type }: InputColumn): ColumnSchema => ({
  name,
  type: type === 'number' || type === 'boolean' ? type : 'text',
})

const numeral = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/

/** A column that was read under `schemaOfInput`, as the model takes it. */
export const givenColumn = ({ type }: InputColumn, table: Table, at: number): GivenColumn => {
  const column = table.columns[at] as Column
  if (column.kind === 'float64') return column.values
  const read = cellReader(column, table.schema.columns[at] as ColumnSchema)
  const cells = Array.from({ length: table.rows }, (_, row) => read(row))
  return type === 'any'
    ? cells.map((cell) => (typeof cell === 'string' && numeral.test(cell) ? Number(cell) : cell))
    : cells
}

/** A table of the columns that a model reads, by their names, as its data; for mappings every column of the table. */
export const dataOfTable = (input: ModelInput, table: Table): Data => {
  const names = table.schema.columns.map(({ name }) => name)
  const columns =
    input.shape === 'mappings'
      ? names.map((name): InputColumn => ({ name, isNamed: true, type: 'any' }))
      : input.columns
  const given = columns.map((column): GivenColumn => {
    const at = names.indexOf(column.name)
    return at < 0 ? new Float64Array(table.rows).fill(Number.NaN) : givenColumn(column, table, at)
  })
  return dataOf(
    input,
    table.rows,
    given,
    columns.map(({ name }) => name),
  )
}
