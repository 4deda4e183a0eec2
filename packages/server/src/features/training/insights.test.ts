import { numberColumn, type Table } from '@modelsmith/table'
import { expect, it } from 'vitest'
import { insightsOf } from './insights.ts'

it('counts rows by their weights, those of the dataset rows that were predicted, and says so', () => {
  const predictions: Table = {
    rows: 3,
    schema: {
      columns: [
        { name: 'no', type: 'number' },
        { name: 'yes', type: 'number' },
      ],
    },
    columns: [numberColumn([0.9, 0.2, 0.6]), numberColumn([0.1, 0.8, 0.4])],
  }
  const data: Table = { rows: 4, schema: { columns: [] }, columns: [] }
  const charts = (weights?: Float64Array) =>
    insightsOf(
      {
        values: [0, 1, 0, 1],
        targetType: 'binary',
        classes: ['no', 'yes'],
        ...(weights === undefined ? {} : { weights }),
      },
      { data, names: [] },
      { outOfFold: { rows: Int32Array.of(0, 1, 3), fold: Int8Array.of(1, 2, 2), predictions }, holdout: undefined },
    ).crossValidation
  const found = charts(Float64Array.of(0.5, 2, 100, 1.5))
  expect(found?.ranking).toMatchObject({ rows: 3, weighted: true, positives: 3.5, negatives: 0.5 })
  expect(found?.confusion?.counts).toEqual([
    [0.5, 0],
    [1.5, 2],
  ])
  expect(found?.distribution?.counts.flat().reduce((sum, count) => sum + count, 0)).toBe(4)
  expect(charts()?.ranking).toEqual(expect.not.objectContaining({ weighted: true }))
  expect(charts()?.ranking).toMatchObject({ positives: 2, negatives: 1 })
})
