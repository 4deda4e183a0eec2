import { readFileSync } from 'node:fs'
import { booleanColumn, numberColumn, textColumn, validityOf } from '@modelsmith/table'
import { describe, expect, it } from 'vitest'
import { fitByFeature } from './by-feature.ts'
import { calibration, wilsonInterval } from './calibration.ts'
import { classMetrics } from './class-metrics.ts'
import { confusionAtThreshold, multiclassConfusion } from './confusion.ts'
import { scoreDistribution } from './distribution.ts'
import { operatingPoints, predictedPoint, ratesAt } from './operating-points.ts'
import { residualsHistogram } from './residuals.ts'

const file = new URL('../../fixtures/insights/expected.json', import.meta.url)
const expected = JSON.parse(readFileSync(file, 'utf8'))

/** Numbers agree within this, relative to their size above 1. */
const tolerance = 1e-12
const expectNear = (found: readonly (number | null | undefined)[], wanted: readonly (number | null)[]) => {
  expect(found).toHaveLength(wanted.length)
  const far = wanted.flatMap((value, index) => {
    const other = found[index]
    const near =
      typeof value === 'number' && typeof other === 'number'
        ? Math.abs(value - other) <= tolerance * Math.max(1, Math.abs(value))
        : value === other
    return near ? [] : [{ index, value, other }]
  })
  expect(far).toEqual([])
}

describe('insights of a binary model agree with scikit-learn and statsmodels', () => {
  const { actual, scores: given, roc, precisionRecall, atHalf, ...wanted } = expected.binary
  const scores = Float64Array.from(given)
  const all = operatingPoints(actual, scores, { maxPoints: Infinity })
  const rates = (all?.points ?? []).map((point) => ratesAt(all as NonNullable<typeof all>, point))

  it('roc_curve and precision_recall_curve at every threshold', () => {
    expect(all?.thresholds).toBe(roc.thresholds.length)
    expectNear([all?.auc, all?.averagePrecision], [wanted.auc, wanted.averagePrecision])
    expectNear(
      rates.map(({ threshold }) => threshold),
      roc.thresholds,
    )
    expectNear(
      rates.map(({ falsePositiveRate }) => falsePositiveRate),
      roc.fpr,
    )
    expectNear(
      rates.map(({ truePositiveRate }) => truePositiveRate),
      roc.tpr,
    )
    expectNear(
      rates.map(({ precision }) => precision),
      precisionRecall.precision,
    )
    expectNear(
      rates.map(({ truePositiveRate }) => truePositiveRate),
      precisionRecall.recall,
    )
  })

  it('the threshold of a prediction', () => {
    const { f1, matthewsCorrelation, accuracy, ...counts } = rates[
      predictedPoint(all?.points ?? [])
    ] as (typeof rates)[0]
    expect([
      [counts.trueNegatives, counts.falsePositives],
      [counts.falseNegatives, counts.truePositives],
    ]).toEqual(atHalf.confusion)
    expect(confusionAtThreshold(actual, scores, ['no', 'yes']).counts).toEqual(atHalf.confusion)
    expectNear([f1, matthewsCorrelation, accuracy], [atHalf.f1, atHalf.matthewsCorrelation, atHalf.accuracy])
  })

  it('calibration_curve, the Brier score and the Wilson interval', () => {
    const { bins, brier } = calibration(actual, scores) as NonNullable<ReturnType<typeof calibration>>
    expect(bins.map(({ rows }) => rows)).toEqual(wanted.calibration.rows)
    expectNear([brier], [wanted.calibration.brier])
    expectNear(
      bins.map((bin) => bin.predicted),
      wanted.calibration.predicted,
    )
    expectNear(
      bins.map((bin) => bin.actual),
      wanted.calibration.actual,
    )
    expectNear(
      bins.map((bin) => bin.actualLow),
      wanted.calibration.low,
    )
    expectNear(
      bins.map((bin) => bin.actualHigh),
      wanted.calibration.high,
    )
  })

  it('histograms by class', () => {
    expect(scoreDistribution(actual, scores, 2).counts).toEqual(wanted.distribution)
  })
})

