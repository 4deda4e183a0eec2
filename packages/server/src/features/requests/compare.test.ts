import type { Outcome } from '@modelsmith/serving'
import { numberColumn, type Table, textColumn } from '@modelsmith/table'
import { expect, it } from 'vitest'
import { compareAnswers } from './compare.ts'

const table = (columns: Readonly<Record<string, readonly (number | null)[]>>): Table => ({
  schema: { columns: Object.keys(columns).map((name) => ({ name, type: 'number' })) },
  rows: Object.values(columns)[0]?.length ?? 0,
  columns: Object.values(columns).map(numberColumn),
})
const number: Outcome = { targetType: 'regression', classes: [] }
const classes: Outcome = { targetType: 'multiclass', classes: ['a', 'b'] }

it('finds no difference of the same numbers, also where there is none', () => {
  const same = { scores: table({ Predictions: [1, Number.NaN, -0.5] }), outcome: number }
  expect(compareAnswers(same, same)).toEqual({ different: 0, largestDifference: 0 })
})

it('counts rows that differ in a bit, and says by how much at most', () => {
  const before = { scores: table({ Predictions: [1, 2, 3] }), outcome: number }
  const after = { scores: table({ Predictions: [1, 2 + 2 ** -40, 1] }), outcome: number }
  expect(compareAnswers(before, after)).toEqual({ different: 2, largestDifference: 2 })
})

it('compares classes by their names, whatever their order', () => {
  const before = { scores: table({ a: [0.9, 0.4], b: [0.1, 0.6] }), outcome: classes }
  const turned = { scores: table({ b: [0.1, 0.6], a: [0.9, 0.4] }), outcome: { ...classes, classes: ['b', 'a'] } }
  expect(compareAnswers(before, turned)).toEqual({ different: 0, largestDifference: 0 })
})

it('compares labels where that is all that both give', () => {
  const labels: Table = {
    schema: { columns: [{ name: 'label', type: 'category' }] },
    rows: 2,
    columns: [textColumn(['a', 'a'], 'category')],
  }
  const before = { scores: table({ a: [0.9, 0.4], b: [0.1, 0.6] }), outcome: classes }
  const after = { scores: labels, outcome: { ...classes, labels: 'alone' as const } }
  expect(compareAnswers(before, after)).toEqual({ different: 1, largestDifference: null })
})

it('says that all rows differ where answers have nothing in common', () => {
  const before = { scores: table({ x: [1, 2] }), outcome: { ...number, outputs: true as const } }
  const after = { scores: table({ y: [1, 2] }), outcome: { ...number, outputs: true as const } }
  expect(compareAnswers(before, after)).toEqual({ different: 2, largestDifference: null })
})
