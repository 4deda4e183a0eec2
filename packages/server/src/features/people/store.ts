import type { Member, PersonGroup } from '@modelsmith/api'
import type { Role } from '@modelsmith/domain'
import { type Queries, type Sql, sql } from '../../infra/database/database.ts'

export type MemberRow = {
  readonly id: string
  readonly name: string
  readonly email: string
  readonly role: Role
  readonly invited: boolean
  readonly locked: boolean
  readonly deactivated: boolean
  readonly groups: readonly { readonly id: string; readonly name: string }[]
  readonly version: number
  readonly created_at: Date
}

const columns = sql`o.id, o.name, o.email, o.role, o.version, o.created_at, o.deactivated_at is not null as deactivated,
  coalesce(o.locked_until > now(), false) as locked, o.password_hash is null and exists (select 1 from invitation i where i.person_id = o.id and i.purpose = 'invitation') as invited,
  coalesce((select jsonb_agg(jsonb_build_object('id', g.id, 'name', g.name) order by g.name) from group_member m join person_group g on g.id = m.group_id where m.person_id = o.id), '[]') as groups`

export const toMember = (row: MemberRow): Member => ({
  id: row.id,
  name: row.name,
  email: row.role === 'service' ? null : row.email,
  role: row.role,
  state: row.deactivated ? 'deactivated' : row.locked ? 'locked' : row.invited ? 'invited' : 'active',
  groups: row.groups.map((group) => ({ ...group })),
  createdAt: row.created_at.toISOString(),
  version: row.version,
})

const like = (words: string | undefined): string =>
  `%${(words ?? '').trim().replace(/[\\%_]/g, (letter) => `\\${letter}`)}%`

export const listMembers = (
  queries: Queries,
  organisation: string,
  words: string | undefined,
  after: Sql,
  limit: number,
) =>
  queries.rows<MemberRow>(sql`
    select ${columns} from person o where o.organisation_id = ${organisation} and (o.name ilike ${like(words)} or o.email ilike ${like(words)}) ${after}
    order by o.created_at desc, o.id desc limit ${limit}`)

export const findMember = (queries: Queries, organisation: string, id: string) =>
  queries.first<MemberRow>(
    sql`select ${columns} from person o where o.id = ${id} and o.organisation_id = ${organisation}`,
  )

export const isEmailTaken = async (queries: Queries, email: string): Promise<boolean> =>
  (await queries.first(sql`select 1 from person where email = ${email}`)) !== undefined

/** Nobody else changes who administers the organisation until the transaction ends; what refers to it, such as the audit log, goes on. */
export const lockPeople = (queries: Queries, organisation: string) =>
  queries.run(sql`select 1 from organisation where id = ${organisation} for no key update`)

export const otherAdministrators = async (queries: Queries, organisation: string, but: string): Promise<number> =>
  (
    await queries.first<{ count: number }>(sql`
      select count(*) as count from person
      where organisation_id = ${organisation} and id <> ${but} and role = 'administrator' and deactivated_at is null`)
  )?.count ?? 0

/** 0 when somebody changed the person meanwhile. */
export const changeMember = (
  queries: Queries,
  id: string,
  seen: number,
  { name, role }: { readonly name: string; readonly role: Role },
) =>
  queries.run(
    sql`update person set name = ${name}, role = ${role}, version = version + 1 where id = ${id} and version = ${seen}`,
  )

const invitationDays = 7

export const insertInvitation = async (queries: Queries, person: string, sha256: string): Promise<Date> => {
  await queries.run(sql`delete from invitation where person_id = ${person}`)
  const row = await queries.first<{ expires_at: Date }>(sql`
    insert into invitation (sha256, person_id, created_at, expires_at)
    values (${sha256}, ${person}, now(), now() + make_interval(days => ${invitationDays})) returning expires_at`)
  return (row as { expires_at: Date }).expires_at
}

export const countOwned = async (queries: Queries, person: string): Promise<number> =>
  (
    await queries.first<{ count: number }>(sql`
      select count(*) as count from object_grant g join object o on o.id = g.object_id
      where g.grantee_id = ${person} and g.role = 'owner' and o.deleted_at is null
        and not exists (select 1 from object_grant b where b.object_id = o.id and b.role = 'owner' and b.grantee_id <> ${person})`)
  )?.count ?? 0

/** Gives what somebody owns to another, who is named as owner where they were. */
export const handOver = async (queries: Queries, from: string, to: string, by: string): Promise<void> => {
  await queries.run(sql`
    insert into object_grant (object_id, grantee_id, grantee_kind, role, granted_by, granted_at)
    select object_id, ${to}, 'person', 'owner', ${by}, now() from object_grant where grantee_id = ${from} and role = 'owner'
    on conflict (object_id, grantee_id) do update set role = 'owner', granted_by = excluded.granted_by, granted_at = excluded.granted_at`)
  await queries.run(sql`update object set owner_id = ${to} where owner_id = ${from}`)
}

