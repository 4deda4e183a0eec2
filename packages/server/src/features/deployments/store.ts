import type { Deployment, Release } from '@modelsmith/api'
import {
  type ApprovalPolicy,
  type Importance,
  objectRoles,
  predictionParametersOf,
  rights,
  type Role,
  signatureChanges,
} from '@modelsmith/domain'
import type { ModelManifest } from '@modelsmith/runner'
import { fieldsOf } from '@modelsmith/domain'
import { releasedFiles, type Served } from '../hosting/index.ts'
import { type Queries, type Sql, sql } from '../../infra/database/database.ts'
import { type ObjectRow, objectFields } from '../../infra/rights/objects.ts'
import type { StoredFile } from '../../infra/objects/step-cache.ts'
import { whyNoFallback } from './why-no-fallback.ts'
import { needsApproval } from './needs-approval.ts'
import { signatureOf } from './signature.ts'
import { groupsOfPerson } from '../../infra/rights/principal.ts'

export type ReleaseRow = {
  readonly id: string
  readonly deployment_id: string
  readonly model_id: string | null
  readonly model_release_id: string | null
  readonly registered_model_id: string | null
  readonly number: number
  readonly state: 'latest' | 'standby'
  readonly created_at: Date
}

export type DeploymentRow = {
  readonly id: string
  readonly organisation_id: string
  readonly owner_id: string
  readonly pause: {
    readonly at: string
    readonly by: { readonly id: string; readonly name: string }
    readonly reason: string
  } | null
  readonly serving_state: Deployment['state']
  readonly problem: string | null
  readonly requests: number
  readonly rows: number
  readonly errors: number
  readonly last_request_at: Date | null
  readonly association_column: string | null
  readonly keep_rows_days: number
  readonly keep_rows_share: number
  readonly fallbacks: number
  /** What answers while its model cannot, where that is not deleted. */
  readonly fallback:
    | (Pick<DeploymentRow, 'id' | 'manifest' | 'hosted'> & {
        readonly name: string
        readonly isPaused: boolean
        readonly isWaiting: boolean
      })
    | null
  readonly updates: Deployment['updates']
  readonly importance: Importance
  /** For somebody to approve that it answers. */
  readonly waiting: boolean
  readonly approval_policy: ApprovalPolicy
  readonly release_id: string
  readonly release_number: number
  readonly release_created_at: Date
  readonly model_id: string | null
  readonly model_release_id: string | null
  readonly registered_model_id: string | null
  readonly model_name: string
  /** Of a release of a registered model. */
  readonly model_release_number: number | null
  /** Of a trained model. */
  readonly manifest: ModelManifest | null
  readonly files: readonly StoredFile[] | null
  /** Of a release of a registered model. */
  readonly hosted: Served | null
  /** The latest release of the registered model, where another one is served. */
  readonly newer: { readonly id: string; readonly number: number; readonly serving: Served } | null
  /** What the release of now took the place of; times as PostgreSQL writes them in JSON. */
  readonly previous:
    | (Omit<ReleaseRow, 'deployment_id' | 'state' | 'created_at'> & { readonly created_at: string })
    | null
}

/** What answers for the deployment, by the one id that it has. */
export const servedId = ({
  model_id,
  model_release_id,
}: Pick<DeploymentRow, 'model_id' | 'model_release_id'>): string => model_id ?? model_release_id ?? ''

/** As a request names what answers. */
export const choiceOf = ({ model_id, model_release_id }: Pick<DeploymentRow, 'model_id' | 'model_release_id'>) => ({
  ...(model_id === null ? {} : { modelId: model_id }),
  ...(model_release_id === null ? {} : { modelReleaseId: model_release_id }),
})

