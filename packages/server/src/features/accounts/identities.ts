import type { Role } from '@modelsmith/domain'
import { type Queries, sql } from '../../infra/database/database.ts'
import { newId } from '../../infra/ids.ts'
import { findPerson, type PersonRow } from './store.ts'

/** Who people are at a provider, and sign-ins that are under way there. */

const attemptMinutes = 10

export type Attempt = { readonly state: string; readonly nonce: string; readonly verifier: string }

export const insertAttempt = async (
  queries: Queries,
  attempt: Attempt & { readonly sha256: string },
): Promise<void> => {
  await queries.run(sql`delete from oidc_attempt where expires_at < now()`)
  await queries.run(sql`
    insert into oidc_attempt (sha256, state, nonce, verifier, expires_at)
    values (${attempt.sha256}, ${attempt.state}, ${attempt.nonce}, ${attempt.verifier}, now() + make_interval(mins => ${attemptMinutes}))`)
}

/** An attempt ends with its first answer, whatever comes of it. */
export const takeAttempt = (queries: Queries, sha256: string) =>
  queries.first<Attempt>(
    sql`delete from oidc_attempt where sha256 = ${sha256} and expires_at > now() returning state, nonce, verifier`,
  )

export const findIdentity = async (queries: Queries, issuer: string, subject: string): Promise<string | undefined> =>
  (
    await queries.first<{ person: string }>(
      sql`select person_id as person from person_identity where issuer = ${issuer} and subject = ${subject}`,
    )
  )?.person

export const hasIdentity = async (queries: Queries, issuer: string, person: string): Promise<boolean> =>
  (await queries.first(sql`select 1 from person_identity where issuer = ${issuer} and person_id = ${person}`)) !==
  undefined

export const insertIdentity = (queries: Queries, issuer: string, subject: string, person: string) =>
  queries.run(sql`
    insert into person_identity (issuer, subject, person_id, created_at) values (${issuer}, ${subject}, ${person}, now())`)

export const findActive = (queries: Queries, id: string): Promise<PersonRow | undefined> => findPerson(queries, id)

/** Also by somebody who is deactivated. */
export const isTaken = async (queries: Queries, email: string): Promise<boolean> =>
  (await queries.first(sql`select 1 from person where email = ${email.toLowerCase()}`)) !== undefined

/** Where people who come by themselves belong. */
export const firstPlace = (queries: Queries) =>
  queries.first<{ organisation: string; workspace: string }>(sql`
    select w.organisation_id as organisation, w.id as workspace from workspace w join organisation o on o.id = w.organisation_id
    order by o.created_at, o.id, w.id limit 1`)

/** The last administrator stays one, whatever the provider says: also of two who come at once. */
export const setRole = async (queries: Queries, id: string, role: Role): Promise<void> => {
  // The lock that people are changed under; the statement after it sees what others changed meanwhile.
  await queries.run(
    sql`select 1 from organisation where id = (select organisation_id from person where id = ${id}) for no key update`,
  )
  await queries.run(sql`
    update person p set role = ${role}, version = version + 1 where p.id = ${id} and p.role <> ${role} and p.role <> 'service'
      and (p.role <> 'administrator' or exists (select 1 from person b where b.organisation_id = p.organisation_id and b.id <> p.id
        and b.role = 'administrator' and b.deactivated_at is null))`)
}

/** Puts a person into some of the groups that the provider decides about, and takes them out of the others. Groups are made when first needed. */
export const setGroups = async (
  queries: Queries,
  person: string,
  decided: readonly string[],
  names: readonly string[],
): Promise<void> => {
  if (decided.length === 0) return
  for (const name of names)
    await queries.run(sql`
      insert into person_group (id, organisation_id, name, description, created_at, updated_at)
      select ${newId('group')}, organisation_id, ${name}, '', now(), now() from person where id = ${person}
      on conflict (organisation_id, name) do nothing`)
  await queries.run(sql`
    delete from group_member m using person_group g, person p where m.person_id = ${person} and p.id = m.person_id and g.id = m.group_id
      and g.organisation_id = p.organisation_id and g.name = any(${decided}) and g.name <> all(${names})`)
  await queries.run(sql`
    insert into group_member (group_id, person_id)
    select g.id, p.id from person p join person_group g on g.organisation_id = p.organisation_id and g.name = any(${names})
    where p.id = ${person} on conflict do nothing`)
  await queries.run(sql`select pg_notify('serving', '')`)
}
