import { computeMetrics } from '@modelsmith/domain'
import type { TrainingResult } from '@modelsmith/engine'
import { expect, it } from 'vitest'
import { scoreTraining } from './scores.ts'

const predictionsOf = (values: readonly number[]): TrainingResult['outOfFold']['predictions'] => ({
  schema: { columns: [{ name: 'Predictions', type: 'number' }] },
  rows: values.length,
  columns: [{ kind: 'float64', values: Float64Array.from(values), validity: undefined }],
})
const outOfFold = {
  rows: Int32Array.of(0, 2, 3, 5),
  fold: Int8Array.of(1, 1, 2, 2),
  predictions: predictionsOf([1, 2, 3, 4]),
}
const holdout = { rows: Int32Array.of(1, 4), predictions: predictionsOf([5, 6]) }
const values = Float64Array.of(2, 7, 5, 3, 10, 6)

it('weighs every score by the weight of the rows it is over', () => {
  const weights = Float64Array.of(1, 3, 0.5, 2, 1, 4)
  const actuals = { values, targetType: 'regression', classes: [] } as const
  const scores = scoreTraining({ ...actuals, weights }, { outOfFold, holdout }, 2)
  const over = (rows: readonly number[], predicted: readonly number[]) =>
    computeMetrics({
      targetType: 'regression',
      actual: rows.map((row) => values[row] as number),
      predicted: [Float64Array.from(predicted)],
      weights: Float64Array.from(rows, (row) => weights[row] as number),
    }).scores
  expect(scores.validation).toEqual(over([0, 2], [1, 2]))
  expect(scores.holdout).toEqual(over([1, 4], [5, 6]))
  expect(scores.validation['MAE']).toBeCloseTo((1 * 1 + 0.5 * 3) / 1.5, 12)
  expect(scoreTraining(actuals, { outOfFold, holdout }, 2).validation['MAE']).toBe(2)
})

it('has no metric of anomalies without labels, and those of the labelled rows with them', () => {
  const scores = (values: readonly number[], classes: readonly string[]) =>
    scoreTraining({ values, targetType: 'anomaly', classes }, { outOfFold, holdout }, 2)
  const none = [-1, -1, -1, -1, -1, -1]
  expect(scores(none, [])).toEqual({ validation: {}, crossValidation: {}, crossValidationSpread: {}, holdout: {} })
  expect(scores([0, -1, 1, 1, -1, 0], ['usual', 'odd'])).toEqual({
    validation: { AUC: 1, 'PR AUC': 1 },
    crossValidation: { AUC: 0.5, 'PR AUC': 0.75 },
    crossValidationSpread: { AUC: Math.SQRT1_2, 'PR AUC': expect.closeTo(0.25 * Math.SQRT2, 12) },
    holdout: { AUC: null, 'PR AUC': null },
  })
})

it('has no spread of one backtest', () => {
  const single = { ...outOfFold, fold: Int8Array.of(1, 1, 1, 1) }
  const scores = scoreTraining(
    { values, targetType: 'regression', classes: [] },
    { outOfFold: single, holdout: undefined },
    1,
  )
  expect(scores.crossValidation['MAE']).toBe(scores.validation['MAE'])
  expect(scores.crossValidationSpread['MAE']).toBe(0)
})