const columns = sql`d.id, o.organisation_id, o.owner_id, d.serving_state, d.problem, d.requests, d.rows, d.errors, d.fallbacks, d.last_request_at, d.association_column, d.keep_rows_days, d.keep_rows_share, d.updates, d.importance, d.waiting,
  (select g.approval_policy from organisation g where g.id = o.organisation_id) as approval_policy,
  r.id as release_id, r.number as release_number, r.created_at as release_created_at, r.model_id, r.model_release_id, mr.registered_model_id, mr.number as model_release_number, mo.name as model_name, m.manifest, m.files, mr.serving as hosted,
  (select jsonb_build_object('id', n.id, 'number', n.number, 'serving', n.serving) from model_release n
    where n.registered_model_id = mr.registered_model_id and n.state = 'latest' and n.id <> mr.id) as newer,
  (select jsonb_build_object('id', f.id, 'name', fo.name, 'isPaused', f.paused_at is not null, 'isWaiting', f.waiting, 'manifest', fm.manifest, 'hosted', fr.serving)
    from deployment f join object fo on fo.id = f.id join release fl on fl.deployment_id = f.id and fl.state = 'latest'
      left join model fm on fm.id = fl.model_id left join model_release fr on fr.id = fl.model_release_id
    where f.id = d.fallback_id and fo.deleted_at is null) as fallback,
  (select jsonb_build_object('at', d.paused_at, 'by', jsonb_build_object('id', p.id, 'name', p.name), 'reason', d.pause_reason) from person p where p.id = d.paused_by) as pause,
  (select jsonb_build_object('id', b.id, 'model_id', b.model_id, 'model_release_id', b.model_release_id, 'registered_model_id', bm.registered_model_id,
      'number', b.number, 'created_at', b.created_at)
    from release b left join model_release bm on bm.id = b.model_release_id where b.id = r.replaces_id) as previous`
const from = sql`deployment d join object o on o.id = d.id
  join release r on r.deployment_id = d.id and r.state = 'latest'
  left join model m on m.id = r.model_id left join model_release mr on mr.id = r.model_release_id
  join object mo on mo.id = coalesce(m.id, mr.registered_model_id)`

export const toRelease = (row: Omit<ReleaseRow, 'deployment_id'>): Release => ({
  id: row.id,
  modelId: servedId(row),
  modelKind: row.model_id === null ? 'modelRelease' : 'model',
  registeredModelId: row.registered_model_id,
  number: row.number,
  state: row.state,
  createdAt: row.created_at.toISOString(),
})

const answeringOf = ({
  manifest,
  hosted,
}: DeploymentRow): Pick<Deployment, 'targetType' | 'target' | 'classes' | 'inputs' | 'predictionParameters'> => {
  if (manifest !== null) {
    const { targetType, target, classes, inputs, nodes } = manifest
    return {
      targetType,
      target: target ?? null,
      classes: [...classes],
      inputs: inputs as Deployment['inputs'],
      predictionParameters: predictionParametersOf(nodes),
    }
  }
  if (hosted === null) throw new Error('A release of nothing.')
  const { outcome, application, coded, trained } = hosted
  const inputs = fieldsOf(application).map(({ name, type }) => ({ name, type }))
  const { targetType, classes } = outcome
  return {
    targetType,
    target: null,
    classes: [...classes],
    inputs,
    predictionParameters: [...((trained ?? coded)?.parameters ?? [])],
  }
}

/** What clients would notice if the latest release answered in place of the one that does. */
export const changesOf = (from: Served, to: Served): readonly string[] =>
  signatureChanges(signatureOf({ manifest: null, hosted: from }), signatureOf({ manifest: null, hosted: to })).map(
    ({ message }) => message,
  )

const newerOf = ({ hosted, newer }: DeploymentRow): Deployment['newerRelease'] =>
  hosted === null || newer === null
    ? null
    : { id: newer.id, number: newer.number, changes: [...changesOf(hosted, newer.serving)] }

export const toDeployment = (object: ObjectRow, row: DeploymentRow, addressOf: (id: string) => string): Deployment => ({
  ...objectFields(object),
  description: object.description,
  state: row.waiting ? 'waiting' : row.pause === null ? row.serving_state : 'paused',
  importance: row.importance,
  needsApproval: [...needsApproval(row)],
  problem: row.waiting ? null : row.problem,
  pause: row.pause && { ...row.pause, at: new Date(row.pause.at).toISOString() },
  previousRelease:
    row.previous && toRelease({ ...row.previous, state: 'standby', created_at: new Date(row.previous.created_at) }),
  release: toRelease({
    id: row.release_id,
    model_id: row.model_id,
    model_release_id: row.model_release_id,
    registered_model_id: row.registered_model_id,
    number: row.release_number,
    state: 'latest',
    created_at: row.release_created_at,
  }),
  modelName: row.model_name,
  ...answeringOf(row),
  address: addressOf(row.id),
  updates: row.updates,
  newerRelease: newerOf(row),
  associationColumn: row.association_column,
  keepRowsDays: row.keep_rows_days,
  keepRowsShare: row.keep_rows_share,
  requests: row.requests,
  rows: row.rows,
  errors: row.errors,
  fallback: row.fallback && { id: row.fallback.id, name: row.fallback.name, problem: whyNoFallback(row) },
  fallbacks: row.fallbacks,
  lastRequestAt: row.last_request_at?.toISOString() ?? null,
})

