import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { EstimatorType } from '@modelsmith/domain'
import { type ColumnType, rowsFromTable, type Table, type TableSchema, tableFromRows } from '@modelsmith/table'
import { csvCells } from '../models/cells.ts'

const columnsOf = {
  penguins: {
    species: 'category',
    island: 'category',
    bill_length_mm: 'number',
    bill_depth_mm: 'number',
    flipper_length_mm: 'number',
    body_mass_g: 'number',
    sex: 'category',
    year: 'number',
  },
  reviews: { review: 'text', score: 'category' },
  ridership: { date: 'date', ridership: 'number', temp: 'number', dew: 'number' },
} as const satisfies Readonly<Record<string, Readonly<Record<string, ColumnType>>>>

export type TableName = keyof typeof columnsOf

type Row = Readonly<Record<string, unknown>>

export type Rows = {
  readonly table: Table
  readonly plain: readonly Row[]
  readonly partition: Int8Array
  readonly classes: readonly string[]
}

const folder = join(import.meta.dirname, 'tables')
export const folds = 3

/** Rows whose cells are missing, or what training never saw: of each column of the first rows in turn, and all at once. */
const strange = (row: Row, types: Readonly<Record<string, ColumnType>>, target: string | undefined): readonly Row[] => {
  const features = Object.keys(types).filter((name) => name !== target)
  const unseen = (name: string): unknown =>
    ({ number: -12345.5, category: 'never seen', text: 'neverseen words', date: '1987-06-05' })[types[name] as string]
  const without = (names: readonly string[]): Row => ({
    ...row,
    ...Object.fromEntries(names.map((name) => [name, null])),
  })
  const with_ = (names: readonly string[]): Row => ({
    ...row,
    ...Object.fromEntries(names.map((name) => [name, unseen(name)])),
  })
  return [
    ...features.map((name) => without([name])),
    ...features.map((name) => with_([name])),
    without(features),
    with_(features),
  ]
}

/** A fixture's table with a target in every row: every fourth row, and strange ones at the end, are the holdout. */
export const readRows = (name: TableName, target: string | undefined, targetType: EstimatorType): Rows => {
  const types: Readonly<Record<string, ColumnType>> = columnsOf[name]
  const [header = [], ...records] = csvCells(readFileSync(join(folder, `${name}.csv`), 'utf8'))
  const cellOf = (text: string, type: ColumnType | undefined): unknown =>
    text === '' || text === 'NA' ? null : type === 'number' ? Number(text) : text
  const known = records
    .map((record): Row => Object.fromEntries(header.map((each, at) => [each, cellOf(record[at] ?? '', types[each])])))
    .filter((row) => target === undefined || row[target] !== null)
  const plain = [...known, ...strange(known[0] as Row, types, target)]
  const schema: TableSchema = { columns: Object.entries(types).map(([each, type]) => ({ name: each, type })) }
  const labels = targetType === 'binary' || targetType === 'multiclass' ? known.map((row) => row[target ?? '']) : []
  return {
    table: tableFromRows(schema, plain),
    plain,
    partition: Int8Array.from(plain, (_, row) => (row >= known.length || row % 4 === 0 ? 0 : 1 + (row % folds))),
    classes: [...new Set(labels.map(String))].toSorted(),
  }
}

/** A table as lists of numbers, column by column. */
export const numbersOf = (table: Table): readonly (readonly number[])[] => {
  const rows = rowsFromTable(table)
  return table.columns.map((_, at) => rows.map((row) => Number(row[at] ?? Number.NaN)))
}
