import type { Column, Table } from '@modelsmith/table'
import type { Partitioning } from '../project/schema.ts'
import { type Actor, may, type ObjectRef } from '../rights/may.ts'

/** What stands in place of a value that is not shown. */
export const mask = '•••'

/** Those of a dataset's sensitive columns whose values the actor does not see: whoever may edit the dataset sees all of them. */
export const hiddenColumns = (actor: Actor, dataset: ObjectRef, sensitive: readonly string[]): ReadonlySet<string> =>
  new Set(may(actor, 'edit', dataset) ? [] : sensitive)

/** The table with a mask in each cell of the hidden columns that has a value; such a column is a category, whatever it was. */
export const maskTable = (table: Table, hidden: ReadonlySet<string>): Table => ({
  ...table,
  schema: {
    ...table.schema,
    columns: table.schema.columns.map((column) =>
      hidden.has(column.name) ? { name: column.name, type: 'category' } : column,
    ),
  },
  columns: table.columns.map((column, index) =>
    hidden.has(table.schema.columns[index]?.name ?? '') ? maskColumn(column, table.rows) : column,
  ),
})

const maskColumn = ({ validity }: Column, rows: number): Column => {
  const bytes = new TextEncoder().encode(mask)
  const dictionary = { kind: 'utf8', offsets: Int32Array.of(0, bytes.length), bytes, validity: undefined } as const
  return { kind: 'dictionary', indices: new Int32Array(rows), dictionary, validity }
}

/** What of a column's statistics tells values; how many there are, and how many are missing, tells none. */
type ValueStatistics = {
  readonly name: string
  readonly numeric: unknown
  readonly range: unknown
  readonly histogram: unknown
  readonly top: readonly unknown[]
  readonly meanLength: unknown
}

/** The statistics without those that tell values of the hidden columns. */
export const maskProfile = <T extends ValueStatistics>(profile: readonly T[], hidden: ReadonlySet<string>): T[] =>
  profile.map((column) =>
    hidden.has(column.name)
      ? { ...column, numeric: null, range: null, histogram: null, top: [], meanLength: null }
      : column,
  )

/**
 * The columns whose values a project tells to whoever sees it, each with its field: what its models answer, what rows weigh, and what
 * names or dates the parts. Which rows are of one group, nobody is told.
 */
export const toldColumns = ({
  target,
  weights,
  partitioning,
}: {
  readonly target?: string
  readonly weights?: string
  readonly partitioning?: Partial<Pick<Partitioning, 'method' | 'column'>>
}): { readonly column: string; readonly pointer: string }[] => {
  const { method, column } = partitioning ?? {}
  const parts = method === 'column' || method === 'date' ? column : undefined
  return [
    { column: target, pointer: '/target' },
    { column: weights, pointer: '/weights' },
    { column: parts, pointer: '/partitioning/column' },
  ].flatMap(({ column: name, pointer }) => (name === undefined ? [] : [{ column: name, pointer }]))
}
