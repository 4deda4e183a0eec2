import { alertMetrics, alertRules, alertStates } from '@modelsmith/domain'
import Type, { type Static } from 'typebox'
import { Id, Nullable, strict, Timestamp } from '../common.ts'

const limits = {
  hours: Type.Integer({ minimum: 1, maximum: 720, description: 'How far back is looked, in whole hours' }),
  minimum: Type.Integer({
    minimum: 1,
    maximum: 1_000_000,
    description: 'Requests, rows or actual values that a judgement stands on at least',
  }),
  errorShare: Nullable(Type.Number({ minimum: 0, maximum: 1, description: 'Most of the requests that may fail' })),
  p95Ms: Nullable(Type.Number({ minimum: 0, maximum: 3_600_000 })),
  psi: Nullable(Type.Number({ minimum: 0, maximum: 1000, description: 'Of any feature or prediction' })),
  metric: Nullable(Type.Enum(alertMetrics)),
  metricLimit: Nullable(
    Type.Number({ minimum: -1e300, maximum: 1e300, description: 'The worst that the metric may be' }),
  ),
  mail: Type.Boolean({ description: 'To the owner and the editors of the deployment' }),
}

export const AlertsChange = Type.Object(
  {
    ...limits,
    webhook: Type.Optional(
      Type.Union(
        [
          Type.Object(
            {
              url: Type.String({ minLength: 1, maxLength: 2000 }),
              secret: Type.String({ minLength: 16, maxLength: 500 }),
            },
            strict,
          ),
          Type.Null(),
        ],
        {
          writeOnly: true,
          description:
            'Address that is sent each change, and change requests with what was said to them, and the secret that signs; null removes it',
        },
      ),
    ),
  },
  strict,
)
export type AlertsChange = Static<typeof AlertsChange>

const Rule = Type.Enum(alertRules)
const told = {
  rule: Rule,
  state: Type.Enum(alertStates),
  value: Nullable(Type.Number()),
  limit: Type.Number(),
  feature: Nullable(Type.String({ description: 'Of drift: what moved most' })),
}

/** What a deployment is watched for, how it stands, and who was told. */
export const DeploymentAlerts = Type.Object(
  {
    ...limits,
    webhookHost: Nullable(Type.String({ description: 'The rest of the address is not shown again' })),
    mailIsSetUp: Type.Boolean(),
    checkedAt: Nullable(Timestamp),
    states: Type.Array(Type.Object({ ...told, since: Timestamp }, strict)),
    notices: Type.Array(
      Type.Object(
        {
          id: Id,
          ...told,
          at: Timestamp,
          channel: Type.Enum(['mail', 'webhook']),
          sentAt: Nullable(Timestamp),
          problem: Nullable(Type.String({ description: 'Why the last attempt failed' })),
        },
        strict,
      ),
      { description: 'The newest 50' },
    ),
  },
  { ...strict, $id: 'DeploymentAlerts' },
)
export type DeploymentAlerts = Static<typeof DeploymentAlerts>