/** Nothing that somebody had opens any door from now on. */
export const shutOut = async (queries: Queries, person: string): Promise<void> => {
  await queries.run(
    sql`update person set deactivated_at = now(), version = version + 1, password_hash = null where id = ${person}`,
  )
  await queries.run(sql`delete from browser_session where person_id = ${person}`)
  await queries.run(sql`delete from token where person_id = ${person}`)
  await queries.run(sql`delete from invitation where person_id = ${person}`)
  await queries.run(sql`delete from group_member where person_id = ${person}`)
  await queries.run(sql`delete from object_grant where grantee_id = ${person}`)
  // Another of the owners takes their place where no successor did.
  await queries.run(sql`
    update object o set owner_id = (select g.grantee_id from object_grant g where g.object_id = o.id and g.role = 'owner' order by g.granted_at limit 1)
    where o.owner_id = ${person} and exists (select 1 from object_grant g where g.object_id = o.id and g.role = 'owner')`)
  await queries.run(sql`select pg_notify('serving', '')`)
}

/** They begin anew: without password, tokens and roles. */
export const letIn = (queries: Queries, person: string) =>
  queries.run(
    sql`update person set deactivated_at = null, failed_attempts = 0, locked_until = null, version = version + 1 where id = ${person}`,
  )

export type GroupRow = {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly members: readonly { readonly id: string; readonly name: string }[]
  readonly version: number
  readonly created_at: Date
  readonly updated_at: Date
}

const groupColumns = sql`o.id, o.name, o.description, o.version, o.created_at, o.updated_at,
  coalesce((select jsonb_agg(jsonb_build_object('id', p.id, 'name', p.name) order by p.name, p.id) from group_member m join person p on p.id = m.person_id where m.group_id = o.id), '[]') as members`

export const toGroup = (row: GroupRow): PersonGroup => ({
  id: row.id,
  name: row.name,
  description: row.description,
  members: row.members.map((member) => ({ ...member })),
  createdAt: row.created_at.toISOString(),
  updatedAt: row.updated_at.toISOString(),
  version: row.version,
})

export const listGroups = (
  queries: Queries,
  organisation: string,
  words: string | undefined,
  after: Sql,
  limit: number,
) =>
  queries.rows<GroupRow>(sql`
    select ${groupColumns} from person_group o where o.organisation_id = ${organisation} and o.name ilike ${like(words)} ${after}
    order by o.created_at desc, o.id desc limit ${limit}`)

export const findGroup = (queries: Queries, organisation: string, id: string) =>
  queries.first<GroupRow>(
    sql`select ${groupColumns} from person_group o where o.id = ${id} and o.organisation_id = ${organisation}`,
  )

export const isGroupTaken = async (
  queries: Queries,
  organisation: string,
  name: string,
  but: string,
): Promise<boolean> =>
  (await queries.first(
    sql`select 1 from person_group where organisation_id = ${organisation} and name = ${name} and id <> ${but}`,
  )) !== undefined

export const insertGroup = (
  queries: Queries,
  group: { readonly id: string; readonly organisation: string; readonly name: string; readonly description: string },
) =>
  queries.run(sql`
    insert into person_group (id, organisation_id, name, description, created_at, updated_at)
    values (${group.id}, ${group.organisation}, ${group.name}, ${group.description}, now(), now())`)

/** 0 when somebody changed the group meanwhile. */
export const changeGroup = (
  queries: Queries,
  id: string,
  seen: number,
  { name, description }: { readonly name: string; readonly description: string },
) =>
  queries.run(sql`
    update person_group set name = ${name}, description = ${description}, version = version + 1, updated_at = now()
    where id = ${id} and version = ${seen}`)

/** Active people of the organisation, of these. */
export const activeOf = async (queries: Queries, organisation: string, people: readonly string[]): Promise<string[]> =>
  (
    await queries.rows<{ id: string }>(
      sql`select id from person where id = any(${people}) and organisation_id = ${organisation} and deactivated_at is null`,
    )
  ).map(({ id }) => id)

export const setMembers = async (queries: Queries, group: string, people: readonly string[]): Promise<void> => {
  await queries.run(sql`delete from group_member where group_id = ${group} and person_id <> all(${people})`)
  await queries.run(
    sql`insert into group_member (group_id, person_id) select ${group}, unnest(${people}::text[]) on conflict do nothing`,
  )
  await queries.run(sql`select pg_notify('serving', '')`)
}

/** False when somebody changed it meanwhile. The roles that it was given go with it. */
export const deleteGroup = async (queries: Queries, id: string, seen: number): Promise<boolean> => {
  if ((await queries.run(sql`delete from person_group where id = ${id} and version = ${seen}`)) === 0) return false
  await queries.run(sql`delete from object_grant where grantee_id = ${id}`)
  await queries.run(sql`select pg_notify('serving', '')`)
  return true
}
