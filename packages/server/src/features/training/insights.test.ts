import { numberColumn, type Table } from '@modelsmith/table'
import { describe, expect, it } from 'vitest'
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

describe('charts of anomalies', () => {
  const text = (labels: readonly string[]) => Buffer.from(labels.join(''))
  const data: Table = {
    rows: 5,
    schema: {
      columns: [
        { name: 'size', type: 'number' },
        { name: 'colour', type: 'category' },
      ],
    },
    columns: [
      numberColumn([1, 2, 3, 4, 5]),
      {
        kind: 'dictionary',
        indices: Int32Array.of(0, 0, 1, 0, 1),
        dictionary: {
          kind: 'utf8',
          offsets: Int32Array.of(0, 3, 7),
          bytes: text(['red', 'blue']),
          validity: undefined,
        },
        validity: undefined,
      },
    ],
  }
  const outOfFold = {
    rows: Int32Array.of(0, 1, 3, 4),
    fold: Int8Array.of(1, 2, 1, 2),
    predictions: {
      rows: 4,
      schema: { columns: [{ name: 'Predictions', type: 'number' as const }] },
      columns: [numberColumn([0.4, 0.7, 0.6, 0.5])],
    },
  }
  const charts = (values: readonly number[], classes: readonly string[]) =>
    insightsOf(
      { values, targetType: 'anomaly', classes },
      { data, names: ['size', 'colour'] },
      { outOfFold, holdout: undefined },
    )

  it('are the spread of the scores and the rows on top with their values', () => {
    const { crossValidation, validation } = charts([-1, -1, -1, -1, -1], [])
    expect(crossValidation).toMatchObject({ ranking: null, distribution: null, residuals: null, confusion: null })
    expect(crossValidation?.anomaly).toMatchObject({ rows: 4, least: 0.4, median: 0.55, most: 0.7 })
    expect(crossValidation?.anomaly?.counts.reduce((sum, count) => sum + count, 0)).toBe(4)
    expect(crossValidation?.anomaly?.columns).toEqual(['size', 'colour'])
    expect(crossValidation?.anomaly?.top.slice(0, 2)).toEqual([
      { row: 1, score: 0.7, label: null, values: [2, 'red'] },
      { row: 3, score: 0.6, label: null, values: [4, 'red'] },
    ])
    expect(validation?.anomaly?.top.map(({ row }) => row)).toEqual([3, 0])
  })

  it('are those of binary targets too, of the rows that are labelled', () => {
    const { crossValidation, validation } = charts([0, 1, -1, -1, 0], ['usual', 'odd'])
    expect(crossValidation?.anomaly?.top.map(({ label }) => label)).toEqual(['odd', null, 'usual', 'usual'])
    expect(crossValidation?.ranking).toMatchObject({ rows: 3, auc: 1, positives: 1, negatives: 2 })
    expect(crossValidation?.distribution).toMatchObject({ rows: 3 })
    expect(crossValidation?.distribution?.edges.at(-1)).toBe(0.7)
    // None of fold 1 is an anomaly.
    expect(validation).toMatchObject({ ranking: null, distribution: null })
  })
})
