import type { AlertRule, AlertState, ApprovalAction, ChangeRequestState } from '@modelsmith/domain'
import { type Queries, sql } from '../../infra/database/database.ts'
import { decides, sees } from './request-notices.ts'
import { keeps } from './store.ts'

/** What an alert's notice tells. */
type OfAlert = {
  readonly rule: AlertRule
  readonly state: AlertState
  readonly value: number | null
  readonly bound: number
  readonly feature: string | null
}

/** What a change request's notice tells, as it is when it is sent. */
export type OfRequest = {
  readonly event: 'asked' | 'decided'
  readonly id: string
  readonly action: ApprovalAction
  readonly state: ChangeRequestState
  readonly reason: string
  readonly askedBy: string
  readonly decidedBy: string | null
  readonly decisionReason: string | null
}

export type NoticeRow = {
  readonly id: string
  readonly deployment_id: string
  readonly name: string
  readonly channel: 'mail' | 'webhook'
  readonly email: string | null
  readonly person: string | null
  readonly attempts: number
  readonly created_at: Date
} & ({ readonly alert: OfAlert; readonly request: null } | { readonly alert: null; readonly request: OfRequest })

/**
 * The oldest notice that is due, for one sender alone: another takes the next one. A letter is due to whoever keeps the deployment still, may still decide
 * what still waits, or asked and may still see the deployment. Its attempt is counted before it is made: what ends this process cannot have it made for
 * ever, and it is due again after the lease.
 */
export const claimNotice = (queries: Queries, mostAttempts: number, leaseSeconds: number) =>
  queries.first<NoticeRow>(sql`
    with due as (
      select n.id, o.name, p.email, p.name as person,
        case when n.rule is not null then jsonb_build_object('rule', n.rule, 'state', n.state, 'value', n.value, 'bound', n.bound, 'feature', n.feature) end as alert,
        case when r.id is not null then jsonb_build_object('event', n.event, 'id', r.id, 'action', r.action, 'state', r.state, 'reason', r.reason, 'decisionReason', r.decision_reason,
          'askedBy', (select name from person where id = r.asked_by), 'decidedBy', (select name from person where id = r.decided_by)) end as request
      from notice n join object o on o.id = n.deployment_id left join person p on p.id = n.person_id left join change_request r on r.id = n.change_request_id
      where n.sent_at is null and n.next_at <= now() and n.attempts < ${mostAttempts} and (o.deleted_at is null or n.event = 'decided')
        and (n.event is distinct from 'asked' or r.state = 'open')
        and (n.channel <> 'mail' or case n.event when 'asked' then ${decides} when 'decided' then ${sees}
          else exists (select 1 from object_grant g where g.object_id = n.deployment_id and ${keeps}) end)
      order by n.created_at, n.id limit 1 for update of n skip locked)
    update notice n set attempts = n.attempts + 1, next_at = now() + make_interval(secs => ${leaseSeconds}), problem = 'It was broken off.'
    from due where n.id = due.id
    returning n.id, n.deployment_id, due.name, n.channel, n.attempts, n.created_at, due.email, due.person, due.alert, due.request`)

export const noteSent = (queries: Queries, id: string) =>
  queries.run(sql`update notice set sent_at = now(), problem = null where id = ${id}`)
export const noteProblem = (queries: Queries, id: string, problem: string, waitSeconds: number) =>
  queries.run(sql`
    update notice set problem = ${problem}, next_at = now() + make_interval(secs => ${waitSeconds}) where id = ${id}`)