it('per-class metrics agree with precision_recall_fscore_support', () => {
  const { classes, actual, predicted, confusion, ...wanted } = expected.multiclass
  const columns = predicted.map((values: number[]) => Float64Array.from(values))
  const { counts } = multiclassConfusion(actual, columns, classes)
  expect(counts).toEqual(confusion)
  const found = classMetrics(classes, counts)
  expect(found.map(({ rows }) => rows)).toEqual(wanted.rows)
  expectNear(
    found.map(({ precision }) => precision),
    wanted.precision,
  )
  expectNear(
    found.map(({ recall }) => recall),
    wanted.recall,
  )
  expectNear(
    found.map(({ f1 }) => f1),
    wanted.f1,
  )
})

describe('residuals agree with numpy and pandas', () => {
  const { actual, predicted: given, feature, histogram, byFeature } = expected.regression
  const predicted = Float64Array.from(given)

  it('as a histogram', () => {
    const { counts, edges } = residualsHistogram(actual, predicted)
    expect(counts).toEqual(histogram.counts)
    expectNear(edges, histogram.edges)
  })

  it('by the values of a feature', () => {
    const rows = Int32Array.from(feature.keys())
    const schema = { name: 'age', type: 'integer' } as const
    const { bins } = fitByFeature(numberColumn(feature), schema, rows, actual, predicted, { maxBins: 100 })
    expect(bins.map(({ label, rows }) => ({ label, rows }))).toEqual(
      byFeature.map(({ label, rows }: { label: string; rows: number }) => ({ label, rows })),
    )
    for (const what of ['actual', 'predicted', 'spread'] as const)
      expectNear(
        bins.map((bin) => bin[what]),
        byFeature.map((bin: Record<string, number | null>) => bin[what]),
      )
  })
})

describe('fitByFeature', () => {
  const rows = Int32Array.of(3, 1, 0, 2)

  it('cuts numbers into bins of about equally many rows, equal values together, missing ones apart', () => {
    const column = { ...numberColumn([5, 5, 5, Number.NaN]), validity: validityOf(4, (row) => row < 3) }
    const { bins } = fitByFeature(
      column,
      { name: 'x', type: 'number' },
      rows,
      [1, 0, 0, 1],
      Float64Array.of(1, 0, 0, 0),
    )
    expect(bins).toEqual([
      { label: '5', rows: 3, actual: 1 / 3, predicted: 0, spread: expect.closeTo(Math.sqrt(1 / 3), 12) },
      { label: null, rows: 1, actual: 1, predicted: 1, spread: null },
    ])
    const many = numberColumn(Array.from({ length: 1000 }, (_, row) => row))
    const places = Int32Array.from({ length: 1000 }, (_, row) => row)
    const values = new Float64Array(1000)
    const cut = fitByFeature(many, { name: 'x', type: 'number' }, places, values, values, { maxBins: 10 }).bins
    expect(cut.map((bin) => bin.rows)).toEqual(Array.from({ length: 10 }, () => 100))
    expect(cut[0]?.label).toBe('0 – 99')
  })

  it('keeps the most frequent categories and puts the others together', () => {
    const column = textColumn(['b', 'a', 'b', 'c'], 'category')
    const values = Float64Array.of(0, 0, 0, 0)
    expect(
      fitByFeature(column, { name: 'x', type: 'category' }, rows, values, values, { maxBins: 2 }).bins.map(
        ({ label }) => label,
      ),
    ).toEqual(['b', '2 other values'])
  })

  it('names booleans and moments, and has no bins without rows', () => {
    const values = new Float64Array(4)
    const labels = (column: Parameters<typeof fitByFeature>[0], type: 'boolean' | 'date', chosen = rows) =>
      fitByFeature(column, { name: 'x', type }, chosen, values, values).bins.map(({ label }) => label)
    expect(labels(booleanColumn([true, false, true, true]), 'boolean')).toEqual(['true', 'false'])
    expect(labels(numberColumn([0, 86_400_000_000, 0, 0]), 'date')).toEqual(['1970-01-01', '1970-01-02'])
    expect(labels(numberColumn([]), 'date', new Int32Array(0))).toEqual([])
  })
})

describe('wilsonInterval', () => {
  it('is everything without trials, and stays within 0 and 1', () => {
    expect(wilsonInterval(0, 0)).toEqual([0, 1])
    expect(wilsonInterval(0, 5)[0]).toBe(0)
    expect(wilsonInterval(5, 5)[1]).toBe(1)
  })
})
