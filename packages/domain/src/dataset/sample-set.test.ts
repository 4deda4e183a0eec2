import { type ColumnSchema, rowsFromTable, tableFromRows } from '@modelsmith/table'
import { describe, expect, it } from 'vitest'
import { checkSampleSet, labelCounts, partitioningOfRoles, type SampleField, sampleTable } from './sample-set.ts'

const columns: readonly ColumnSchema[] = [
  { name: 'id', type: 'text' },
  { name: 'size', type: 'number' },
  { name: 'state', type: 'integer' },
]
const fields: readonly SampleField[] = [
  { name: 'size', role: 'feature' },
  { name: 'state', role: 'label' },
]
const monday = tableFromRows({ columns }, [
  { id: 'a', size: 1, state: 0 },
  { id: 'b', size: 2, state: 7 },
])
const tuesday = tableFromRows({ columns: columns.toReversed() }, [
  { id: 'c', size: null, state: 8 },
  { id: 'd', size: 4, state: null },
])

describe('sampleTable', () => {
  it('lays the rows of all datasets one after another, whatever the order of their columns', () => {
    expect(rowsFromTable(sampleTable({ fields, labels: [] }, [monday, tuesday]))).toEqual([
      [1, 0],
      [2, 7],
      [null, 8],
      [4, null],
    ])
  })

  it('maps values to labels, and leaves the others without one', () => {
    const labels = [
      { label: 'well', values: ['0'] },
      { label: 'broken', values: ['7', '9'] },
    ]
    const table = sampleTable({ fields, labels }, [monday, tuesday])
    expect(table.schema.columns[1]).toEqual({ name: 'state', type: 'category' })
    expect(rowsFromTable(table).map(([, label]) => label)).toEqual(['well', 'broken', null, null])
    expect(labelCounts(table, 'state')).toEqual([
      { label: null, rows: 2 },
      { label: 'well', rows: 1 },
      { label: 'broken', rows: 1 },
    ])
  })
})

describe('checkSampleSet', () => {
  const messages = (...parts: Parameters<typeof checkSampleSet>) =>
    checkSampleSet(...parts).map(({ message }) => message)

  it('finds nothing in what is whole', () => {
    expect(messages({ fields, labels: [] }, [columns, columns.toReversed()])).toEqual([])
  })

  it('finds everything at once', () => {
    const other: readonly ColumnSchema[] = [{ name: 'size', type: 'text' }]
    const labels = [
      { label: 'bad', values: ['1', '2'] },
      { label: 'bad', values: ['2'] },
    ]
    const twice: readonly SampleField[] = [...fields, { name: 'state', role: 'label' }]
    expect(messages({ fields: twice, labels }, [columns, other])).toEqual([
      'Two fields have the role label.',
      'The field "state" is listed twice.',
      'Columns of the field "size" are of different types: number, text.',
      'One dataset has no column "state".',
      'The value "2" is given to two labels.',
      'The label "bad" is listed twice.',
    ])
    expect(messages({ fields: [], labels: [{ label: 'one', values: ['1'] }] }, [columns])).toEqual([
      'No field has the role label.',
      'No field has the role feature.',
      'There is one label only, "one".',
    ])
  })
})

it('keeps groups together before it keeps time', () => {
  const time: SampleField = { name: 'when', role: 'time' }
  expect(partitioningOfRoles({ fields: [...fields, time], labels: [] })).toEqual({ method: 'date', column: 'when' })
  expect(partitioningOfRoles({ fields: [...fields, time, { name: 'who', role: 'group' }], labels: [] })).toEqual({
    method: 'group',
    column: 'who',
  })
  expect(partitioningOfRoles({ fields, labels: [] })).toEqual({})
})