export const findDeployment = (queries: Queries, id: string) =>
  queries.first<DeploymentRow>(sql`select ${columns} from ${from} where d.id = ${id}`)
export const deploymentsOf = (queries: Queries, ids: readonly string[]) =>
  queries.rows<DeploymentRow>(sql`select ${columns} from ${from} where d.id = any(${ids})`)
export const allDeployments = (queries: Queries) =>
  queries.rows<DeploymentRow>(sql`select ${columns} from ${from} where o.deleted_at is null order by d.id`)

export const deploymentsIn = (queries: Queries, organisation: string) =>
  queries.rows<DeploymentRow & { readonly name: string }>(sql`
    select ${columns}, o.name from ${from} where o.deleted_at is null and o.organisation_id = ${organisation} order by o.name, d.id`)

/** All that answers for a deployment, as files of one folder. */
export const servedFiles = ({ files, hosted }: Pick<DeploymentRow, 'files' | 'hosted'>): readonly StoredFile[] =>
  hosted === null ? (files ?? []) : releasedFiles(hosted)

export const insertDeployment = (
  queries: Queries,
  { id, importance, waiting }: Pick<DeploymentRow, 'id' | 'importance' | 'waiting'>,
) => queries.run(sql`insert into deployment (id, importance, waiting) values (${id}, ${importance}, ${waiting})`)

export const approvalPolicyOf = async (queries: Queries, organisation: string): Promise<ApprovalPolicy> => {
  const row = await queries.first<{ policy: ApprovalPolicy }>(
    sql`select approval_policy as policy from organisation where id = ${organisation}`,
  )
  if (row === undefined) throw new RangeError(`There is no organisation ${organisation}.`)
  return row.policy
}

export const setImportance = (queries: Queries, id: string, importance: Importance) =>
  queries.run(sql`update deployment set importance = ${importance} where id = ${id}`)

/** It begins to answer. What stood there while it waited was approved by nobody: nothing rolls back to it. */
export const endWaiting = async (queries: Queries, id: string): Promise<void> => {
  await queries.run(sql`update release set replaces_id = null where deployment_id = ${id}`)
  await queries.run(
    sql`update deployment set waiting = false, serving_state = 'starting', problem = null where id = ${id}`,
  )
}

/** The next release becomes the latest; the others stand by. */
export const insertRelease = async (
  queries: Queries,
  release: { id: string; deployment: string; model: string | null; modelRelease: string | null },
): Promise<void> => {
  await queries.run(sql`
    insert into release (id, deployment_id, model_id, model_release_id, number, state, replaces_id, created_at)
    select ${release.id}, ${release.deployment}, ${release.model}, ${release.modelRelease}, coalesce(max(number), 0) + 1, 'standby', max(id) filter (where state = 'latest'), now()
    from release where deployment_id = ${release.deployment}`)
  await makeLatest(queries, release.deployment, release.id)
}

/** One release of a deployment answers; the others stand by. */
export const makeLatest = async (queries: Queries, deployment: string, id: string): Promise<void> => {
  await queries.run(sql`
    update release set state = case when id = ${id} then 'latest' else 'standby' end where deployment_id = ${deployment}`)
  await queries.run(sql`update deployment set serving_state = 'starting', problem = null where id = ${deployment}`)
}

export const setUpdates = (queries: Queries, id: string, updates: Deployment['updates']) =>
  queries.run(sql`update deployment set updates = ${updates} where id = ${id}`)

const behind = sql`${from} join person p on p.id = o.owner_id where o.deleted_at is null and d.updates = 'automatic' and not d.waiting and p.deactivated_at is null
  and exists (select 1 from model_release n where n.registered_model_id = mr.registered_model_id and n.state = 'latest' and n.id <> mr.id)`

/** Deployments that follow their model, where another release of it is the latest. */
export const followersBehind = (queries: Queries) =>
  queries.rows<DeploymentRow>(sql`select ${columns} from ${behind} order by d.id`)
export const followerBehind = (queries: Queries, id: string) =>
  queries.first<DeploymentRow>(sql`select ${columns} from ${behind} and d.id = ${id}`)

export const setFallback = (queries: Queries, id: string, fallback: string | null) =>
  queries.run(sql`update deployment set fallback_id = ${fallback} where id = ${id}`)

