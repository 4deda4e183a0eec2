import type { KeptRow, KeptRows } from '@modelsmith/api'
import type { ReactNode } from 'react'
import { DataTable, type TableColumn } from '../../../ui/data-table.tsx'
import { answerWords, cellWords } from './words.ts'

type RowsTableProps = {
  readonly label: string
  readonly rows: readonly KeptRow[]
  readonly columns: KeptRows['columns']
  /** What stands before the cells of a row, and behind them. */
  readonly first: readonly TableColumn<KeptRow>[]
  readonly last?: readonly TableColumn<KeptRow>[]
  readonly empty: ReactNode
}

const numeric = new Set(['number', 'integer'])

/** Kept rows with what was answered, and the actual values that came. */
export const RowsTable = ({ label, rows, columns, first, last = [], empty }: RowsTableProps) => (
  <DataTable
    label={label}
    rows={rows}
    rowKey={({ requestId, row }) => `${requestId} ${row}`}
    search={false}
    empty={empty}
    columns={[
      ...first,
      { key: 'answer', title: 'Answered', cell: ({ answer }) => answerWords(answer) },
      ...(rows.some(({ actual }) => actual !== null)
        ? [{ key: 'actual', title: 'Actual value', cell: ({ actual }: KeptRow) => cellWords(actual) }]
        : []),
      ...columns.map(
        ({ name, type, isHidden }): TableColumn<KeptRow> => ({
          key: `cell ${name}`,
          title: isHidden ? `${name} (sensitive)` : name,
          numeric: numeric.has(type) && !isHidden,
          cell: ({ values }) => cellWords(values[name]),
        }),
      ),
      ...(rows.some(({ associationId }) => associationId !== null)
        ? [{ key: 'id', title: 'Association id', cell: ({ associationId }: KeptRow) => cellWords(associationId) }]
        : []),
      ...last,
    ]}
  />
)
