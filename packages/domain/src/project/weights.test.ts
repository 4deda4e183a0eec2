import { type Column, validityOf } from '@modelsmith/table'
import { expect, it } from 'vitest'
import { checkWeightRole, checkWeights } from './weights.ts'

const schema = { name: 'w', type: 'number' } as const
const numbers = (...values: number[]): Column => ({
  kind: 'float64',
  values: Float64Array.from(values),
  validity: values.some(Number.isNaN) ? validityOf(values.length, (row) => !Number.isNaN(values[row])) : undefined,
})
const all = (column: Column) => [...(column.kind === 'float64' ? column.values : []).keys()]
const messages = (column: Column, rows = all(column)) =>
  checkWeights(column, schema, rows).map(({ message }) => message)

it('takes finite numbers, 0 or more', () => {
  expect(messages(numbers(0, 0.5, 3))).toEqual([])
})

it('finds everything at once', () => {
  expect(messages(numbers(-1, Number.NaN, Number.POSITIVE_INFINITY, -2, 1))).toEqual([
    '1 row has no weight in "w".',
    '2 rows have a negative weight in "w".',
    '1 row has a weight in "w" that is no finite number.',
  ])
})

it('looks only at rows that take part', () => {
  expect(messages(numbers(-1, 2), [1])).toEqual([])
})

it('refuses weights that are all 0, and columns that are no numbers', () => {
  expect(messages(numbers(0, 0))).toEqual(['Every weight in "w" is 0.'])
  const flags: Column = { kind: 'boolean', values: Uint8Array.of(1), validity: undefined }
  expect(checkWeights(flags, { name: 'w', type: 'boolean' }, [0])[0]?.message).toBe(
    '"w" cannot hold row weights: it is of type boolean, expected numbers.',
  )
  expect(checkWeights(numbers(1), { name: 'w', type: 'date' }, [0])[0]?.message).toContain('of type date')
})

it('gives a column one role', () => {
  expect(checkWeightRole('w', 'w', ['a', 'w']).map(({ message }) => message)).toEqual([
    '"w" is the target and cannot hold the row weights too.',
    '"w" holds the row weights and cannot be a feature too.',
  ])
  expect(checkWeightRole('w', 'y', undefined)).toEqual([])
})
