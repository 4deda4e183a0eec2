import type { TokenScope } from '@modelsmith/api'
import type { Role } from '@modelsmith/domain'
import { json, type Queries, sql } from '../../infra/database/database.ts'
import { groupsOfPerson } from '../../infra/rights/principal.ts'

export type PersonRow = {
  readonly id: string
  readonly name: string
  readonly email: string
  readonly role: Role
  readonly organisation_id: string
  readonly organisation_name: string
  readonly workspace_id: string
  readonly workspace_name: string
  readonly groups: readonly string[]
}
export type TokenRow = {
  readonly id: string
  readonly name: string
  readonly prefix: string
  readonly created_at: Date
  readonly expires_at: Date | null
  readonly last_used_at: Date | null
  readonly scopes: TokenScope[] | null
}

const person = sql`p.id, p.name, p.email, p.role, p.organisation_id, g.name as organisation_name, p.workspace_id, w.name as workspace_name, ${groupsOfPerson} as groups`
const joined = sql`person p join organisation g on g.id = p.organisation_id join workspace w on w.id = p.workspace_id`

export const findByEmail = (queries: Queries, email: string) =>
  queries.first<PersonRow & { password_hash: string | null; locked: boolean }>(
    sql`select ${person}, p.password_hash, coalesce(p.locked_until > now(), false) as locked from ${joined} where p.email = ${email.trim().toLowerCase()} and p.deactivated_at is null`,
  )

export const findPerson = (queries: Queries, id: string) =>
  queries.first<PersonRow>(sql`select ${person} from ${joined} where p.id = ${id} and p.deactivated_at is null`)

export const findByToken = (queries: Queries, sha256: string) =>
  queries.first<PersonRow & { token_id: string; scopes: TokenScope[] | null }>(sql`
    select ${person}, t.id as token_id, t.scopes from token t join ${joined} on p.id = t.person_id
    where t.sha256 = ${sha256} and (t.expires_at is null or t.expires_at > now()) and p.deactivated_at is null`)

export const noteTokenUse = (queries: Queries, id: string) =>
  queries.run(
    sql`update token set last_used_at = now() where id = ${id} and (last_used_at is null or last_used_at < now() - interval '1 minute')`,
  )

export const findBySession = (queries: Queries, sha256: string) =>
  queries.first<PersonRow & { csrf: string; session: string }>(sql`
    select ${person}, s.csrf, s.sha256 as session from browser_session s join ${joined} on p.id = s.person_id
    where s.sha256 = ${sha256} and s.expires_at > now() and p.deactivated_at is null`)

export const insertSession = (
  queries: Queries,
  session: { sha256: string; person: string; csrf: string; hours: number; idToken: string | undefined },
) =>
  queries.run(sql`insert into browser_session (sha256, person_id, csrf, created_at, expires_at, id_token)
    values (${session.sha256}, ${session.person}, ${session.csrf}, now(), now() + make_interval(hours => ${session.hours}), ${session.idToken ?? null})`)

/** What the provider said of whoever signed in by one; undefined for other sessions. */
export const deleteSessionOf = async (queries: Queries, person: string, csrf: string): Promise<string | undefined> =>
  (
    await queries.first<{ id_token: string | null }>(
      sql`delete from browser_session where person_id = ${person} and csrf = ${csrf} returning id_token`,
    )
  )?.id_token ?? undefined

export const insertToken = async (
  queries: Queries,
  token: {
    id: string
    person: string
    name: string
    prefix: string
    sha256: string
    expiresAt: string | null
    scopes?: readonly TokenScope[] | undefined
  },
): Promise<TokenRow> => {
  const row = await queries.first<TokenRow>(sql`
    insert into token (id, person_id, name, prefix, sha256, created_at, expires_at, scopes)
    values (${token.id}, ${token.person}, ${token.name}, ${token.prefix}, ${token.sha256}, now(), ${token.expiresAt === null ? null : new Date(token.expiresAt)},
      ${token.scopes === undefined ? null : json(token.scopes)})
    returning id, name, prefix, created_at, expires_at, last_used_at, scopes`)
  await queries.run(sql`select pg_notify('serving', '')`)
  return row as TokenRow
}

export const listTokens = (queries: Queries, owner: string, after: ReturnType<typeof sql>, limit: number) =>
  queries.rows<TokenRow>(sql`
    select id, name, prefix, created_at, expires_at, last_used_at, scopes from token o
    where person_id = ${owner} ${after} order by o.created_at desc, o.id desc limit ${limit}`)

