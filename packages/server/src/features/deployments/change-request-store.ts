import type { ChangeRequest, Difference, ReplacementAsked, SettingsAsked, StoredError } from '@modelsmith/api'
import { type ApprovalAction, type ChangeRequestState, may } from '@modelsmith/domain'
import { json, type Queries, type Sql, sql } from '../../infra/database/database.ts'
import { newId } from '../../infra/ids.ts'
import { referenceOf, type HeldRow } from '../../infra/rights/objects.ts'
import type { Principal } from '../../infra/rights/principal.ts'
import { allowed, heldRoles } from '../../infra/rights/visible.ts'

type PersonRow = { readonly id: string; readonly name: string }

export type RequestRow = {
  readonly id: string
  readonly deployment_id: string
  readonly action: ApprovalAction
  readonly settings: SettingsAsked | null
  readonly replacement: ReplacementAsked | null
  readonly differences: readonly Difference[]
  readonly noticed: readonly string[]
  readonly reason: string
  readonly seen_version: number
  readonly asked_by: PersonRow & { readonly isService: boolean; readonly isGone: boolean }
  readonly created_at: Date
  readonly state: ChangeRequestState
  readonly decided_by: PersonRow | null
  readonly decided_at: Date | null
  readonly decision_reason: string | null
  readonly problem: StoredError | null
  readonly notices: readonly ChangeRequest['notices'][number][]
  readonly deployment: Pick<HeldRow, 'kind' | 'organisation_id' | 'owner_id' | 'within_id' | 'name' | 'version'> & {
    readonly isDeleted: boolean
  }
  /** What the caller is to the deployment. */
  readonly held: HeldRow['held']
}

const personOf = (id: Sql): Sql =>
  sql`(select jsonb_build_object('id', p.id, 'name', p.name) from person p where p.id = ${id})`

/** Whom a request was told to, and whether it reached them. */
const notices: Sql = sql`(select coalesce(jsonb_agg(jsonb_build_object('event', n.event, 'channel', n.channel, 'at', n.created_at, 'sentAt', n.sent_at, 'problem', n.problem)
  order by n.created_at, n.id), '[]') from notice n where n.change_request_id = o.id)`

/** Requests under the alias `o`, as lists want it; their deployments, deleted ones too, are `d`. */
const selected = (caller: Principal): Sql => sql`
  select o.id, o.deployment_id, o.action, o.settings, o.replacement, o.differences, o.noticed, o.reason, o.seen_version, o.created_at, o.state,
    o.decided_at, o.decision_reason, o.problem, ${notices} as notices, ${heldRoles(caller, sql`d`)} as held, ${personOf(sql`o.decided_by`)} as decided_by,
    (select jsonb_build_object('id', p.id, 'name', p.name, 'isService', p.role = 'service', 'isGone', p.deactivated_at is not null)
      from person p where p.id = o.asked_by) as asked_by,
    jsonb_build_object('kind', d.kind, 'organisation_id', d.organisation_id, 'owner_id', d.owner_id, 'within_id', d.within_id, 'name', d.name,
      'version', d.version, 'isDeleted', d.deleted_at is not null) as deployment
  from change_request o join object d on d.id = o.deployment_id where ${allowed(caller, 'view', ['deployment'], sql`d`)}`

export const findRequest = (queries: Queries, caller: Principal, id: string) =>
  queries.first<RequestRow>(sql`${selected(caller)} and o.id = ${id}`)

/** Newest first; open ones only of deployments that are there. */
export const listRequests = (
  queries: Queries,
  caller: Principal,
  { state, deployment }: { readonly state?: ChangeRequestState; readonly deployment?: string },
  after: Sql,
  limit: number,
) =>
  queries.rows<RequestRow>(sql`
    ${selected(caller)} ${state === undefined ? sql`` : sql`and o.state = ${state}`} ${deployment === undefined ? sql`` : sql`and o.deployment_id = ${deployment}`} ${after}
    order by o.created_at desc, o.id desc limit ${limit}`)

/** Whoever decides or changes the deployment meanwhile is waited for: the deployment first, as everybody takes it. */
export const lockRequest = async (
  queries: Queries,
  { id, deployment_id }: Pick<RequestRow, 'id' | 'deployment_id'>,
): Promise<void> => {
  await queries.run(sql`select 1 from object where id = ${deployment_id} for update`)
  await queries.run(sql`select 1 from change_request where id = ${id} for update`)
}

