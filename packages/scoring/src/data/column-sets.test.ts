import { describe, expect, it } from 'vitest'
import { appendColumns, selectColumns } from './column-sets.ts'
import { type Dense, dense, type Sparse } from './data.ts'

// [[1, 0, 2], [0, 3, 0]] in both forms.
const written: Dense = dense(2, 3, Float64Array.of(1, 0, 2, 0, 3, 0))
const sparse: Sparse = {
  kind: 'sparse',
  rows: 2,
  columns: 3,
  starts: Int32Array.of(0, 2, 3),
  indices: Int32Array.of(0, 2, 1),
  values: Float64Array.of(1, 2, 3),
}

const cells = (rows: Dense | Sparse): number[][] =>
  Array.from({ length: rows.rows }, (_, row) => {
    if (rows.kind === 'dense') return Array.from(rows.values.subarray(row * rows.columns, (row + 1) * rows.columns))
    const line = Array.from({ length: rows.columns }, () => 0)
    for (let i = rows.starts[row] as number; i < (rows.starts[row + 1] as number); i++)
      line[rows.indices[i] as number] = rows.values[i] as number
    return line
  })

describe.each([
  ['dense', written],
  ['sparse', sparse],
] as const)('columns of %s rows', (_, rows) => {
  it('are selected in any order, one even twice', () => {
    expect(cells(selectColumns(rows, Int32Array.of(2, 0, 2)))).toEqual([
      [2, 1, 2],
      [0, 0, 0],
    ])
  })

  it('come before those that are appended', () => {
    expect(cells(appendColumns(rows, dense(2, 2, Float64Array.of(7, 8, 9, 0))))).toEqual([
      [1, 0, 2, 7, 8],
      [0, 3, 0, 9, 0],
    ])
  })
})
