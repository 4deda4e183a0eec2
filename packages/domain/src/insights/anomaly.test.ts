import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { computeMetrics } from '../metrics/compute.ts'
import { anomalyScores } from './anomaly.ts'
import { scoreDistribution } from './distribution.ts'
import { meanChange } from './permutation.ts'

const finite = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 200 })

describe('anomalyScores', () => {
  it('count every row once between the least and the most, and name the highest', () => {
    fc.assert(
      fc.property(finite, fc.integer({ min: 1, max: 20 }), (values, top) => {
        const scores = Float64Array.from(values)
        const found = anomalyScores(scores, { bins: 10, top })
        const sorted = values.toSorted((a, b) => a - b)
        expect(found?.counts.reduce((sum, count) => sum + count, 0)).toBe(values.length)
        expect(found?.edges.at(0)).toBeCloseTo(sorted[0] as number, 9)
        expect(found?.edges.at(-1)).toBe(found?.most)
        expect([found?.least, found?.most].map((value) => (value ?? 0) + 0)).toEqual(
          [sorted[0], sorted.at(-1)].map((value) => (value ?? 0) + 0),
        )
        expect(Array.from(found?.top ?? [], (row) => (scores[row] as number) + 0)).toEqual(
          sorted
            .toReversed()
            .slice(0, top)
            .map((value) => value + 0),
        )
      }),
      { seed: 1 },
    )
  })

  it('are one bin where all are equal, and the first rows are on top', () => {
    expect(anomalyScores(Float64Array.of(2, 2, 2), { top: 2 })).toEqual({
      rows: 3,
      least: 2,
      median: 2,
      most: 2,
      edges: [2, 2],
      counts: [3],
      top: Int32Array.of(0, 1),
    })
    expect(anomalyScores(new Float64Array())).toBeUndefined()
  })

  it('count weights', () => {
    expect(anomalyScores(Float64Array.of(0, 1), { bins: 2, weights: Float64Array.of(0.5, 3) })?.counts).toEqual([
      0.5, 3,
    ])
  })
})

it('spreads the scores of classes over a range of their own, and leaves out rows without a label', () => {
  expect(scoreDistribution([0, 1, -1, 1], Float64Array.of(-4, 4, 0, 3.9), 2, { bins: 4, range: [-4, 4] })).toEqual({
    rows: 4,
    edges: [-4, -2, 0, 2, 4],
    counts: [
      [1, 0, 0, 0],
      [0, 0, 0, 2],
    ],
  })
})

describe('metrics of anomaly scores', () => {
  const scoresOf = (actual: number[], predicted: number[], weights?: Float64Array) =>
    computeMetrics({ targetType: 'anomaly', actual, predicted: [Float64Array.from(predicted)], weights })

  // sklearn.metrics 1.9: roc_auc_score and average_precision_score of the labelled rows.
  it('are those of the rows that are labelled', () => {
    expect(scoresOf([0, 1, 0, 1, -1, 0], [0.1, 0.9, 0.4, 0.3, 5, -2]).scores).toEqual({
      AUC: 5 / 6,
      'PR AUC': 0.8333333333333333,
    })
    expect(scoresOf([0, 1, -1, 1], [0.5, 0.2, 9, 0.7], Float64Array.of(1, 3, 9, 1)).scores['AUC']).toBe(0.25)
  })

  it('have no value where nothing is labelled', () => {
    const { scores, reasons } = scoresOf([-1, -1], [1, 2])
    expect(scores).toEqual({ AUC: null, 'PR AUC': null })
    expect(reasons['AUC']).toBe('the rows are all of one class')
  })
})

it('measures how far scores move, by the weights of the rows', () => {
  expect(meanChange([Float64Array.of(1, 5)], [Float64Array.of(2, 2)])).toBe(2)
  expect(meanChange([Float64Array.of(1, 5)], [Float64Array.of(2, 2)], Float64Array.of(3, 1))).toBe(1.5)
  expect(meanChange([new Float64Array()], [new Float64Array()])).toBeUndefined()
})
