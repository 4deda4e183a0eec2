import { type Cell, type Column, cellReader, columnIndex, type Table, textColumn, validityOf } from '@modelsmith/table'
import type { ColumnSchema, Finding } from '@modelsmith/table'
import { finding } from '../errors.ts'
import type { TypeSchema } from './schema.ts'

/** How many rows are scored one by one, and how many of them are scored with a column changed. */
export const probedRows = 50

/**
 * In how many columns missing values, and unseen categories, are tried: each costs a call of the hook with the whole sample, and a
 * column costs as much as some tens of its cells.
 */
export const probedColumns = ({ rows, columns }: Table): number =>
  Math.max(1, Math.min(200, Math.floor(20_000_000 / Math.max(1, (rows + 40) * columns.length))))

/** Scores that lie closer than this, relative to the larger of them and 1, are the same: libraries add in other orders for other batches. */
export const sameScore = 1e-6

/** The same for scores of the same rows in the same batch, where nothing but the order of threads may differ. */
export const sameScoreAgain = 1e-12

/** A category that no training data has. */
export const unseenCategory = 'a category that was not seen'

/** Up to `most` whole numbers below `count`, evenly spread from the first to the last. */
export const spread = (count: number, most: number): Int32Array => {
  if (count <= most) return Int32Array.from({ length: count }, (_, index) => index)
  return Int32Array.from({ length: most }, (_, index) => Math.round((index * (count - 1)) / (most - 1)))
}

/** The table with every value of one column missing. */
export const withoutValues = (table: Table, name: string): Table =>
  withColumn(table, name, (column) => {
    const validity = validityOf(table.rows, () => false)
    switch (column.kind) {
      case 'float64':
        return { ...column, values: new Float64Array(table.rows).fill(Number.NaN), validity }
      case 'boolean':
        return { ...column, values: new Uint8Array(table.rows), validity }
      case 'dictionary':
        return { ...column, indices: new Int32Array(table.rows), validity }
      case 'utf8':
        return { ...column, offsets: new Int32Array(table.rows + 1), bytes: new Uint8Array(0), validity }
    }
  })

/** The table with a category in one column that no training data has. */
export const withUnseenCategory = (table: Table, name: string): Table =>
  withColumn(table, name, () =>
    textColumn(
      Array.from({ length: table.rows }, () => unseenCategory),
      'category',
    ),
  )

const withColumn = (table: Table, name: string, change: (column: Column) => Column): Table => {
  const index = columnIndex(table, name)
  return { ...table, columns: table.columns.with(index, change(table.columns[index] as Column)) }
}

/** Rows in which two answers to the same rows differ, counted from 0; all rows when their columns do. */
export const differingRows = (first: Table, second: Table, tolerance = sameScore): readonly number[] => {
  const names = (table: Table) => JSON.stringify(table.schema.columns.map(({ name }) => name))
  const every = Array.from({ length: first.rows }, (_, row) => row)
  if (first.rows !== second.rows || names(first) !== names(second)) return every
  const pairs = first.columns.map((_, index) => [readerOf(first, index), readerOf(second, index)] as const)
  return every.filter((row) => pairs.some(([one, other]) => !isSame(one(row), other(row), tolerance)))
}

const readerOf = (table: Table, index: number) =>
  cellReader(table.columns[index] as Column, table.schema.columns[index] as ColumnSchema)

const isSame = (one: Cell, other: Cell, tolerance: number): boolean => {
  if (typeof one !== 'number' || typeof other !== 'number') return one === other
  if (Object.is(one, other) || one === other) return true
  return Math.abs(one - other) <= tolerance * Math.max(1, Math.abs(one), Math.abs(other))
}

/** A column, and why rows in which it was changed were not scored. */
export type Breakage = { readonly column: string; readonly problem: string }

/** What trying a fitted task on rows that it may meet has shown. */
export type ProbeResults = {
  /** Rows whose scores differed when they were scored once more. */
  readonly again: readonly number[]
  /** Rows whose scores differed when each was scored alone. */
  readonly alone: readonly number[]
  readonly missing: readonly Breakage[]
  readonly unseen: readonly Breakage[]
}

/**
 * What the results say about a task. Breaking on missing values is an error where the task declares that it supports them, else
 * a warning, as everything that a deployment can live with.
 */
export const findingsOfProbes = (
  task: string,
  { again, alone, missing, unseen }: ProbeResults,
  typeSchema: TypeSchema | undefined,
): Finding[] => {
  const warning = { severity: 'warning' } as const
  const promised = typeSchema?.input_requirements?.some(
    ({ field, value }) => field === 'contains_missing' && value === 'SUPPORTED',
  )
  const rows = (differing: readonly number[]) => ({ task, rows: differing.length, first: (differing[0] ?? 0) + 1 })
  return [
    ...(again.length > 0 ? [finding('contract.scoresChange', rows(again), warning)] : []),
    ...(alone.length > 0 ? [finding('contract.scoresDepend', rows(alone), warning)] : []),
    ...byProblem(missing).map((found) =>
      finding('contract.breaksOnMissing', { task, ...found }, promised === true ? {} : warning),
    ),
    ...byProblem(unseen).map((found) => finding('contract.breaksOnUnseen', { task, ...found }, warning)),
  ]
}

/** One cause breaks many columns: it is said once, with all of them. */
const byProblem = (breakages: readonly Breakage[]): { columns: readonly string[]; problem: string }[] =>
  Array.from(
    Map.groupBy(breakages, ({ problem }) => problem),
    ([problem, same]) => ({ columns: same.map(({ column }) => column), problem }),
  )
