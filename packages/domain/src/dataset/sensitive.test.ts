import { rowsFromTable, tableFromRows } from '@modelsmith/table'
import { expect, it } from 'vitest'
import { hiddenColumns, mask, maskProfile, maskTable, toldColumns } from './sensitive.ts'

const table = tableFromRows(
  {
    columns: [
      { name: 'id', type: 'integer' },
      { name: 'salary', type: 'number' },
      { name: 'name', type: 'text' },
    ],
  },
  [
    { id: 1, salary: 4711, name: 'Ada' },
    { id: 2, salary: null, name: 'Bob' },
  ],
)

it('puts a mask in place of each value, and leaves missing ones missing', () => {
  expect(rowsFromTable(maskTable(table, new Set(['salary', 'name', 'unknown'])))).toEqual([
    [1, mask, mask],
    [2, null, mask],
  ])
  expect(maskTable(table, new Set())).toEqual(table)
})

it('leaves out the statistics that tell values, and counts on', () => {
  const column = {
    name: 'salary',
    missing: 1,
    distinct: 1,
    numeric: { min: 4711 },
    range: null,
    histogram: { edges: [4711] },
    top: [{ value: '4711' }],
    meanLength: 4,
  }
  const [masked] = maskProfile([column], new Set(['salary']))
  expect(masked).toMatchObject({ name: 'salary', missing: 1, distinct: 1 })
  expect(JSON.stringify(masked)).not.toContain('4711')
  expect(maskProfile([column], new Set(['name']))).toEqual([column])
})

it('hides nothing from whoever may edit the dataset, and all from everybody else', () => {
  const dataset = { kind: 'dataset', organisation: 'o', owner: 'ann' } as const
  const hidden = (role: 'administrator' | 'member' | 'viewer', relation?: 'owner' | 'editor' | 'consumer') => [
    ...hiddenColumns({ id: 'mia', organisation: 'o', role }, { ...dataset, relation }, ['salary']),
  ]
  expect([hidden('administrator'), hidden('member', 'owner'), hidden('member', 'editor')]).toEqual([[], [], []])
  expect([hidden('member', 'consumer'), hidden('member'), hidden('viewer', 'editor')]).toEqual([
    ['salary'],
    ['salary'],
    ['salary'],
  ])
})

it('tells the target, the weights and what names or dates the parts, and no groups', () => {
  const told = (method: 'column' | 'date' | 'group') =>
    toldColumns({ target: 'sold', weights: 'w', partitioning: { method, column: 'by' } }).map(({ column }) => column)
  expect([told('column'), told('date'), told('group')]).toEqual([
    ['sold', 'w', 'by'],
    ['sold', 'w', 'by'],
    ['sold', 'w'],
  ])
  expect(toldColumns({ target: 'sold' })).toEqual([{ column: 'sold', pointer: '/target' }])
})
