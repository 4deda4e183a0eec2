import { describe, expect, it } from 'vitest'
import {
  adviseMetric,
  checkTargetType,
  defaultMetric,
  detectTargetType,
  shapeOf,
  type TargetProfile,
} from './target.ts'

const profile = (changes: Partial<TargetProfile>): TargetProfile => ({
  name: 'y',
  type: 'category',
  rows: 1000,
  missing: 0,
  distinct: 3,
  ...changes,
})

it('takes two values for labels of anomalies, in some rows or in all, and nothing else', () => {
  const problems = (changes: Partial<TargetProfile>) =>
    checkTargetType(profile(changes), 'anomaly').map((f) => f.message)
  expect(problems({ distinct: 2, missing: 900 })).toEqual([])
  expect(problems({ distinct: 3 })).toEqual([
    'The column "y" is category with 3 distinct values; labels of anomalies have two distinct values, one of them for anomalies.',
  ])
  expect(problems({ distinct: 0, missing: 1000 })).toEqual(['The target "y" has no values.'])
})

describe('detectTargetType', () => {
  it.each([
    ['category', 2, 'binary', 'It has two distinct values.'],
    ['boolean', 2, 'binary', 'It has two distinct values.'],
    ['integer', 2, 'binary', 'It has two distinct values.'],
    ['category', 26, 'multiclass', 'It is text with 26 distinct values.'],
    ['integer', 7, 'multiclass', 'It is a whole number with only 7 distinct values.'],
    ['integer', 400, 'regression', 'It is a whole number with 400 distinct values.'],
    ['number', 5, 'regression', 'It is a number with 5 distinct values.'],
  ] as const)('takes %s with %i values for %s', (type, distinct, targetType, reason) => {
    expect(detectTargetType(profile({ type, distinct }))).toEqual({ targetType, reason, findings: [] })
  })

  it('refuses a target without values, with one value, a date, and text without end', () => {
    const reason = (changes: Partial<TargetProfile>) => {
      const decision = detectTargetType(profile(changes))
      return [decision.targetType, decision.reason]
    }
    expect(reason({ missing: 1000, distinct: 0 })).toEqual([undefined, 'The target "y" has no values.'])
    expect(reason({ distinct: 1, top: [{ value: 'a', count: 1000 }] })).toEqual([
      undefined,
      'The target "y" has one value only: "a".',
    ])
    expect(reason({ type: 'date', distinct: 500 })[0]).toBeUndefined()
    expect(reason({ type: 'text', distinct: 5000 })[1]).toBe(
      'The target "y" is text with 5,000 distinct values, expected at most 1,000 classes.',
    )
  })

  it('refuses free text, whose values hardly repeat', () => {
    expect(detectTargetType(profile({ type: 'text', distinct: 501 })).reason).toBe(
      'The target "y" is text with 501 distinct values, expected classes, each of several rows.',
    )
    expect(detectTargetType(profile({ type: 'text', distinct: 500 })).targetType).toBe('multiclass')
  })

  it('says that rows without a target are left out', () => {
    expect(detectTargetType(profile({ missing: 12 })).findings).toEqual([
      {
        code: 'project.targetPartlyMissing',
        message: 'The target "y" is missing in 12 rows of 1,000; they are left out.',
        severity: 'warning',
      },
    ])
  })
})

describe('checkTargetType', () => {
  it('lets a person choose another type where it makes sense', () => {
    expect(checkTargetType(profile({ type: 'integer', distinct: 7 }), 'regression')).toEqual([])
    expect(checkTargetType(profile({ type: 'integer', distinct: 2 }), 'multiclass')).toEqual([])
  })

  it('refuses what cannot be', () => {
    const message = (changes: Partial<TargetProfile>, chosen: Parameters<typeof checkTargetType>[1]) =>
      checkTargetType(profile(changes), chosen)[0]?.message
    expect(message({ distinct: 3 }, 'binary')).toBe(
      'The target "y" is category with 3 distinct values, a binary target has two distinct values.',
    )
    expect(message({ distinct: 3 }, 'regression')).toContain('a regression target is a number')
    expect(message({ type: 'number', distinct: 5000 }, 'multiclass')).toContain('at most 1,000 classes')
    expect(message({ distinct: 1 }, 'multiclass')).toContain('one value only')
  })
})

describe('defaultMetric', () => {
  it('is a proper score', () => {
    expect(['binary', 'multiclass', 'regression'].map((type) => defaultMetric(type as 'binary'))).toEqual([
      'LogLoss',
      'LogLoss',
      'RMSE',
    ])
  })
})

describe('adviseMetric', () => {
  const metricOf = (values: readonly number[]) => adviseMetric('regression', shapeOf(Float64Array.from(values)))

  it('takes squared errors for numbers that lie evenly, and for those that may be negative', () => {
    expect(metricOf([1, 2, 3, 4, 5]).metric).toBe('RMSE')
    expect(metricOf([-1, ...Array(50).fill(0), 900]).metric).toBe('RMSE')
    expect(metricOf([3, 3, 3]).metric).toBe('RMSE')
  })

  it('takes logarithms for a long tail, and the Tweedie deviance where half are zero', () => {
    expect(metricOf([...Array(20).fill(1), 2, 3, 500])).toEqual({
      metric: 'RMSLE',
      reason: 'A few values are very large (skewness 4.5).',
    })
    expect(metricOf([0, 0, 0, 12, 40])).toEqual({ metric: 'Tweedie deviance', reason: '60 % of the values are zero.' })
  })

  it('measures skewness as scipy.stats.skew does', () => {
    // scipy 1.17: skew([1, 2, 3, 10]) = 1.0182337649086284
    expect(shapeOf(Float64Array.of(1, 2, 3, 10)).skewness).toBeCloseTo(1.0182337649086284, 12)
  })
})
