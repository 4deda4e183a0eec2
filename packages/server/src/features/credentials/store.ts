import type { Credential, CredentialGrant } from '@modelsmith/api'
import { type Queries, sql } from '../../infra/database/database.ts'
import { objectFields, type ObjectRow } from '../../infra/rights/objects.ts'
import type { Sealed } from '../../infra/secrets/seal.ts'

export type CredentialRow = {
  readonly id: string
  readonly type: Credential['type']
  readonly field_names: string[]
  readonly key_id: string
  readonly grants: number
}

export const toCredential = (object: ObjectRow, row: CredentialRow): Credential => ({
  ...objectFields(object),
  description: object.description,
  type: row.type,
  fieldNames: row.field_names,
  keyId: row.key_id,
  grants: row.grants,
})

/** Without what is sealed: nothing but a job that needs it reads that. */
export const findCredentials = (queries: Queries, ids: readonly string[]) =>
  queries.rows<CredentialRow>(sql`
    select c.id, c.type, c.field_names, c.key_id, (select count(*) from credential_grant g where g.credential_id = c.id)::integer as grants
    from credential c where c.id = any(${ids})`)

type Fields = { readonly names: readonly string[]; readonly sealed: Sealed }

export const insertCredential = async (
  queries: Queries,
  id: string,
  type: Credential['type'],
  { names, sealed }: Fields,
): Promise<void> => {
  await queries.run(sql`
    insert into credential (id, type, field_names, key_id, sealed) values (${id}, ${type}, ${names}, ${sealed.keyId}, ${sealed.bytes})`)
}

export const setFields = async (queries: Queries, id: string, { names, sealed }: Fields): Promise<void> => {
  await queries.run(
    sql`update credential set field_names = ${names}, key_id = ${sealed.keyId}, sealed = ${sealed.bytes} where id = ${id}`,
  )
}

/** Nothing of a deleted credential is left to be opened. */
export const removeCredential = async (queries: Queries, id: string): Promise<void> => {
  await queries.run(sql`delete from credential_grant where credential_id = ${id}`)
  await queries.run(sql`delete from credential where id = ${id}`)
}

type GrantRow = {
  readonly task_version_id: string
  readonly task_id: string
  readonly task_name: string
  readonly major: number
  readonly minor: number
  readonly prefix: string
  readonly predictions: boolean
  readonly field_names: string[]
  readonly granted_by: string
  readonly granted_name: string
  readonly granted_at: Date
}

export const variableOf = (prefix: string, field: string): string => `${prefix}_${field.toUpperCase()}`

export const toGrant = (row: GrantRow): CredentialGrant => ({
  taskVersionId: row.task_version_id,
  taskId: row.task_id,
  taskName: row.task_name,
  number: `${row.major}.${row.minor}`,
  variables: row.field_names.map((field) => variableOf(row.prefix, field)),
  predictions: row.predictions,
  grantedBy: { id: row.granted_by, name: row.granted_name },
  grantedAt: row.granted_at.toISOString(),
})

export const listGrants = (queries: Queries, credential: string) =>
  queries.rows<GrantRow>(sql`
    select g.task_version_id, v.task_id, t.name as task_name, v.major, v.minor, g.prefix, g.predictions, c.field_names, g.granted_by,
      p.name as granted_name, g.granted_at
    from credential_grant g join credential c on c.id = g.credential_id join task_version v on v.id = g.task_version_id
    join object t on t.id = v.task_id join person p on p.id = g.granted_by
    where g.credential_id = ${credential} order by g.granted_at, g.task_version_id`)

export const taskOfVersion = async (queries: Queries, version: string): Promise<string | undefined> =>
  (await queries.first<{ task_id: string }>(sql`select task_id from task_version where id = ${version}`))?.task_id

export const putGrant = async (
  queries: Queries,
  grant: { credential: string; version: string; prefix: string; predictions: boolean; by: string },
): Promise<void> => {
  await queries.run(sql`
    insert into credential_grant (credential_id, task_version_id, prefix, predictions, granted_by, granted_at)
    values (${grant.credential}, ${grant.version}, ${grant.prefix}, ${grant.predictions}, ${grant.by}, now())
    on conflict (credential_id, task_version_id) do update
      set prefix = excluded.prefix, predictions = excluded.predictions, granted_by = excluded.granted_by`)
}

export const removeGrant = (queries: Queries, credential: string, version: string): Promise<number> =>
  queries.run(sql`delete from credential_grant where credential_id = ${credential} and task_version_id = ${version}`)

/** Where a hook runs: while a model is trained, or where it predicts. */
export type HookOf = 'training' | 'prediction'

/** What reaches these versions of tasks, in an organisation. */
export const sealedFor = (queries: Queries, organisation: string, versions: readonly string[], hookOf: HookOf) =>
  queries.rows<{ id: string; version: string; prefix: string; key_id: string; sealed: Buffer }>(sql`
    select c.id, g.task_version_id as version, g.prefix, c.key_id, c.sealed
    from credential_grant g join credential c on c.id = g.credential_id join object o on o.id = c.id
    where g.task_version_id = any(${versions}) and o.organisation_id = ${organisation} and o.deleted_at is null
      and (g.predictions or ${hookOf === 'training'})
    order by g.granted_at, c.id`)

export const sealedOf = (queries: Queries, id: string) =>
  queries.first<{ readonly key_id: string; readonly sealed: Buffer }>(
    sql`select key_id, sealed from credential where id = ${id}`,
  )
