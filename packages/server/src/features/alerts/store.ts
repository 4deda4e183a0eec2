import type { AlertsChange, DeploymentAlerts } from '@modelsmith/api'
import { type AlertRule, type AlertState, type Judgement, objectRoles, rights } from '@modelsmith/domain'
import { json, type Queries, sql } from '../../infra/database/database.ts'
import { newId } from '../../infra/ids.ts'
import type { Sealed } from '../../infra/secrets/seal.ts'

export type Limits = Omit<AlertsChange, 'webhook'>

/** Nothing is watched until somebody says so. */
const noLimits: Limits = {
  hours: 24,
  minimum: 20,
  errorShare: null,
  p95Ms: null,
  psi: null,
  metric: null,
  metricLimit: null,
  mail: false,
}

type SettingRow = {
  readonly deployment_id: string
  readonly limits: Limits
  readonly webhook_host: string | null
  readonly checked_at: Date | null
}

export const findSetting = (queries: Queries, deployment: string) =>
  queries.first<SettingRow>(
    sql`select deployment_id, limits, webhook_host, checked_at from alert_setting where deployment_id = ${deployment}`,
  )

/** What is not watched any more has no state. */
export const putLimits = async (
  queries: Queries,
  deployment: string,
  limits: Limits,
  watched: readonly AlertRule[],
) => {
  await queries.run(sql`
    insert into alert_setting (deployment_id, limits) values (${deployment}, ${json(limits)})
    on conflict (deployment_id) do update set limits = excluded.limits, checked_at = null`)
  await queries.run(sql`delete from alert_state where deployment_id = ${deployment} and not rule = any(${watched})`)
}

export const putWebhook = (
  queries: Queries,
  deployment: string,
  webhook: { readonly host: string; readonly sealed: Sealed } | null,
) =>
  queries.run(sql`
    update alert_setting set webhook_host = ${webhook?.host ?? null}, key_id = ${webhook?.sealed.keyId ?? null}, sealed = ${webhook?.sealed.bytes ?? null}
    where deployment_id = ${deployment}`)

export const findWebhook = (queries: Queries, deployment: string) =>
  queries.first<{ key_id: string; sealed: Buffer }>(
    sql`select key_id, sealed from alert_setting where deployment_id = ${deployment} and sealed is not null`,
  )

/** Deployments that answer, whose limits were not looked at for this long. */
export const unchecked = (queries: Queries, seconds: number) =>
  queries.rows<SettingRow & { readonly release_id: string }>(sql`
    select s.deployment_id, s.limits, s.webhook_host, s.checked_at, r.id as release_id from alert_setting s
    join object o on o.id = s.deployment_id join release r on r.deployment_id = s.deployment_id and r.state = 'latest'
    where o.deleted_at is null and (s.checked_at is null or s.checked_at <= now() - make_interval(secs => ${seconds}))
    order by s.checked_at nulls first, s.deployment_id limit 50`)

export const setChecked = (queries: Queries, deployment: string) =>
  queries.run(sql`update alert_setting set checked_at = now() where deployment_id = ${deployment}`)

type StateRow = {
  readonly rule: AlertRule
  readonly state: AlertState
  readonly value: number | null
  readonly bound: number
  readonly feature: string | null
  readonly since: Date
}

export const statesOf = (queries: Queries, deployment: string) =>
  queries.rows<StateRow>(
    sql`select rule, state, value, bound, feature, since from alert_state where deployment_id = ${deployment} order by rule`,
  )

export const putState = (
  queries: Queries,
  deployment: string,
  { rule, value, limit, feature }: Judgement,
  state: AlertState,
) =>
  queries.run(sql`
    insert into alert_state as t (deployment_id, rule, state, value, bound, feature, since) values (${deployment}, ${rule}, ${state}, ${value}, ${limit}, ${feature}, now())
    on conflict (deployment_id, rule) do update set state = excluded.state, value = excluded.value, bound = excluded.bound, feature = excluded.feature,
      since = case when t.state = excluded.state then t.since else excluded.since end`)

/** One for each who is told. */
export const insertNotices = async (
  queries: Queries,
  deployment: string,
  { rule, value, limit, feature }: Judgement,
  state: AlertState,
  people: readonly string[],
  webhook: boolean,
): Promise<void> => {
  const told = [...people.map((person) => ['mail', person] as const), ...(webhook ? [['webhook', null] as const] : [])]
  for (const [channel, person] of told)
    await queries.run(sql`
      insert into notice (id, deployment_id, rule, state, value, bound, feature, channel, person_id, next_at, created_at)
      values (${newId('alertNotice')}, ${deployment}, ${rule}, ${state}, ${value}, ${limit}, ${feature}, ${channel}, ${person}, now(), now())`)
}

const keepingRoles = objectRoles.filter((role) => rights.deployment.object[role]?.includes('edit') === true)
/** Of a person `p` and a grant `g`: whoever may change the deployment by a role of their own on it. */
export const keeps = sql`g.grantee_id = p.id and g.role = any(${keepingRoles}) and p.deactivated_at is null and p.role <> 'service'`

export const keepersOf = async (queries: Queries, deployment: string): Promise<string[]> => {
  const rows = await queries.rows<{ id: string }>(sql`
    select distinct p.id from object_grant g join person p on ${keeps} where g.object_id = ${deployment} order by p.id`)
  return rows.map(({ id }) => id)
}

type ToldRow = Omit<StateRow, 'since'> & {
  readonly id: string
  readonly channel: 'mail' | 'webhook'
  readonly created_at: Date
  readonly sent_at: Date | null
  readonly problem: string | null
}

export const listNotices = (queries: Queries, deployment: string) =>
  queries.rows<ToldRow>(sql`
    select id, rule, state, value, bound, feature, channel, created_at, sent_at, problem from notice
    where deployment_id = ${deployment} and change_request_id is null order by created_at desc, id desc limit 50`)

const told = ({ rule, state, value, bound, feature }: Omit<StateRow, 'since'>) => ({
  rule,
  state,
  value,
  limit: bound,
  feature,
})

export const toAlerts = (
  setting: SettingRow | undefined,
  states: readonly StateRow[],
  notices: readonly ToldRow[],
  mailIsSetUp: boolean,
): DeploymentAlerts => ({
  ...(setting?.limits ?? noLimits),
  webhookHost: setting?.webhook_host ?? null,
  mailIsSetUp,
  checkedAt: setting?.checked_at?.toISOString() ?? null,
  states: states.map((row) => ({ ...told(row), since: row.since.toISOString() })),
  notices: notices.map((row) => ({
    id: row.id,
    ...told(row),
    at: row.created_at.toISOString(),
    channel: row.channel,
    sentAt: row.sent_at?.toISOString() ?? null,
    problem: row.problem,
  })),
})
