import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { confusionAtThreshold, multiclassConfusion } from './confusion.ts'
import { liftChart } from './lift.ts'
import { bestPoint, operatingPoints, predictedPoint, ratesAt } from './operating-points.ts'
import { predictedAgainstActual, residualsHistogram } from './residuals.ts'

const scored = fc.array(
  fc.record({ actual: fc.integer({ min: 0, max: 1 }), score: fc.double({ min: 0, max: 1, noNaN: true }) }),
  {
    minLength: 1,
    maxLength: 300,
  },
)

describe('operatingPoints', () => {
  it('run from the highest score to all rows, never back, in few points whose counts are exact', () => {
    fc.assert(
      fc.property(scored, fc.integer({ min: 2, max: 50 }), (rows, maxPoints) => {
        const positives = rows.filter(({ actual }) => actual === 1).length
        fc.pre(positives > 0 && positives < rows.length)
        const found = operatingPoints(
          rows.map(({ actual }) => actual),
          Float64Array.from(rows, ({ score }) => score),
          { maxPoints },
        )
        const points = found?.points ?? []
        expect(points.length).toBeLessThanOrEqual(maxPoints + 2)
        expect(points.at(-1)).toMatchObject({ truePositives: positives, falsePositives: rows.length - positives })
        const above = (threshold: number, kind: number) =>
          rows.filter(({ actual, score }) => actual === kind && score >= threshold).length
        const thresholds = points.map(({ threshold }) => threshold)
        expect(thresholds).toEqual([...new Set(thresholds)].toSorted((a, b) => b - a))
        expect(points).toEqual(
          thresholds.map((threshold) => ({
            threshold,
            truePositives: above(threshold, 1),
            falsePositives: above(threshold, 0),
          })),
        )
        const halves = rows.filter(({ score }) => score > 0.5).length
        const predicted = points[predictedPoint(points)]
        fc.pre(halves > 0)
        expect((predicted?.truePositives ?? 0) + (predicted?.falsePositives ?? 0)).toBe(halves)
      }),
      { seed: 1 },
    )
  })

  it('does not exist for rows of one class', () => {
    expect(operatingPoints([1, 1], Float64Array.of(0.2, 0.3))).toBeUndefined()
    expect(operatingPoints([], new Float64Array())).toBeUndefined()
  })

  it('are best where F1 is, whatever the unit of the scores', () => {
    const found = operatingPoints([0, 1, 0, 1, 0, 0], Float64Array.of(-7, 40, 30, 20, 3, 0))
    expect(found?.points[bestPoint(found)]).toMatchObject({ threshold: 20, truePositives: 2, falsePositives: 1 })
  })

  it('have no precision and no lift where no row is taken for positive', () => {
    const rates = ratesAt({ positives: 1, negatives: 1 }, { threshold: 1, truePositives: 0, falsePositives: 0 })
    expect(rates).toMatchObject({ precision: null, lift: null, matthewsCorrelation: null, f1: 0, depth: 0 })
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
    expect(liftChart([0, 1, 1, 1], Float64Array.of(0.1, 0.3, 0.8, 0.6), { bins: 2 })).toEqual({
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
    expect(residualsHistogram([1, 2, 3, 5], Float64Array.of(1, 1, 1, 1), { bins: 4 })).toEqual({
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
