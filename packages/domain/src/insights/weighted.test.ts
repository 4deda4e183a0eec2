import { readFileSync } from 'node:fs'
import { numberColumn } from '@modelsmith/table'
import { describe, expect, it } from 'vitest'
import { fitByFeature } from './by-feature.ts'
import { calibration } from './calibration.ts'
import { classMetrics } from './class-metrics.ts'
import { multiclassConfusion } from './confusion.ts'
import { scoreDistribution } from './distribution.ts'
import { liftChart } from './lift.ts'
import { operatingPoints, ratesAt } from './operating-points.ts'
import { residualsHistogram } from './residuals.ts'

const read = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../fixtures/insights/${name}.json`, import.meta.url), 'utf8'))
const rows = read('expected')
const weighted = read('weighted')

/** Numbers agree within this, relative to their size above 1. */
const tolerance = 1e-12
/** Where the numbers differ. */
const far = (found: readonly (number | null | undefined)[], wanted: readonly (number | null)[]) =>
  Array.from({ length: Math.max(found.length, wanted.length) }, (_, index) => {
    const [value, other] = [wanted[index], found[index]]
    const near =
      typeof value === 'number' && typeof other === 'number'
        ? Math.abs(value - other) <= tolerance * Math.max(1, Math.abs(value))
        : value === other && value !== undefined
    return near ? [] : [{ index, value, other }]
  }).flat()

describe('weighted insights of a binary model agree with scikit-learn and numpy', () => {
  const { actual } = rows.binary
  const scores = Float64Array.from(rows.binary.scores)
  const { weights: given, ...wanted } = weighted.binary
  const weights = Float64Array.from(given)

  it('at every threshold', () => {
    const all = operatingPoints(actual, scores, { maxPoints: Infinity, weights })
    const rates = (all?.points ?? []).map((point) => ratesAt(all as NonNullable<typeof all>, point))
    expect(far([all?.auc, all?.averagePrecision], [wanted.auc, wanted.averagePrecision])).toEqual([])
    expect(
      far(
        rates.map(({ falsePositiveRate }) => falsePositiveRate),
        wanted.fpr,
      ),
    ).toEqual([])
    expect(
      far(
        rates.map(({ truePositiveRate }) => truePositiveRate),
        wanted.tpr,
      ),
    ).toEqual([])
    expect(
      far(
        rates.map(({ precision }) => precision),
        wanted.precision,
      ),
    ).toEqual([])
    const half = rates.findLast(({ threshold }) => threshold > 0.5)
    expect(
      far(
        [half?.trueNegatives, half?.falsePositives, half?.falseNegatives, half?.truePositives],
        wanted.confusion.flat(),
      ),
    ).toEqual([])
  })

  it('in calibration, whose intervals count trials by what the rows are worth', () => {
    const found = calibration(actual, scores, { weights })
    expect(far([found?.brier], [wanted.brier])).toEqual([])
    expect(far(found?.bins.map((bin) => bin.predicted) ?? [], wanted.calibration.predicted)).toEqual([])
    expect(far(found?.bins.map((bin) => bin.actual) ?? [], wanted.calibration.actual)).toEqual([])
    const equal = calibration(actual, scores, { weights: weights.map(() => 8) })
    expect(
      far(
        equal?.bins.flatMap((bin) => [bin.actualLow, bin.actualHigh]) ?? [],
        calibration(actual, scores)?.bins.flatMap((bin) => [bin.actualLow, bin.actualHigh]) ?? [],
      ),
    ).toEqual([])
  })

  it('in histograms and lift', () => {
    expect(far(scoreDistribution(actual, scores, 2, { weights }).counts.flat(), wanted.distribution.flat())).toEqual([])
    expect(
      far(
        liftChart(actual, scores, { weights }).bins.flatMap(({ predicted, actual: share }) => [predicted, share]),
        wanted.lift.flat(),
      ),
    ).toEqual([])
  })

  it('and leave out what has no weight', () => {
    const none = weights.map(() => 0)
    expect(operatingPoints(actual, scores, { weights: none })).toBeUndefined()
    expect(calibration(actual, scores, { weights: none })).toBeUndefined()
    expect(liftChart(actual, scores, { weights: none }).bins).toEqual([])
  })
})

it('weighted metrics of each class agree with precision_recall_fscore_support', () => {
  const { classes, actual, predicted } = rows.multiclass
  const { weights, confusion, ...wanted } = weighted.multiclass
  const columns = predicted.map((values: number[]) => Float64Array.from(values))
  const { counts } = multiclassConfusion(actual, columns, classes, Float64Array.from(weights))
  expect(far(counts.flat(), confusion.flat())).toEqual([])
  const found = classMetrics(classes, counts)
  for (const what of ['rows', 'precision', 'recall', 'f1'] as const)
    expect(
      far(
        found.map((one) => one[what]),
        wanted[what],
      ),
    ).toEqual([])
})

it('weighted residuals agree with numpy', () => {
  const { actual, predicted: given, feature } = rows.regression
  const { histogram, byFeature } = weighted.regression
  const predicted = Float64Array.from(given)
  const weights = Float64Array.from(weighted.regression.weights)
  expect(far(residualsHistogram(actual, predicted, { weights }).counts, histogram)).toEqual([])
  const places = Int32Array.from(feature.keys())
  const schema = { name: 'age', type: 'integer' } as const
  const { bins } = fitByFeature(numberColumn(feature), schema, places, actual, predicted, { maxBins: 100, weights })
  for (const what of ['actual', 'predicted', 'spread'] as const)
    expect(
      far(
        bins.map((bin) => bin[what]),
        byFeature.map((bin: Record<string, number | null>) => bin[what]),
      ),
    ).toEqual([])
})
