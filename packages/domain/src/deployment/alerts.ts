import { nextState, type Transitions } from '../state-machine.ts'
import { higherIsBetter } from '../metrics/info.ts'

/** What a deployment can be watched for; `accuracy` is a metric from actual values. */
export const alertRules = ['errorShare', 'latency', 'drift', 'accuracy'] as const
export type AlertRule = (typeof alertRules)[number]

/** Metrics that come from sums over actual values. */
export const alertMetrics = [
  'Accuracy',
  'Balanced accuracy',
  'F1',
  'Matthews correlation',
  'LogLoss',
  'Brier score',
  'RMSE',
  'MAE',
  'R squared',
] as const

export const alertStates = ['ok', 'alerting'] as const
export type AlertState = (typeof alertStates)[number]
export type AlertEvent = 'breach' | 'recover'
/** Only a change of state is told: what stays bad is not told again. */
export const alertTransitions: Transitions<AlertState, AlertEvent> = [
  ['ok', 'breach', 'alerting'],
  ['alerting', 'recover', 'ok'],
]
export const nextAlertState = nextState(alertTransitions)

/** Limits; null where nothing is watched. */
export type AlertLimits = {
  /** Requests, rows or actual values that a judgement stands on at least. */
  readonly minimum: number
  readonly errorShare: number | null
  readonly p95Ms: number | null
  readonly psi: number | null
  readonly metric: string | null
  readonly metricLimit: number | null
}

/** What was measured over the time that is looked at. */
export type AlertMeasures = {
  readonly requests: number
  readonly errors: number
  readonly p95Ms: number | null
  readonly features: readonly { readonly name: string; readonly psi: number | null; readonly rows: number }[]
  readonly actuals: number
  readonly scores: Readonly<Record<string, number | null>>
}

export type Judgement = {
  readonly rule: AlertRule
  readonly limit: number
  /** Null where too little is known to judge. */
  readonly value: number | null
  /** Of drift: the feature that moved most. */
  readonly feature: string | null
  readonly event: AlertEvent | null
}

/** A judgement for every limit that is set. */
export const judge = (limits: AlertLimits, found: AlertMeasures): readonly Judgement[] => {
  const { minimum, errorShare, p95Ms, psi, metric, metricLimit } = limits
  const { requests, errors, features, actuals, scores } = found
  const above = (rule: AlertRule, limit: number | null, value: number | null, feature: string | null = null) =>
    limit === null ? [] : [judged(rule, limit, value, feature, (measured) => measured > limit)]
  const enough = features.filter((each) => each.psi !== null && each.rows >= minimum)
  const [most] = enough.toSorted((a, b) => (b.psi ?? 0) - (a.psi ?? 0))
  const score = metric === null || actuals < minimum ? null : (scores[metric] ?? null)
  return [
    ...above('errorShare', errorShare, requests < minimum ? null : errors / requests),
    ...above('latency', p95Ms, requests - errors < minimum ? null : found.p95Ms),
    ...above('drift', psi, most?.psi ?? null, most?.name ?? null),
    ...(metric === null || metricLimit === null
      ? []
      : [
          judged('accuracy', metricLimit, score, null, (measured) =>
            higherIsBetter(metric) ? measured < metricLimit : measured > metricLimit,
          ),
        ]),
  ]
}

const judged = (
  rule: AlertRule,
  limit: number,
  value: number | null,
  feature: string | null,
  isBad: (value: number) => boolean,
): Judgement => ({
  rule,
  limit,
  value,
  feature,
  event: value === null ? null : isBad(value) ? 'breach' : 'recover',
})
