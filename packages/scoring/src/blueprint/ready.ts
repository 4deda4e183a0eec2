import { cellReader, type Column, type ColumnSchema, columnIndex, type Table } from '@modelsmith/table'
import { denseRows, writtenOut } from '../data/check.ts'
import { asFrame, cellOf, type Columns, sparseRows, widthOf } from '../data/columns.ts'
import { type Cell, type Data, dense, type Frame, type FrameColumn } from '../data/data.ts'
import { floatText } from '../data/labels.ts'
import { scoringError } from '../errors.ts'

/** How an entry of the library has its columns made ready; `library/runtime/builtin_task/columns.py` does it for Python. */
export type ReadyForm = 'numbers' | 'values' | 'categories' | 'documents' | 'pairs' | 'rows'
export const readyForms: readonly string[] = [
  'numbers',
  'values',
  'categories',
  'documents',
  'pairs',
  'rows',
] satisfies ReadyForm[]

const missing = '(missing)'

/** Columns of the rows themselves. Whole numbers are texts without a point, where a task makes texts of them. */
export const dataColumns = (table: Table, names: readonly string[]): Columns => ({
  kind: 'frame',
  rows: table.rows,
  columns: names.map((name): FrameColumn => {
    const at = columnIndex(table, name)
    return { name, values: cellsOf(table.columns[at] as Column, table.schema.columns[at] as ColumnSchema, table.rows) }
  }),
})

const cellsOf = (column: Column, schema: ColumnSchema, rows: number): FrameColumn['values'] => {
  const read = cellReader(column, schema)
  const cells = Array.from({ length: rows }, (_, row) => read(row))
  return schema.type === 'number' || schema.type === 'integer'
    ? Float64Array.from(cells, (cell) => (cell === null ? Number.NaN : Number(cell)))
    : cells
}

/** What the parts of an input are together: sparse where all of them are and whoever reads them takes it, as the runner joins them. */
export const joined = (parts: readonly Columns[], takesSparse: boolean): Columns => {
  const [first] = parts
  if (first === undefined) throw new RangeError('A node reads something.')
  if (!takesSparse || parts.some(({ kind }) => kind !== 'sparse')) return joinedWhole(parts.map(whole))
  if (parts.length === 1) return first
  return sparseRows(
    first.rows,
    parts.reduce((sum, part) => sum + widthOf(part), 0),
    (row, add) => {
      let base = 0
      for (const part of parts) {
        if (part.kind !== 'sparse') continue
        const { starts, indices, values } = part
        for (let i = starts[row] as number; i < (starts[row + 1] as number); i++)
          add(base + (indices[i] as number), values[i] as number)
        base += part.columns
      }
    },
  )
}

const whole = (columns: Columns) => (columns.kind === 'sparse' ? writtenOut(columns, 'The blueprint') : columns)

const joinedWhole = (parts: readonly Exclude<Columns, { kind: 'sparse' }>[]): Columns => {
  const [first] = parts as [Exclude<Columns, { kind: 'sparse' }>]
  return parts.length === 1
    ? first
    : { kind: 'frame', rows: first.rows, columns: parts.flatMap((part) => asFrame(part).columns) }
}

/** Columns in the form that the class of a task takes; `isWhole` says of which columns the numbers are whole ones. */
export const ready = (form: ReadyForm, columns: Columns, isWhole: (column: number) => boolean, name: string): Data => {
  switch (form) {
    case 'rows':
      return dense(columns.rows, 1)
    case 'numbers':
    case 'values':
      return columns.kind === 'sparse'
        ? columns
        : denseRows(columns, { model: name, columns: undefined, values: 'any' })
    case 'categories':
      return texts(columns, missing, isWhole, name)
    case 'documents':
      return texts(columns, '', isWhole, name)
    case 'pairs': {
      const { rows, columns: cells } = texts(columns, missing, isWhole, name)
      const pairs = cells.map(({ name: own, values }) => {
        if (own === undefined)
          throw scoringError('input.kind', { model: name, expected: 'columns with names', found: 'columns without' })
        return (row: number): string => `${own}=${String(values[row])}`
      })
      const values = Array.from({ length: rows }, (_, row) => new Map(pairs.map((pair) => [pair(row), 1] as const)))
      return { kind: 'dicts', rows, values }
    }
  }
}

const texts = (columns: Columns, none: string, isWhole: (column: number) => boolean, model: string): Frame => {
  if (columns.kind === 'sparse')
    throw scoringError('input.kind', { model, expected: 'categories', found: 'sparse numbers' })
  const frame = asFrame(columns)
  return {
    ...frame,
    columns: frame.columns.map(
      (column, at): FrameColumn => ({
        name: column.name,
        values: Array.from({ length: frame.rows }, (_, row) => textOf(cellOf(column, row), none, isWhole(at))),
      }),
    ),
  }
}

/** As Python's `str` writes it. */
const textOf = (cell: Cell, none: string, isWhole: boolean): string => {
  if (cell === null) return none
  if (typeof cell === 'boolean') return cell ? 'True' : 'False'
  return typeof cell === 'number' && !isWhole ? floatText(cell) : String(cell)
}
