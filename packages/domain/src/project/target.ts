import type { ColumnType, Finding } from '@modelsmith/table'
import { finding } from '../errors.ts'
import type { EstimatorType } from '../contract/schema.ts'
import type { metricNames } from './schema.ts'

/** What is known of a column that may become the target. */
export type TargetProfile = {
  readonly name: string
  readonly type: ColumnType
  readonly rows: number
  readonly missing: number
  /** Distinct values, missing not counted. */
  readonly distinct: number
  /** The most frequent values, the most frequent first. */
  readonly top?: readonly { readonly value: string; readonly count: number }[]
}

export const targetLimits = {
  /** Whole numbers with at most so many distinct values are taken for classes. */
  integerClasses: 10,
  classes: 1000,
} as const

export type TargetDecision = {
  /** Undefined when the column cannot be a target; the findings say why. */
  readonly targetType: 'binary' | 'multiclass' | 'regression' | undefined
  readonly reason: string
  readonly findings: readonly Finding[]
}

/** The target type that a column suggests; whoever makes the project may choose another. */
export const detectTargetType = (profile: TargetProfile): TargetDecision => {
  const { name: target, rows, missing, top } = profile
  if (rows - missing <= 0) return refuse(finding('project.targetMissing', { target }))
  if (profile.type === 'date')
    return refuse(finding('project.targetType', { target, type: 'a date', expected: 'expected numbers or classes' }))
  if (profile.distinct <= 1) {
    return refuse(finding('project.targetConstant', { target, value: top?.[0]?.value }))
  }
  const decision = typeFor(profile)
  const partly =
    missing === 0 ? [] : [finding('project.targetPartlyMissing', { target, missing, rows }, { severity: 'warning' })]
  return { ...decision, findings: [...decision.findings, ...partly] }
}

const refuse = (found: Finding): TargetDecision => ({
  targetType: undefined,
  reason: found.message,
  findings: [found],
})

const decide = (targetType: 'binary' | 'multiclass' | 'regression', reason: string): TargetDecision => ({
  targetType,
  reason,
  findings: [],
})

/** Free text is no class: its values hardly ever repeat. */
const isFreeText = ({ type, distinct, rows, missing }: TargetProfile): boolean =>
  type === 'text' && distinct * 2 > rows - missing

const typeFor = (profile: TargetProfile): TargetDecision => {
  const { name: target, type, distinct } = profile
  const found = distinct.toLocaleString('en')
  if (distinct === 2) return decide('binary', 'It has two distinct values.')
  if (type === 'number') return decide('regression', `It is a number with ${found} distinct values.`)
  if (type === 'integer') {
    return distinct <= targetLimits.integerClasses
      ? decide('multiclass', `It is a whole number with only ${found} distinct values.`)
      : decide('regression', `It is a whole number with ${found} distinct values.`)
  }
  const tooMany = distinct > targetLimits.classes
  return tooMany || isFreeText(profile)
    ? refuse(
        finding('project.targetType', {
          target,
          type: `text with ${found} distinct values`,
          expected: tooMany
            ? `expected at most ${targetLimits.classes.toLocaleString('en')} classes`
            : 'expected classes, each of several rows',
        }),
      )
    : decide('multiclass', `It is text with ${found} distinct values.`)
}

/** Findings of a target type that somebody chose for a column. */
export const checkTargetType = (profile: TargetProfile, chosen: EstimatorType): Finding[] => {
  const { name: target, type, distinct } = profile
  const detected = detectTargetType(profile)
  if (detected.targetType === undefined) return [...detected.findings]
  // Rows without a label are no less learnt from.
  if (chosen === 'anomaly')
    return distinct === 2 ? [] : [finding('project.anomalyLabels', { column: target, type: wordsOf(type, distinct) })]
  const wrong = (expected: string) => [
    ...detected.findings,
    finding('project.targetType', { target, type: wordsOf(type, distinct), expected }),
  ]
  if (chosen === 'binary' && distinct !== 2) return wrong('a binary target has two distinct values')
  if (chosen === 'regression' && type !== 'number' && type !== 'integer')
    return wrong('a regression target is a number')
  if (chosen === 'multiclass' && distinct > targetLimits.classes) {
    return wrong(`a multiclass target has at most ${targetLimits.classes.toLocaleString('en')} classes`)
  }
  return [...detected.findings]
}

const wordsOf = (type: ColumnType, distinct: number): string =>
  `${type} with ${distinct.toLocaleString('en')} distinct values`

/** How the numbers of a target lie. */
export type TargetShape = { readonly least: number; readonly zeros: number; readonly skewness: number }

/** Of the rows that have a value; the skewness is the third standardised moment, 0 where nothing varies. */
export const shapeOf = (values: Float64Array): TargetShape => {
  const { length } = values
  const mean = values.reduce((sum, value) => sum + value, 0) / length
  let second = 0
  let third = 0
  let least = Number.POSITIVE_INFINITY
  let zeros = 0
  for (const value of values) {
    second += (value - mean) ** 2
    third += (value - mean) ** 3
    if (value < least) least = value
    if (value === 0) zeros++
  }
  return {
    least,
    zeros: length === 0 ? 0 : zeros / length,
    skewness: second === 0 ? 0 : third / length / (second / length) ** 1.5,
  }
}

/** The skewness of an exponential distribution: from here on a few large values outweigh all others in a squared error. */
const longTail = 2

const defaults = {
  binary: 'LogLoss',
  multiclass: 'LogLoss',
  regression: 'RMSE',
  anomaly: 'AUC',
} as const satisfies { [T in EstimatorType]: (typeof metricNames)[T][number] }

export type MetricAdvice = { readonly metric: string; readonly reason: string }

/**
 * The metric a project is sorted by when nobody chose one: a proper score for classes. For numbers the squared error; where none is
 * negative and at least half are zero, the Tweedie deviance; where none is negative and the tail is long, the error of logarithms.
 */
export const adviseMetric = (targetType: EstimatorType, shape?: TargetShape): MetricAdvice => {
  if (targetType === 'anomaly')
    return { metric: defaults.anomaly, reason: 'It says how well the scores put anomalies before other rows.' }
  if (targetType !== 'regression') return { metric: defaults[targetType], reason: 'It rewards honest probabilities.' }
  if (shape !== undefined && shape.least >= 0 && shape.zeros >= 0.5)
    return { metric: 'Tweedie deviance', reason: `${Math.round(shape.zeros * 100)} % of the values are zero.` }
  if (shape !== undefined && shape.least >= 0 && shape.skewness >= longTail)
    return { metric: 'RMSLE', reason: `A few values are very large (skewness ${shape.skewness.toFixed(1)}).` }
  return { metric: defaults.regression, reason: 'The values lie evenly enough for squared errors.' }
}

/** The metric of a target type whose values nobody has looked at. */
export const defaultMetric = (targetType: EstimatorType): string => adviseMetric(targetType).metric
