import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { metricNames } from '../project/schema.ts'
import { computeMetrics } from './compute.ts'
import { compareScores, metricInfo } from './info.ts'
import { areaUnderRoc, rankedCounts } from './ranking.ts'

type Case = {
  name: string
  targetType: 'binary' | 'multiclass' | 'regression'
  actual: number[]
  predicted: number[][]
  weights: number[] | null
  scores: Record<string, number | null>
}
const file = new URL('../../fixtures/metrics/expected.json', import.meta.url)
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { cases: Case[] }

describe('metrics agree with scikit-learn', () => {
  it.each(cases)('$targetType: $name', ({ targetType, actual, predicted, weights, scores }) => {
    const result = computeMetrics({
      targetType,
      actual,
      predicted: predicted.map((column) => Float64Array.from(column)),
      ...(weights === null ? {} : { weights: Float64Array.from(weights) }),
    })
    expect(Object.keys(result.scores)).toEqual([...metricNames[targetType]])
    const isNear = (name: string, expected: number | null) => {
      const found = result.scores[name]
      if (expected === null || typeof found !== 'number') return found === expected && name in result.reasons
      return Math.abs(found - expected) <= 1e-12 * Math.max(1, Math.abs(expected))
    }
    const far = Object.entries(scores).filter(([name, expected]) => !isNear(name, expected))
    expect(far.map(([name, expected]) => ({ name, expected, found: result.scores[name] }))).toEqual([])
  })
})

describe('metrics', () => {
  it('say why a value is missing', () => {
    const { reasons } = computeMetrics({
      targetType: 'regression',
      actual: [0, -2],
      predicted: [Float64Array.of(1, 1)],
    })
    expect(reasons).toMatchObject({
      MAPE: 'an actual value is zero',
      RMSLE: 'an actual value is -1 or less',
      'Gamma deviance': 'an actual value is not positive',
    })
  })

  it('have no values over no rows', () => {
    const { scores } = computeMetrics({
      targetType: 'binary',
      actual: [],
      predicted: [new Float64Array(), new Float64Array()],
    })
    expect(Object.values(scores).every((value) => value === null)).toBe(true)
  })

  it('count the area under the ROC curve as its definition over all pairs does', () => {
    const row = fc.record({
      actual: fc.integer({ min: 0, max: 1 }),
      score: fc.integer({ min: 0, max: 5 }),
      weight: fc.integer({ min: 0, max: 3 }),
    })
    fc.assert(
      fc.property(fc.array(row, { maxLength: 40 }), (rows) => {
        let ordered = 0
        let pairs = 0
        for (const a of rows.filter(({ actual }) => actual === 1)) {
          for (const b of rows.filter(({ actual }) => actual === 0)) {
            pairs += a.weight * b.weight
            ordered += a.weight * b.weight * (a.score > b.score ? 1 : a.score === b.score ? 0.5 : 0)
          }
        }
        fc.pre(pairs > 0)
        const ranked = rankedCounts(
          rows.map(({ actual }) => actual),
          Float64Array.from(rows, ({ score }) => score),
          Float64Array.from(rows, ({ weight }) => weight),
        )
        expect(areaUnderRoc(ranked)).toBeCloseTo(ordered / pairs, 12)
      }),
      { seed: 1 },
    )
  })

  it('are each described', () => {
    expect(Object.keys(metricInfo).toSorted()).toEqual([...new Set(Object.values(metricNames).flat())].toSorted())
  })

  it('sort the best score first and what has none last', () => {
    expect([0.5, null, 0.9].toSorted(compareScores('AUC'))).toEqual([0.9, 0.5, null])
    expect([0.5, null, 0.9].toSorted(compareScores('LogLoss'))).toEqual([0.5, 0.9, null])
  })
})