export const lockDeployments = (queries: Queries, ids: readonly string[]) =>
  queries.run(sql`select 1 from deployment where id = any(${ids}) order by id for update`)

/** Whether it answers in place of another. */
export const isFallback = async (queries: Queries, id: string): Promise<boolean> =>
  (await queries.first(
    sql`select 1 from deployment d join object o on o.id = d.id where d.fallback_id = ${id} and o.deleted_at is null`,
  )) !== undefined

export const setPause = (
  queries: Queries,
  id: string,
  pause: { readonly by: string; readonly reason: string } | null,
) =>
  queries.run(sql`
    update deployment set paused_by = ${pause?.by ?? null}, pause_reason = ${pause?.reason ?? null}, paused_at = case when ${pause !== null} then now() end where id = ${id}`)

export const setAssociationColumn = (queries: Queries, id: string, column: string | null) =>
  queries.run(sql`update deployment set association_column = ${column} where id = ${id}`)

export type Keeping = { readonly days: number; readonly share: number }

export const keepingOf = async (queries: Queries, id: string): Promise<Keeping> =>
  (await queries.first<Keeping>(
    sql`select keep_rows_days as days, keep_rows_share as share from deployment where id = ${id} for update`,
  )) as Keeping
export const setKeeping = (queries: Queries, id: string, { days, share }: Keeping) =>
  queries.run(sql`update deployment set keep_rows_days = ${days}, keep_rows_share = ${share} where id = ${id}`)

export const hasChallengers = async (queries: Queries, id: string): Promise<boolean> =>
  (await queries.first(sql`select 1 from challenger where deployment_id = ${id}`)) !== undefined

/** Tells the worker that keeps the serving folder. */
export const wakeServing = (queries: Queries) => queries.run(sql`select pg_notify('serving', '')`)

export const listReleases = (queries: Queries, deployment: string, after: Sql, limit: number) =>
  queries.rows<ReleaseRow>(
    sql`select o.*, mr.registered_model_id from release o left join model_release mr on mr.id = o.model_release_id where o.deployment_id = ${deployment} ${after} order by o.created_at desc, o.id desc limit ${limit}`,
  )

export const releaseIds = async (queries: Queries, deployment: string): Promise<string[]> =>
  (await queries.rows<{ id: string }>(sql`select id from release where deployment_id = ${deployment}`)).map(
    ({ id }) => id,
  )

export const setServingState = (queries: Queries, id: string, state: Deployment['state'], problem: string | null) =>
  queries.run(
    sql`update deployment set serving_state = ${state}, problem = ${problem} where id = ${id} and (serving_state <> ${state} or problem is distinct from ${problem})`,
  )

/** Tokens that can be used, with what their people are to the organisation. */
export const servingTokens = (queries: Queries) =>
  queries.rows<{
    readonly sha256: string
    readonly id: string
    readonly organisation_id: string
    readonly role: Role
    readonly groups: readonly string[]
    readonly expires_at: Date | null
  }>(sql`
    select t.sha256, p.id, p.organisation_id, p.role, ${groupsOfPerson} as groups, t.expires_at from token t join person p on p.id = t.person_id
    where (t.expires_at is null or t.expires_at > now()) and (t.scopes is null or t.scopes ? 'predict') and p.deactivated_at is null order by t.id`)

/** Whom a deployment answers, by its id. */
export const callersOfDeployments = async (queries: Queries): Promise<Record<string, string[]>> => {
  const roles = objectRoles.filter((role) => rights.deployment.object[role]?.includes('predict') === true)
  const rows = await queries.rows<{ id: string; grantees: string[] }>(sql`
    select o.id, array_agg(g.grantee_id order by g.grantee_id) as grantees from object o join object_grant g on g.object_id = o.id
    where o.kind = 'deployment' and o.deleted_at is null and g.role = any(${roles}) group by o.id order by o.id`)
  return Object.fromEntries(rows.map(({ id, grantees }) => [id, grantees]))
}

/** The columns that tell the rows of deployments apart, by their ids. */
export const associationColumns = async (queries: Queries): Promise<Record<string, string>> => {
  const rows = await queries.rows<{ id: string; association_column: string }>(sql`
    select d.id, d.association_column from deployment d join object o on o.id = d.id
    where d.association_column is not null and o.deleted_at is null order by d.id`)
  return Object.fromEntries(rows.map(({ id, association_column }) => [id, association_column]))
}
