import type { Share } from '@modelsmith/api'
import type { ObjectKind, ObjectRole } from '@modelsmith/domain'
import { type Queries, sql } from '../../infra/database/database.ts'

export type GranteeKind = Share['grantee']['kind']
export type Grantee = { readonly kind: GranteeKind; readonly id: string; readonly name: string }

type ShareRow = {
  readonly grantee_kind: GranteeKind
  readonly grantee_id: string
  readonly grantee_name: string
  readonly role: ObjectRole
  readonly object_id: string
  readonly object_kind: ObjectKind
  readonly object_name: string
  readonly granted_by: string | null
  readonly granted_name: string | null
  readonly granted_at: Date
}

/** Roles on an object and on the one that it belongs to, owners first. */
export const listShares = async (queries: Queries, object: string): Promise<Share[]> => {
  const rows = await queries.rows<ShareRow>(sql`
    select g.grantee_kind, g.grantee_id, coalesce(p.name, r.name, n.name) as grantee_name, g.role, s.id as object_id, s.kind as object_kind,
      s.name as object_name, g.granted_by, b.name as granted_name, g.granted_at
    from object o join object s on s.id in (o.id, o.within_id) join object_grant g on g.object_id = s.id
    left join person p on p.id = g.grantee_id left join person_group r on r.id = g.grantee_id left join organisation n on n.id = g.grantee_id
    left join person b on b.id = g.granted_by
    where o.id = ${object}
    order by s.id = o.id desc, array_position(array['owner', 'editor', 'consumer'], g.role), grantee_name, g.grantee_id`)
  return rows.map((row) => ({
    grantee: { kind: row.grantee_kind, id: row.grantee_id, name: row.grantee_name },
    role: row.role,
    from: row.object_id === object ? null : { kind: row.object_kind, id: row.object_id, name: row.object_name },
    grantedBy: row.granted_by === null ? null : { id: row.granted_by, name: row.granted_name ?? '' },
    grantedAt: row.granted_at.toISOString(),
  }))
}

/** Somebody of the organisation to whom a role can be given. */
export const findGrantee = (queries: Queries, organisation: string, id: string) =>
  queries.first<Grantee>(sql`
    select 'person' as kind, id, name from person where id = ${id} and organisation_id = ${organisation} and deactivated_at is null
    union all select 'group', id, name from person_group where id = ${id} and organisation_id = ${organisation}
    union all select 'organisation', id, name from organisation where id = ${id} and id = ${organisation}`)

/** Nobody else changes the roles on the object until the transaction ends; what refers to it goes on. */
export const lockShares = (queries: Queries, object: string) =>
  queries.run(sql`select 1 from object where id = ${object} for no key update`)

export const setRole = (
  queries: Queries,
  grant: { readonly object: string; readonly grantee: Grantee; readonly role: ObjectRole; readonly by: string },
) =>
  queries.run(sql`
    insert into object_grant (object_id, grantee_id, grantee_kind, role, granted_by, granted_at)
    values (${grant.object}, ${grant.grantee.id}, ${grant.grantee.kind}, ${grant.role}, ${grant.by}, now())
    on conflict (object_id, grantee_id) do update set role = excluded.role, granted_by = excluded.granted_by, granted_at = excluded.granted_at`)

export const removeRole = (queries: Queries, object: string, grantee: string) =>
  queries.run(sql`delete from object_grant where object_id = ${object} and grantee_id = ${grantee}`)

/** People who own the object, whoever has for longest first. */
export const ownersOf = async (queries: Queries, object: string): Promise<string[]> =>
  (
    await queries.rows<{ id: string }>(
      sql`select grantee_id as id from object_grant where object_id = ${object} and role = 'owner' order by granted_at, grantee_id`,
    )
  ).map(({ id }) => id)

/** The owner whom pages and lists name. */
export const setNamedOwner = (queries: Queries, object: string, person: string) =>
  queries.run(sql`update object set owner_id = ${person} where id = ${object} and owner_id <> ${person}`)
