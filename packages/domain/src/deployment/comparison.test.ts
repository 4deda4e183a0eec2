import { expect, it } from 'vitest'
import type { Measured, MeasuredRow } from '../accuracy/measures.ts'
import { comparedOf, comparisonSums, distanceOf, larger } from './comparison.ts'

const number = (prediction: number | null): MeasuredRow => ({ prediction, label: null, probabilities: null })
const label = (name: string | null, probabilities: readonly number[] | null = null): MeasuredRow => ({
  prediction: null,
  label: name,
  probabilities,
})
const compare = (how: Measured, rows: readonly (readonly [MeasuredRow, MeasuredRow])[]) => {
  const sums: number[] = []
  for (const [challenger, champion] of rows)
    comparisonSums(how, challenger, champion)?.forEach((value, at) => (sums[at] = (sums[at] ?? 0) + value))
  return comparedOf(how, sums)
}

it('compares numbers by their means and differences, and leaves out rows that one of them does not answer', () => {
  const rows = [
    [number(3), number(1)],
    [number(2), number(2)],
    [number(null), number(5)],
    [number(1e300), number(5)],
  ] as const
  expect(compare({ kind: 'regression' }, rows)).toEqual({
    rows: 2,
    agreement: 0.5,
    meanDifference: 1,
    meanAbsoluteDifference: 1,
    challenger: { mean: 2.5, classes: [] },
    champion: { mean: 1.5, classes: [] },
  })
})

it('compares two classes by how often they agree, by their shares and by the probability of the second', () => {
  const how: Measured = { kind: 'classes', classes: ['no', 'yes'] }
  const rows = [
    [label('yes', [0.25, 0.75]), label('no', [0.75, 0.25])],
    [label('no', [0.5, 0.5]), label('no', [1, 0])],
    [label('no'), label('another')],
  ] as const
  expect(compare(how, rows)).toEqual({
    rows: 3,
    agreement: 1 / 3,
    meanDifference: 0.5,
    meanAbsoluteDifference: 0.5,
    challenger: {
      mean: 0.625,
      classes: [
        { label: 'no', rows: 2 },
        { label: 'yes', rows: 1 },
      ],
    },
    champion: {
      mean: 0.125,
      classes: [
        { label: 'no', rows: 2 },
        { label: 'yes', rows: 0 },
      ],
    },
  })
})

it('has no mean of three classes, and nothing at all without rows', () => {
  const how: Measured = { kind: 'classes', classes: ['a', 'b', 'c'] }
  expect(compare(how, [[label('a', [1, 0, 0]), label('a', [0.4, 0.3, 0.3])]])).toMatchObject({
    agreement: 1,
    meanDifference: null,
    challenger: { mean: null },
  })
  expect(compare(how, [[label(null), label('a')]])).toMatchObject({ rows: 0, agreement: null })
})

it('tells how far two answers are apart: numbers, or the probabilities of the class where that is most', () => {
  const how: Measured = { kind: 'classes', classes: ['a', 'b', 'c'] }
  expect(distanceOf({ kind: 'regression' }, number(3), number(1))).toBe(2)
  expect(distanceOf({ kind: 'regression' }, number(null), number(1))).toBe(null)
  expect(distanceOf(how, label('a', [0.5, 0.25, 0.25]), label('a', [0.625, 0.375, 0]))).toBe(0.25)
  expect(distanceOf(how, label('a', [0.5, 0.25, 0.25]), label('a'))).toBe(null)
  expect([larger(1, 2), larger(null, 2), larger(1, null), larger(null, null)]).toEqual([2, 2, 1, null])
})
