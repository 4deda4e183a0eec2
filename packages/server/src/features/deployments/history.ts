import type { DeploymentEvent } from '@modelsmith/api'
import { json, type Queries, type Sql, sql } from '../../infra/database/database.ts'
import { newId } from '../../infra/ids.ts'

type Event = {
  readonly deployment: string
  readonly kind: DeploymentEvent['kind']
  /** Null: the platform itself. */
  readonly by: string | null
  /** A second person, where one had to. */
  readonly approvedBy?: string | undefined
  readonly from?: string | null
  readonly to?: string | null
  readonly reason?: string | undefined
  readonly changes?: readonly string[]
}

export const insertEvent = (queries: Queries, event: Event) => {
  const { deployment, kind, by, approvedBy = null, from = null, to = null, reason = null, changes = [] } = event
  return queries.run(sql`
    insert into deployment_event (id, deployment_id, kind, person_id, approved_by, from_release_id, to_release_id, reason, changes, created_at)
    values (${newId('deploymentEvent')}, ${deployment}, ${kind}, ${by}, ${approvedBy}, ${from}, ${to}, ${reason}, ${json(changes)}, now())`)
}

type ServedRow = { readonly id: string; readonly number: number; readonly modelName: string }
export type EventRow = {
  readonly id: string
  readonly kind: DeploymentEvent['kind']
  readonly created_at: Date
  readonly by: { readonly id: string; readonly name: string } | null
  readonly approvedBy: { readonly id: string; readonly name: string } | null
  readonly from: ServedRow | null
  readonly to: ServedRow | null
  readonly reason: string | null
  readonly changes: readonly string[]
}

const served = (id: Sql): Sql => sql`(
  select jsonb_build_object('id', r.id, 'number', r.number, 'modelName', mo.name) from release r
  left join model_release mr on mr.id = r.model_release_id join object mo on mo.id = coalesce(r.model_id, mr.registered_model_id)
  where r.id = ${id})`

export const listEvents = (queries: Queries, deployment: string, after: Sql, limit: number) =>
  queries.rows<EventRow>(sql`
    select o.id, o.kind, o.created_at, o.reason, o.changes,
      (select jsonb_build_object('id', p.id, 'name', p.name) from person p where p.id = o.person_id) as by,
      (select jsonb_build_object('id', p.id, 'name', p.name) from person p where p.id = o.approved_by) as "approvedBy",
      ${served(sql`o.from_release_id`)} as "from", ${served(sql`o.to_release_id`)} as "to"
    from deployment_event o where o.deployment_id = ${deployment} ${after} order by o.created_at desc, o.id desc limit ${limit}`)

export const toEvent = ({ created_at, changes, ...row }: EventRow): DeploymentEvent => ({
  ...row,
  at: created_at.toISOString(),
  changes: [...changes],
})
