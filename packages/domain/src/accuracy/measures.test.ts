import { expect, it } from 'vitest'
import { computeMetrics } from '../metrics/compute.ts'
import { randomFrom } from '../random.ts'
import { type Measured, type MeasuredRow, measuresOf, scoresOfSums } from './measures.ts'

const seed = 20_261_130
const random = () => next() / 2 ** 32
const next = randomFrom(seed)
const rows = 500

const scoresOf = (measured: Measured, given: readonly (readonly [MeasuredRow, string])[]) => {
  const sums: number[] = []
  const actuals = given.map(([, actual]) => Number(actual))
  const mean = actuals.reduce((sum, value) => sum + value, 0) / actuals.length
  const spread = actuals.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  for (const [row, actual] of given)
    measuresOf(measured, row, actual)?.forEach((value, at) => (sums[at] = (sums[at] ?? 0) + value))
  return scoresOfSums(measured, given.length, sums, spread)
}

it('gives from sums what the metrics give from rows, for numbers', () => {
  const actual = Array.from({ length: rows }, () => random() * 100)
  const prediction = Float64Array.from(actual, (value) => value + random() * 10 - 5)
  const scores = scoresOf(
    { kind: 'regression' },
    actual.map((value, at) => [
      { prediction: prediction[at] as number, label: null, probabilities: null },
      String(value),
    ]),
  )
  const wanted = computeMetrics({
    targetType: 'regression',
    actual: Float64Array.from(actual),
    predicted: [prediction],
  }).scores
  for (const [name, value] of Object.entries(scores)) expect(value).toBeCloseTo(wanted[name] as number, 9)
  expect(Object.keys(scores)).toEqual(['RMSE', 'MAE', 'R squared'])
})

it.each([2, 4])('gives from sums what the metrics give from rows, for %i classes', (count) => {
  const classes = Array.from({ length: count }, (_, at) => `class ${at}`)
  const actual = Array.from({ length: rows }, () => Math.floor(random() * count))
  const probabilities = actual.map(() => {
    const raw = classes.map(() => random())
    const total = raw.reduce((sum, value) => sum + value, 0)
    return raw.map((value) => value / total)
  })
  const scores = scoresOf(
    { kind: 'classes', classes },
    actual.map((at, row) => {
      const own = probabilities[row] as number[]
      const label = classes[own.indexOf(Math.max(...own))] as string
      return [{ prediction: null, label, probabilities: own }, classes[at] as string]
    }),
  )
  const predicted = classes.map((_, at) => Float64Array.from(probabilities, (own) => own[at] as number))
  const targetType = count === 2 ? 'binary' : 'multiclass'
  const wanted = computeMetrics({ targetType, actual: Float64Array.from(actual), predicted }).scores
  for (const [name, value] of Object.entries(scores)) expect(value).toBeCloseTo(wanted[name] as number, 9)
  expect(Object.keys(scores).length).toBe(count === 2 ? 6 : 2)
})

it('measures labels without probabilities, and no prediction that is no number', () => {
  const classes = ['a', 'b']
  expect(
    scoresOf({ kind: 'classes', classes }, [[{ prediction: null, label: 'b', probabilities: null }, 'b']]),
  ).toEqual({
    Accuracy: 1,
    'Balanced accuracy': null,
    F1: 1,
    'Matthews correlation': 0,
  })
  for (const prediction of [null, Number.NaN, Number.POSITIVE_INFINITY])
    expect(measuresOf({ kind: 'regression' }, { prediction, label: null, probabilities: null }, '1')).toBe(undefined)
  expect(
    measuresOf({ kind: 'classes', classes }, { prediction: null, label: 'a', probabilities: [Number.NaN, 1] }, 'a'),
  ).toBe(undefined)
  expect(scoresOfSums({ kind: 'regression' }, 0, [], 0)).toEqual({})
})
