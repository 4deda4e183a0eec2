import { type Action, type ObjectKind, type Relation, relationsThatMay } from '@modelsmith/domain'
import { type Sql, sql } from '../database/database.ts'
import type { Principal } from './principal.ts'

/** Kinds whose objects belong to another one, where a role counts as well. */
const withinKinds: ReadonlySet<ObjectKind> = new Set(['trainingRun', 'search', 'model', 'experiment'])
/** Kinds that can be put into a blueprint or project, and be executed from there. */
const placedKinds: ReadonlySet<ObjectKind> = new Set(['task', 'environment'])

const granted = (caller: Principal, object: Sql, roles: readonly Relation[]): Sql =>
  sql`exists (select 1 from object_grant g where g.object_id = ${object} and g.grantee_id = any(${caller.grantees}) and g.role = any(${roles}))`

/** Whether the caller may see a blueprint or project that the object was put into. */
const executes = (caller: Principal, object: Sql): Sql =>
  sql`exists (select 1 from placement u join object h on h.id = u.holder_id and h.deleted_at is null
    join object_grant g on g.object_id = u.holder_id where u.target_id = ${object} and g.grantee_id = any(${caller.grantees}))`

/** The condition that the caller has one of these roles on the row of `object` under this alias. */
const holds = (caller: Principal, roles: readonly Relation[], kinds: readonly ObjectKind[], alias: Sql): Sql => {
  const parts = [granted(caller, sql`${alias}.id`, roles)]
  if (kinds.some((kind) => withinKinds.has(kind))) parts.push(granted(caller, sql`${alias}.within_id`, roles))
  if (roles.includes('executor') && kinds.some((kind) => placedKinds.has(kind)))
    parts.push(executes(caller, sql`${alias}.id`))
  return parts.reduce((all, part) => sql`${all} or ${part}`)
}

/**
 * The condition that the caller may do this to the row of `object` under this alias: the table of rights, as SQL, so that a list is one
 * query. `kinds` are those that the query can meet.
 */
export const allowed = (caller: Principal, action: Action, kinds: readonly ObjectKind[], alias: Sql = sql`o`): Sql => {
  const byRule = Map.groupBy(kinds, (kind) => String(relationsThatMay(caller.role, action, kind)))
  const rules = [...byRule.values()].map((same) => {
    const may = relationsThatMay(caller.role, action, same[0] as ObjectKind)
    const rule = may === 'all' ? sql`true` : may.length === 0 ? sql`false` : sql`(${holds(caller, may, same, alias)})`
    return kinds.length === 1 ? rule : sql`(${alias}.kind = any(${same}) and ${rule})`
  })
  const rule = rules.length === 0 ? sql`false` : rules.reduce((all, each) => sql`${all} or ${each}`)
  return sql`(${alias}.organisation_id = ${caller.organisation} and (${rule}))`
}

/** Every role that the caller has on the row of `object` under this alias, as an array. */
export const heldRoles = (caller: Principal, alias: Sql = sql`o`): Sql =>
  sql`array(select g.role from object_grant g where g.object_id in (${alias}.id, ${alias}.within_id) and g.grantee_id = any(${caller.grantees})
    union all select 'executor' where ${alias}.kind in ('task', 'environment') and ${executes(caller, sql`${alias}.id`)})`

const jobKind: readonly ObjectKind[] = ['trainingRun']

/** The condition that the caller may do this to the row of `job` under the alias `o`: theirs, or of something that they have a role on. */
export const allowedJob = (caller: Principal, action: Action): Sql => {
  const may = relationsThatMay(caller.role, action, 'job')
  if (may === 'all') return sql`o.organisation_id = ${caller.organisation}`
  // Rows that somebody sent to be predicted are theirs alone.
  return sql`(o.organisation_id = ${caller.organisation} and (o.owner_id = ${caller.id} or (o.kind not in ('predictFile', 'scoreBatch', 'explainRows', 'askModelFile', 'splitRows', 'askKeptRows') and exists (
    select 1 from object s where s.id = o.subject_id and s.deleted_at is null and (${holds(caller, may, jobKind, sql`s`)})))))`
}
