import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { confusionAtThreshold, multiclassConfusion } from './confusion.ts'
import { liftChart } from './lift.ts'
import { predictedAgainstActual, residualsHistogram } from './residuals.ts'
import { rocCurve } from './roc.ts'

const scored = fc.array(
  fc.record({ actual: fc.integer({ min: 0, max: 1 }), score: fc.double({ min: 0, max: 1, noNaN: true }) }),
  {
    minLength: 1,
    maxLength: 300,
  },
)

describe('rocCurve', () => {
  it('runs from the corner to the corner, never back, in few points', () => {
    fc.assert(
      fc.property(scored, fc.integer({ min: 2, max: 50 }), (rows, maxPoints) => {
        const positives = rows.filter(({ actual }) => actual === 1).length
        fc.pre(positives > 0 && positives < rows.length)
        const curve = rocCurve(
          rows.map(({ actual }) => actual),
          Float64Array.from(rows, ({ score }) => score),
          maxPoints,
        )
        const points = curve?.points ?? []
        expect(points.length).toBeLessThanOrEqual(maxPoints)
        expect(points[0]).toEqual({ falsePositiveRate: 0, truePositiveRate: 0, threshold: null })
        expect(points.at(-1)).toMatchObject({ falsePositiveRate: 1, truePositiveRate: 1 })
        for (const [index, point] of points.slice(1).entries()) {
          expect(point.falsePositiveRate).toBeGreaterThanOrEqual(points[index]?.falsePositiveRate as number)
          expect(point.truePositiveRate).toBeGreaterThanOrEqual(points[index]?.truePositiveRate as number)
        }
      }),
      { seed: 1 },
    )
  })

  it('keeps the corners of a small curve, with their thresholds', () => {
    expect(rocCurve([0, 0, 1, 1], Float64Array.of(0.1, 0.4, 0.35, 0.8))).toEqual({
      rows: 4,
      auc: 0.75,
      points: [
        { falsePositiveRate: 0, truePositiveRate: 0, threshold: null },
        { falsePositiveRate: 0, truePositiveRate: 0.5, threshold: 0.8 },
        { falsePositiveRate: 0.5, truePositiveRate: 0.5, threshold: 0.4 },
        { falsePositiveRate: 0.5, truePositiveRate: 1, threshold: 0.35 },
        { falsePositiveRate: 1, truePositiveRate: 1, threshold: 0.1 },
      ],
    })
  })

  it('does not exist for rows of one class', () => {
    expect(rocCurve([1, 1], Float64Array.of(0.2, 0.3))).toBeUndefined()
  })
})

describe('confusion matrices', () => {
  it('count rows by actual and predicted class', () => {
    expect(confusionAtThreshold([0, 0, 1, 1], Float64Array.of(0.2, 0.7, 0.4, 0.9), ['no', 'yes'])).toEqual({
      rows: 4,
      classes: ['no', 'yes'],
      counts: [
        [1, 1],
        [1, 1],
      ],
    })
    expect(confusionAtThreshold([0, 1], Float64Array.of(0.3, 0.3), ['no', 'yes'], 0.2).counts).toEqual([
      [0, 1],
      [0, 1],
    ])
  })

  it('let the first class win a tie', () => {
    const half = Float64Array.of(0.5)
    expect(confusionAtThreshold([1], half, ['no', 'yes']).counts[1]).toEqual([1, 0])
    expect(multiclassConfusion([1], [half, half], ['no', 'yes']).counts[1]).toEqual([1, 0])
  })
})

describe('liftChart', () => {
  it('cuts all rows into bins of equal size, ascending in prediction', () => {
    fc.assert(
      fc.property(scored, (rows) => {
        const { bins } = liftChart(
          rows.map(({ actual }) => actual),
          Float64Array.from(rows, ({ score }) => score),
        )
        expect(bins).toHaveLength(Math.min(10, rows.length))
        expect(bins.reduce((sum, bin) => sum + bin.rows, 0)).toBe(rows.length)
        expect(Math.max(...bins.map((bin) => bin.rows)) - Math.min(...bins.map((bin) => bin.rows))).toBeLessThanOrEqual(
          1,
        )
        const means = bins.map(({ predicted }) => predicted)
        expect(means).toEqual(means.toSorted((a, b) => a - b))
      }),
      { seed: 2 },
    )
  })

  it('has the mean of each bin', () => {
    expect(liftChart([0, 1, 1, 1], Float64Array.of(0.1, 0.3, 0.8, 0.6), 2)).toEqual({
      rows: 4,
      bins: [
        { rows: 2, predicted: 0.2, actual: 0.5 },
        { rows: 2, predicted: 0.7, actual: 1 },
      ],
    })
  })
})

describe('residuals', () => {
  it('are all in the histogram, the largest in its last bin', () => {
    expect(residualsHistogram([1, 2, 3, 5], Float64Array.of(1, 1, 1, 1), 4)).toEqual({
      rows: 4,
      edges: [0, 1, 2, 3, 4],
      counts: [1, 1, 1, 1],
    })
    expect(residualsHistogram([2, 2], Float64Array.of(1, 1))).toEqual({ rows: 2, edges: [1, 1], counts: [2] })
    expect(residualsHistogram([], new Float64Array())).toEqual({ rows: 0, edges: [], counts: [] })
  })

  it('are sampled with a seed, and the number of rows is kept', () => {
    const actual = Float64Array.from({ length: 5000 }, (_, row) => row)
    const sample = predictedAgainstActual(actual, actual, 100, 1)
    expect(sample.rows).toBe(5000)
    expect(sample.points).toHaveLength(100)
    expect(sample).toEqual(predictedAgainstActual(actual, actual, 100, 1))
    expect(predictedAgainstActual([1], Float64Array.of(2)).points).toEqual([{ actual: 1, predicted: 2 }])
  })
})
