import { Readable } from 'node:stream'
import { maskTable } from '@modelsmith/domain'
import { answerTable, mediaTypes, tableWriter } from '@modelsmith/serving'
import {
  beside,
  booleanColumn,
  type Column,
  type ColumnSchema,
  cellReader,
  columnIndex,
  concatTables,
  numberColumn,
  parseIsoDate,
  type Table,
  takeRows,
  textColumn,
} from '@modelsmith/table'
import type { Queries } from '../../infra/database/database.ts'
import { mask } from '@modelsmith/domain'
import { findRows, type FoundRows, type Wanted } from './find-rows.ts'
import type { Sight } from './sight.ts'

type Columns = {
  readonly inputs: readonly ColumnSchema[]
  readonly answers: readonly ColumnSchema[]
  /** What a fact is called: an input keeps its name. */
  readonly named: (fact: string) => string
}

/** Cells that are read or written at a time. */
const cellsAtOnce = 500_000

/** Rows that fit, as one file; memory holds a part of it. What the columns are is looked for first: releases differ. */
export const rowsFile = async (
  queries: Queries,
  wanted: Wanted,
  format: 'csv' | 'parquet',
  sight: Sight,
  numberOf: (release: string) => number | null,
): Promise<{ readonly stream: Readable; readonly type: string }> => {
  const columns = await columnsOf(queries, wanted)
  async function* bytes(): AsyncGenerator<Uint8Array> {
    const writer = tableWriter(format)
    yield* writer.write(tableOf([], columns, sight, numberOf))
    for await (const table of tables(queries, wanted, (found) => tableOf(found, columns, sight, numberOf)))
      yield* writer.write(table)
    yield* writer.end()
  }
  return { stream: Readable.from(bytes()), type: mediaTypes[format] }
}

const columnsOf = async (queries: Queries, wanted: Wanted): Promise<Columns> => {
  const inputs = new Map<string, ColumnSchema>()
  const answers = new Map<string, ColumnSchema>()
  for await (const { found } of findRows(queries, wanted))
    for (const { request } of found) {
      const { inputs: own, scores, outcome } = request.rows
      for (const column of own.schema.columns) inputs.set(column.name, joined(inputs.get(column.name), column))
      for (const column of answerTable(takeRows(scores, new Int32Array()), outcome).schema.columns)
        answers.set(column.name, joined(answers.get(column.name), column))
    }
  const named = (fact: string): string => (inputs.has(fact) ? named(`_${fact}`) : fact)
  return { inputs: [...inputs.values()], answers: [...answers.values()], named }
}

const numeric: ReadonlySet<ColumnSchema['type']> = new Set(['number', 'integer'])

/** A column whose type differs from release to release holds what both can be read as. */
const joined = (before: ColumnSchema | undefined, { name, type }: ColumnSchema): ColumnSchema => {
  if (before === undefined || before.type === type) return { name, type }
  return { name, type: numeric.has(before.type) && numeric.has(type) ? 'number' : 'text' }
}

async function* tables(
  queries: Queries,
  wanted: Wanted,
  tableFrom: (found: readonly FoundRows[]) => Table,
): AsyncGenerator<Table> {
  let waiting: Table[] = []
  let cells = 0
  for await (const { found } of findRows(queries, wanted)) {
    if (found.length === 0) continue
    const table = tableFrom(found)
    waiting.push(table)
    cells += table.rows * table.columns.length
    if (cells < cellsAtOnce) continue
    yield concatTables(waiting)
    waiting = []
    cells = 0
  }
  if (waiting.length > 0) yield concatTables(waiting)
}

const tableOf = (
  found: readonly FoundRows[],
  { inputs, answers, named }: Columns,
  sight: Sight,
  numberOf: (release: string) => number | null,
): Table => {
  const each = <T>(of: (rows: FoundRows, at: number) => T): T[] =>
    found.flatMap((rows) => rows.rows.map((_, at) => of(rows, at)))
  const texts = (name: string, of: (rows: FoundRows, at: number) => string | null): Table =>
    single({ name: named(name), type: 'text' }, textColumn(each(of), 'text'), total)
  const numbers = (name: string, of: (rows: FoundRows, at: number) => number | null): Table =>
    single({ name: named(name), type: 'integer' }, numberColumn(each(of)), total)
  const total = found.reduce((sum, { rows }) => sum + rows.length, 0)
  const moments = each(({ request }) => parseIsoDate(request.entry.at))
  return beside([
    texts('request_id', ({ request }) => request.entry.requestId),
    single({ name: named('at'), type: 'date' }, numberColumn(moments), total),
    numbers('release', ({ request }) => numberOf(request.entry.releaseId)),
    numbers('row', ({ rows }, at) => rows[at] ?? null),
    maskTable(
      stacked(inputs, found, ({ request }) => request.rows.inputs),
      sight.hidden,
    ),
    renamed(
      stacked(answers, found, ({ request: { rows } }) => answerTable(rows.scores, rows.outcome)),
      named,
    ),
    texts('association_id', ({ ids, request }, at) => hiddenText(ids[at], sight.hidesIds(request.rows))),
    texts('actual', ({ actuals }, at) => hiddenText(actuals[at], sight.hidesActuals)),
  ])
}

const hiddenText = (text: string | null | undefined, isHidden: boolean): string | null =>
  text !== null && text !== undefined && isHidden ? mask : (text ?? null)

const single = (schema: ColumnSchema, column: Column, rows: number): Table => ({
  schema: { columns: [schema] },
  rows,
  columns: [column],
})

const renamed = (table: Table, named: (name: string) => string): Table => ({
  ...table,
  schema: { columns: table.schema.columns.map((column) => ({ ...column, name: named(column.name) })) },
})

/** The chosen rows of each, one below the other, under the same columns. */
const stacked = (
  columns: readonly ColumnSchema[],
  found: readonly FoundRows[],
  of: (rows: FoundRows) => Table,
): Table => {
  const parts = found.map((each) => {
    const table = takeRows(of(each), Int32Array.from(each.rows))
    return { schema: { columns }, rows: table.rows, columns: columns.map((column) => columnOf(table, column)) }
  })
  const none: Table = { schema: { columns }, rows: 0, columns: columns.map((column) => emptyColumn(column, 0)) }
  return parts.length === 0 ? none : concatTables(parts)
}

const columnOf = (table: Table, wanted: ColumnSchema): Column => {
  const at = columnIndex(table, wanted.name)
  const column = table.columns[at]
  const schema = table.schema.columns[at]
  if (column === undefined || schema === undefined) return emptyColumn(wanted, table.rows)
  if (schema.type === wanted.type || wanted.type === 'number') return column
  const read = cellReader(column, schema)
  const cells = Array.from({ length: table.rows }, (_, row) => read(row))
  return textColumn(
    cells.map((cell) => (cell === null ? null : String(cell))),
    'text',
  )
}

const emptyColumn = ({ type }: ColumnSchema, rows: number): Column => {
  const cells = Array.from({ length: rows }, () => null)
  if (type === 'boolean') return booleanColumn(cells)
  return type === 'text' || type === 'category' ? textColumn(cells, type) : numberColumn(cells)
}
