import type { AlertRule, ApprovalAction, ChangeRequestState } from '@modelsmith/domain'
import type { NoticeRow, OfRequest } from './notice-store.ts'

export type Told = Pick<NoticeRow, 'name' | 'deployment_id' | 'person'> & Pick<NoticeRow, 'alert' | 'request'>
type OfAlert = NonNullable<NoticeRow['alert']>

const nouns: Readonly<Record<AlertRule, string>> = {
  errorShare: 'share of errors',
  latency: '95th percentile of latency in milliseconds',
  drift: 'population stability index',
  accuracy: 'accuracy metric',
}

const deeds: Readonly<Record<ApprovalAction, string>> = {
  create: 'to let it answer',
  change: 'to change its settings',
  replace: 'to replace its model',
  delete: 'to delete it',
}

const ends: Readonly<Record<ChangeRequestState, string>> = {
  open: 'waits',
  done: 'was approved and is done',
  failed: 'was approved and could not be done',
  rejected: 'was rejected',
  withdrawn: 'was withdrawn',
}

/** One line: a name cannot add headers to a letter. */
const line = (text: string): string => text.replace(/\s+/g, ' ').slice(0, 200)

/** Where what is told can be seen. */
export const addressOf = (
  { request, deployment_id }: Pick<Told, 'request' | 'deployment_id'>,
  address: string,
): string => (request === null ? `${address}/deployments/${deployment_id}?tab=alerts` : `${address}/change-requests`)

export const subjectOf = ({ name, alert, request }: Told): string => {
  if (request !== null) return `${line(name)}: ${requestWords(request)}`
  const { rule, state } = alert as OfAlert
  return `${line(name)}: ${nouns[rule]} ${state === 'alerting' ? 'passed its limit' : 'is within its limit again'}`
}

const requestWords = ({ event, action, state, askedBy }: OfRequest): string =>
  event === 'asked' ? `${line(askedBy)} asks ${deeds[action]}` : `what you asked, ${deeds[action]}, ${ends[state]}`

export const textOf = (told: Told, address: string): string =>
  [
    `Hello ${line(told.person ?? '')},`,
    '',
    `${subjectOf(told)}.`,
    '',
    `Deployment: ${line(told.name)}`,
    ...(told.request === null ? measured(told.alert as OfAlert) : asked(told.request)),
    '',
    addressOf(told, address),
    '',
  ].join('\n')

const measured = ({ rule, value, bound, feature }: OfAlert): readonly string[] => {
  const of = feature === null ? '' : ` of "${line(feature)}"`
  return [`Measured ${nouns[rule]}${of}: ${value}`, `Limit: ${bound}`]
}

const asked = ({ event, reason, decidedBy, decisionReason }: OfRequest): readonly string[] => [
  `Asked because: ${line(reason)}`,
  ...(event === 'asked' || decidedBy === null ? [] : [`Decided by: ${line(decidedBy)}`]),
  ...(decisionReason === null ? [] : [`Because: ${line(decisionReason)}`]),
]
