import type { TrustedInstallation } from '@modelsmith/api'
import { type Queries, type Sql, sql } from '../../infra/database/database.ts'
import { fingerprintOf } from '../../infra/secrets/signing.ts'

export type TrustedRow = {
  readonly id: string
  readonly name: string
  readonly public_key: string
  readonly added_by: string
  readonly added_by_name: string
  readonly created_at: Date
}

const trusted = (where: Sql): Sql => sql`
  select o.* from (select t.id, t.organisation_id, t.name, t.public_key, t.added_by, p.name as added_by_name, t.added_at as created_at
    from trusted_installation t join person p on p.id = t.added_by) o where ${where}`

export const toTrusted = (row: TrustedRow): TrustedInstallation => ({
  id: row.id,
  name: row.name,
  publicKey: row.public_key,
  fingerprint: fingerprintOf(row.public_key),
  addedBy: { id: row.added_by, name: row.added_by_name },
  addedAt: row.created_at.toISOString(),
})

export const listTrusted = (queries: Queries, organisation: string, after: Sql, limit: number) =>
  queries.rows<TrustedRow>(
    sql`${trusted(sql`o.organisation_id = ${organisation} ${after}`)} order by o.created_at desc, o.id desc limit ${limit}`,
  )
export const findTrusted = (queries: Queries, organisation: string, id: string) =>
  queries.first<TrustedRow>(trusted(sql`o.organisation_id = ${organisation} and o.id = ${id}`))
export const trustedByKey = (queries: Queries, organisation: string, publicKey: string) =>
  queries.first<TrustedRow>(trusted(sql`o.organisation_id = ${organisation} and o.public_key = ${publicKey}`))
/** Undefined where the key is trusted already. */
export const insertTrusted = (
  queries: Queries,
  row: { id: string; organisation: string; name: string; publicKey: string; by: string },
) =>
  queries.first<{ id: string }>(sql`
    insert into trusted_installation (id, organisation_id, name, public_key, added_by, added_at)
    values (${row.id}, ${row.organisation}, ${row.name}, ${row.publicKey}, ${row.by}, now())
    on conflict (organisation_id, public_key) do nothing returning id`)
export const removeTrusted = (queries: Queries, id: string) =>
  queries.run(sql`delete from trusted_installation where id = ${id}`)
