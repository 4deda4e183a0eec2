import { type Cell, type ColumnSchema, rowsFromTable, type Table, tableFromRows } from '@modelsmith/table'
import { describe, expect, it } from 'vitest'
import {
  differingRows,
  sameScoreAgain,
  findingsOfProbes,
  probedColumns,
  spread,
  unseenCategory,
  withoutValues,
  withUnseenCategory,
} from './probes.ts'

const columns: readonly ColumnSchema[] = [
  { name: 'age', type: 'integer' },
  { name: 'height', type: 'number' },
  { name: 'smokes', type: 'boolean' },
  { name: 'town', type: 'category' },
  { name: 'note', type: 'text' },
  { name: 'born', type: 'date' },
]
const table: Table = tableFromRows({ columns }, [
  { age: 41, height: 1.8, smokes: true, town: 'Ghent', note: 'a', born: '1985-01-01' },
  { age: null, height: 1.7, smokes: false, town: 'Riga', note: 'b', born: '1990-05-05' },
])
const numbers = (name: string, rows: readonly Cell[][]) =>
  tableFromRows(
    { columns: [{ name, type: 'number' }] },
    rows.map(([value]) => ({ [name]: value })),
  )

describe('rows with a column changed', () => {
  it.each(columns.map(({ name }, index) => [name, index] as const))('take every value of %s away', (name, index) => {
    const changed = rowsFromTable(withoutValues(table, name))
    expect(changed.map((row) => row[index])).toEqual([null, null])
    expect(changed.map((row) => row.toSpliced(index, 1))).toEqual(
      rowsFromTable(table).map((row) => row.toSpliced(index, 1)),
    )
  })

  it('hold a category that no data has', () => {
    expect(rowsFromTable(withUnseenCategory(table, 'town')).map((row) => row[3])).toEqual([
      unseenCategory,
      unseenCategory,
    ])
  })
})

describe('spread', () => {
  it('takes all of few, and the ends of many with what lies evenly between', () => {
    expect([...spread(0, 5)]).toEqual([])
    expect([...spread(3, 5)]).toEqual([0, 1, 2])
    expect([...spread(101, 5)]).toEqual([0, 25, 50, 75, 100])
  })

  it('tries fewer columns of wide tables', () => {
    expect(probedColumns(table)).toBe(200)
    const wide = Array.from({ length: 20_000 }, () => table.columns[0] as Table['columns'][number])
    expect(probedColumns({ ...table, rows: 50, columns: wide })).toBe(11)
  })
})

describe('differingRows', () => {
  it('finds rows of other scores, and takes what differs in the last digits for the same', () => {
    const first = numbers('Predictions', [[1], [1000], [null], [0.5]])
    const second = numbers('Predictions', [[1 + 1e-9], [1000.0001], [null], [0.6]])
    expect(differingRows(first, second)).toEqual([3])
    expect(differingRows(first, numbers('Predictions', [[1], [1000], [3], [null]]))).toEqual([2, 3])
  })

  it('takes less for the same where the batch was the same', () => {
    const first = numbers('Predictions', [[1], [1000], [2]])
    const again = numbers('Predictions', [[1 + 1e-9], [1000 * (1 + 2e-16)], [2]])
    expect(differingRows(first, again, sameScoreAgain)).toEqual([0])
  })

  it('finds every row where the columns or their number differ', () => {
    const first = numbers('a', [[1], [2]])
    expect(differingRows(first, numbers('b', [[1], [2]]))).toEqual([0, 1])
    expect(differingRows(first, numbers('a', [[1]]))).toEqual([0, 1])
  })

  it('compares texts', () => {
    const of = (...texts: string[]) =>
      tableFromRows(
        { columns: [{ name: 'a', type: 'text' }] },
        texts.map((a) => ({ a })),
      )
    expect(differingRows(of('x', 'y'), of('x', 'z'))).toEqual([1])
  })
})

describe('findingsOfProbes', () => {
  const broken = {
    again: [4],
    alone: [0, 7],
    missing: [
      { column: 'a', problem: 'ValueError: NaN' },
      { column: 'b', problem: 'ValueError: NaN' },
      { column: 'c', problem: 'KeyError' },
    ],
    unseen: [{ column: 'd', problem: 'ValueError: unknown' }],
  }
  const said = (typeSchema: Parameters<typeof findingsOfProbes>[2]) =>
    findingsOfProbes('mine', broken, typeSchema).map(({ message, severity }) => `${severity ?? 'error'}: ${message}`)

  it('says each cause once, with its columns', () => {
    expect(said(undefined)).toEqual([
      'warning: Task "mine" gave 1 row other scores when the same rows were scored once more (the first is row 5).',
      'warning: Task "mine" gave 2 rows other scores when each row was scored alone (the first is row 1).',
      'warning: Task "mine" does not score rows that lack "a", "b": ValueError: NaN',
      'warning: Task "mine" does not score rows that lack "c": KeyError',
      'warning: Task "mine" does not score rows with an unseen category in "d": ValueError: unknown',
    ])
  })

  it('holds a task to what it declares', () => {
    const declared = said({
      input_requirements: [{ field: 'contains_missing', condition: 'EQUALS', value: 'SUPPORTED' }],
    })
    expect(declared.filter((line) => line.startsWith('error'))).toHaveLength(2)
  })

  it('says nothing of a task that held', () => {
    expect(findingsOfProbes('mine', { again: [], alone: [], missing: [], unseen: [] }, undefined)).toEqual([])
  })
})