export const findHolder = (queries: Queries, id: string) =>
  queries.first<{ name: string; role: Role; organisation: string }>(
    sql`select name, role, organisation_id as organisation from person where id = ${id}`,
  )

/** Whose a token is. */
export const findTokenOwner = (queries: Queries, id: string) =>
  queries.first<{ owner: string; organisation: string; name: string }>(sql`
    select p.id as owner, p.organisation_id as organisation, t.name from token t join person p on p.id = t.person_id where t.id = ${id}`)

export const deleteToken = async (queries: Queries, id: string): Promise<void> => {
  await queries.run(sql`delete from token where id = ${id}`)
  await queries.run(sql`select pg_notify('serving', '')`)
}

const mostFailures = 10
const lockMinutes = 15

/** One more wrong password; after ten in a row none is looked at for a while. */
export const noteFailure = (queries: Queries, person: string) =>
  queries.run(sql`
    update person set failed_attempts = failed_attempts + 1,
      locked_until = case when failed_attempts + 1 >= ${mostFailures} then now() + make_interval(mins => ${lockMinutes}) else locked_until end
    where id = ${person}`)

export const noteSuccess = (queries: Queries, person: string) =>
  queries.run(
    sql`update person set failed_attempts = 0, locked_until = null where id = ${person} and failed_attempts > 0`,
  )

/** All sessions end but one. */
export const setPassword = async (queries: Queries, person: string, hash: string, csrf?: string): Promise<void> => {
  await queries.run(
    sql`update person set password_hash = ${hash}, failed_attempts = 0, locked_until = null where id = ${person}`,
  )
  await queries.run(
    sql`delete from browser_session where person_id = ${person} and csrf is distinct from ${csrf ?? null}`,
  )
}

const resetMinutes = 60

/** A link to choose a new password by; false where one was sent within the last minute. */
export const insertReset = async (queries: Queries, person: string, sha256: string): Promise<boolean> => {
  // Of two requests at once the second sees what the first has made.
  await queries.run(sql`select 1 from person where id = ${person} for no key update`)
  const recent = await queries.first(
    sql`select 1 from invitation where person_id = ${person} and purpose = 'reset' and created_at > now() - interval '1 minute'`,
  )
  if (recent !== undefined) return false
  await queries.run(sql`delete from invitation where person_id = ${person} and purpose = 'reset'`)
  await queries.run(sql`
    insert into invitation (sha256, person_id, created_at, expires_at, purpose)
    values (${sha256}, ${person}, now(), now() + make_interval(mins => ${resetMinutes}), 'reset')`)
  return true
}

/** The person of an invitation, which ends with this and all others of theirs. */
export const takeInvitation = async (queries: Queries, sha256: string): Promise<PersonRow | undefined> => {
  const row = await queries.first<PersonRow>(sql`
    select ${person} from invitation i join ${joined} on p.id = i.person_id
    where i.sha256 = ${sha256} and i.expires_at > now() and p.deactivated_at is null for update of i`)
  if (row !== undefined) await queries.run(sql`delete from invitation where person_id = ${row.id}`)
  return row
}

export const countPeople = async (queries: Queries): Promise<number> =>
  (await queries.first<{ count: number }>(sql`select count(*) as count from person`))?.count ?? 0

export const insertPerson = (
  queries: Queries,
  row: {
    id: string
    organisation: string
    workspace: string
    email: string
    name: string
    role: string
    passwordHash: string | null
  },
) =>
  queries.run(sql`insert into person (id, organisation_id, workspace_id, email, name, role, password_hash, created_at)
    values (${row.id}, ${row.organisation}, ${row.workspace}, ${row.email.toLowerCase()}, ${row.name}, ${row.role}, ${row.passwordHash}, now())`)

export const insertOrganisation = async (
  queries: Queries,
  organisation: { id: string; name: string; workspace: string; workspaceName: string },
) => {
  await queries.run(
    sql`insert into organisation (id, name, created_at) values (${organisation.id}, ${organisation.name}, now())`,
  )
  await queries.run(
    sql`insert into workspace (id, organisation_id, name) values (${organisation.workspace}, ${organisation.id}, ${organisation.workspaceName})`,
  )
}
