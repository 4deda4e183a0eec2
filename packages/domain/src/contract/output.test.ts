import { type Column, type Table, tableFromRows } from '@modelsmith/table'
import { describe, expect, it } from 'vitest'
import { matchClassColumns } from './labels.ts'
import { checkPredictions } from './output.ts'
import type { EstimatorType } from './schema.ts'

const numbers = (...values: number[]): Column => ({
  kind: 'float64',
  values: Float64Array.from(values),
  validity: undefined,
})
const table = (columns: Record<string, Column>, rows: number): Table => ({
  schema: { columns: Object.keys(columns).map((name) => ({ name, type: 'number' })) },
  rows,
  columns: Object.values(columns),
})
const verdict = (
  targetType: EstimatorType,
  classes: string[],
  columns: Record<string, Column>,
  rows = 2,
  given = rows,
) => checkPredictions({ task: 'mine', targetType, classes, rows: given, table: table(columns, rows) })
const messages = (...args: Parameters<typeof verdict>) => verdict(...args).findings.map(({ message }) => message)

describe('checkPredictions', () => {
  it('brings probabilities into the order of the classes', () => {
    const { findings, columns } = verdict('binary', ['no', 'yes'], { yes: numbers(0.1, 1), no: numbers(0.9, 0) })
    expect(findings).toEqual([])
    expect(columns?.map((column) => [...column])).toEqual([
      [0.9, 0],
      [0.1, 1],
    ])
  })

  it('accepts float32 probabilities of many classes', () => {
    const classes = Array.from({ length: 1000 }, (_, index) => `c${index}`)
    const columns = Object.fromEntries(classes.map((name) => [name, numbers(Math.fround(1 / 1000))]))
    expect(messages('multiclass', classes, columns, 1)).toEqual([])
  })

  it('accepts a lone column of another name for a number', () => {
    expect(verdict('regression', [], { '0': numbers(1, 2) }).columns?.map((column) => [...column])).toEqual([[1, 2]])
  })

  it('refuses more or fewer rows than went in', () => {
    expect(messages('regression', [], { Predictions: numbers(1, 2) }, 2, 1000)).toEqual([
      'Task "mine" returned 2 rows for 1,000 rows of input.',
    ])
  })

  it('refuses missing, additional and unknown class columns', () => {
    expect(messages('binary', ['no', 'yes'], { yes: numbers(1, 1) })).toEqual([
      'Task "mine" must return one column for each of the classes "no", "yes", found "yes".',
    ])
    expect(messages('regression', [], { a: numbers(1, 1), b: numbers(1, 1) })).toEqual([
      'Task "mine" must return one column "Predictions", found "a", "b".',
    ])
    expect(messages('regression', [], {})[0]).toContain('found no columns')
  })

  it('refuses labels and dates where numbers belong', () => {
    const returned = (type: 'category' | 'date', value: string) =>
      checkPredictions({
        task: 'mine',
        targetType: 'regression',
        classes: [],
        rows: 1,
        table: tableFromRows({ columns: [{ name: 'Predictions', type }] }, [{ Predictions: value }]),
      }).findings.map(({ message }) => message)
    expect(returned('category', 'yes')).toEqual([
      'Column "Predictions" of the predictions of task "mine" must be numbers, found category.',
    ])
    expect(returned('date', '2026-01-31')[0]).toContain('must be numbers, found date')
  })

  it('lists wrong rows and wrong columns at once', () => {
    expect(messages('regression', [], { a: numbers(1), b: numbers(1) }, 1, 3)).toHaveLength(2)
  })

  it('refuses what is not finite, with the first row', () => {
    expect(messages('regression', [], { Predictions: numbers(1, Number.NaN, Infinity) }, 3)).toEqual([
      'Column "Predictions" of the predictions of task "mine" must be finite numbers, 2 rows are not (the first is row 2).',
    ])
  })

  it('refuses probabilities outside 0 to 1', () => {
    expect(messages('binary', ['a', 'b'], { a: numbers(0.5, -0.5), b: numbers(0.5, 1.5) })).toEqual([
      'Probabilities of task "mine" must lie between 0 and 1; class "a" breaks that in 1 row (row 2 has -0.5).',
      'Probabilities of task "mine" must lie between 0 and 1; class "b" breaks that in 1 row (row 2 has 1.5).',
    ])
  })

  it('refuses rows that do not sum to one', () => {
    expect(messages('binary', ['a', 'b'], { a: numbers(0.5, 0.25), b: numbers(0.5, 0.25) })).toEqual([
      'Probabilities of task "mine" must sum to 1 in each row; 1 row does not (row 2 sums to 0.5).',
    ])
    const off = (by: number) => messages('binary', ['a', 'b'], { a: numbers(0.5), b: numbers(0.5 + by) }, 1)
    expect(off(5e-7)).toEqual([])
    expect(off(2e-6)).toHaveLength(1)
  })
})

describe('class columns', () => {
  it('match by canonical text', () => {
    expect(matchClassColumns(['0', '1'], ['1.0', '0.0'])).toEqual([1, 0])
    expect(matchClassColumns(['True', 'False'], ['false', 'true'])).toEqual([1, 0])
  })

  it('are mapped back from the names that R makes', () => {
    expect(matchClassColumns(['0', '1'], ['X1', 'X0'])).toEqual([1, 0])
    expect(matchClassColumns(['<=50K', '>50K'], ['X.50K', 'X..50K'])).toEqual([1, 0])
    expect(matchClassColumns(['a b', 'NA', '.5'], ['NA.', 'a.b', 'X.5'])).toEqual([1, 0, 2])
  })

  it('are not guessed when two classes would have the same name in R', () => {
    expect(matchClassColumns(['<1', '>1'], ['X.1', 'other'])).toEqual([undefined, undefined])
  })
})
