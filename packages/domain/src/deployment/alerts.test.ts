import { expect, it } from 'vitest'
import { type AlertLimits, type AlertMeasures, judge, nextAlertState } from './alerts.ts'

const limits: AlertLimits = { minimum: 10, errorShare: 0.1, p95Ms: 100, psi: 0.2, metric: 'F1', metricLimit: 0.8 }
const good: AlertMeasures = {
  requests: 100,
  errors: 10,
  p95Ms: 100,
  features: [
    { name: 'a', psi: 0.2, rows: 100 },
    { name: 'b', psi: null, rows: 100 },
  ],
  actuals: 10,
  scores: { F1: 0.8, RMSE: 3 },
}
const events = (found: Partial<AlertMeasures>, asked: Partial<AlertLimits> = {}) =>
  judge({ ...limits, ...asked }, { ...good, ...found }).map(({ rule, event }) => [rule, event])
const all = (event: string | null) => ['errorShare', 'latency', 'drift', 'accuracy'].map((rule) => [rule, event])

it('judges what is beyond a limit, not what is at it', () => {
  expect(events({})).toEqual(all('recover'))
  const bad = { errors: 11, p95Ms: 101, features: [{ name: 'a', psi: 0.21, rows: 100 }], scores: { F1: 0.79 } }
  expect(events(bad)).toEqual(all('breach'))
})

it('judges nothing where too little is known', () => {
  expect(events({ requests: 9, errors: 9, features: [{ name: 'a', psi: 9, rows: 9 }], actuals: 9 })).toEqual(all(null))
  expect(events({ p95Ms: null, scores: {}, features: [] })).toEqual([['errorShare', 'recover'], ...all(null).slice(1)])
  const none = { errorShare: null, p95Ms: null, psi: null, metric: null }
  expect(events({}, none)).toEqual([])
})

it('names the feature that moved most, and knows errors from scores', () => {
  const features = [
    { name: 'a', psi: 0.3, rows: 100 },
    { name: 'b', psi: 0.5, rows: 100 },
    { name: 'c', psi: 9, rows: 1 },
  ]
  expect(judge(limits, { ...good, features })[2]).toMatchObject({ value: 0.5, feature: 'b', event: 'breach' })
  expect(events({}, { metric: 'RMSE', metricLimit: 2.9 })[3]).toEqual(['accuracy', 'breach'])
  expect(events({}, { metric: 'RMSE', metricLimit: 3 })[3]).toEqual(['accuracy', 'recover'])
})

it('tells a change of state once', () => {
  expect(nextAlertState('ok', 'breach')).toBe('alerting')
  expect(nextAlertState('alerting', 'breach')).toBeUndefined()
  expect(nextAlertState('alerting', 'recover')).toBe('ok')
  expect(nextAlertState('ok', 'recover')).toBeUndefined()
})