export type NewRequest = Pick<RequestRow, 'deployment_id' | 'action' | 'differences' | 'noticed' | 'reason'> & {
  readonly settings?: SettingsAsked | undefined
  readonly replacement?: ReplacementAsked | undefined
  readonly version: number
  readonly by: string
}

export const insertRequest = async (queries: Queries, asked: NewRequest): Promise<string> => {
  const { deployment_id, action, settings, replacement, differences, noticed, reason, version, by } = asked
  const id = newId('changeRequest')
  await queries.run(sql`
    insert into change_request (id, deployment_id, action, settings, replacement, differences, noticed, reason, seen_version, asked_by, created_at, state)
    values (${id}, ${deployment_id}, ${action}, ${settings === undefined ? null : json(settings)}, ${replacement === undefined ? null : json(replacement)},
      ${json(differences)}, ${json(noticed)}, ${reason}, ${version}, ${by}, now(), 'open')`)
  return id
}

export const setDecided = (
  queries: Queries,
  id: string,
  decision: {
    readonly state: ChangeRequestState
    readonly by: string
    readonly reason?: string
    readonly problem?: StoredError
  },
) => {
  const { state, by, reason = null, problem } = decision
  return queries.run(sql`
    update change_request set state = ${state}, decided_by = ${by}, decided_at = now(), decision_reason = ${reason},
      problem = ${problem === undefined ? null : json(problem)} where id = ${id}`)
}

/** What was asked of a deployment that is deleted is never done; which requests these are. */
export const withdrawAll = async (queries: Queries, deployment: string, by: string): Promise<string[]> => {
  const rows = await queries.rows<{ id: string }>(sql`
    update change_request set state = 'withdrawn', decided_by = ${by}, decided_at = now(), decision_reason = 'The deployment was deleted.'
    where deployment_id = ${deployment} and state = 'open' returning id`)
  return rows.map(({ id }) => id)
}

/** Whether somebody has ever made a token of a service account: the log has it after the token is gone. */
export const madeTokenOf = async (queries: Queries, organisation: string, maker: string, service: string) =>
  (await queries.first(sql`
    select 1 from audit_entry where organisation_id = ${organisation} and operation = 'createToken' and outcome = 'done'
      and actor_id = ${maker} and after ->> 'person' = ${service}`)) !== undefined

/** Whether somebody has made an account, invited it anew or let it in again since. */
export const letInSince = async (queries: Queries, organisation: string, by: string, account: string, since: Date) =>
  (await queries.first(sql`
    select 1 from audit_entry where organisation_id = ${organisation} and operation in ('createPerson', 'invitePerson', 'reactivatePerson')
      and outcome = 'done' and actor_id = ${by} and object_id = ${account} and at >= ${since}`)) !== undefined

/** Whether the caller may decide on it as far as rights say: what stands against them, the decision says. */
const mayDecide = (caller: Principal, { state, deployment, held, asked_by }: RequestRow): boolean =>
  state === 'open' &&
  !deployment.isDeleted &&
  asked_by.id !== caller.id &&
  caller.role !== 'service' &&
  may(caller, 'approve', referenceOf({ ...deployment, held }))

/** PostgreSQL writes times within JSON its own way. */
const isoOf = (time: string): string => new Date(time).toISOString()

export const toRequest = (caller: Principal, row: RequestRow): ChangeRequest => ({
  id: row.id,
  deployment: { id: row.deployment_id, name: row.deployment.name, isDeleted: row.deployment.isDeleted },
  action: row.action,
  settings: row.settings,
  replacement: row.replacement,
  differences: [...row.differences],
  noticed: [...row.noticed],
  reason: row.reason,
  state: row.state,
  askedBy: { id: row.asked_by.id, name: row.asked_by.name },
  createdAt: row.created_at.toISOString(),
  deploymentVersion: row.seen_version,
  isOutdated: row.state === 'open' && row.deployment.version !== row.seen_version,
  decidedBy: row.decided_by,
  decidedAt: row.decided_at?.toISOString() ?? null,
  decisionReason: row.decision_reason,
  problem: row.problem,
  notices: row.notices.map(({ at, sentAt, ...told }) => ({
    ...told,
    at: isoOf(at),
    sentAt: sentAt === null ? null : isoOf(sentAt),
  })),
  mayDecide: mayDecide(caller, row),
  mayWithdraw: row.state === 'open' && row.asked_by.id === caller.id,
})
