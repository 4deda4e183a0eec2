import { type Queries, sql } from '../database/database.ts'
import { infraError } from '../errors.ts'

/** What of the references of an organisation counts: cached results of steps are the platform's own, which forgets them by itself. */
const counts = sql`r.holder not like 'step %'`

/** Rows of requests that its deployments keep. */
const keptBytes = (organisation: string) =>
  sql`(select coalesce(sum(k.bytes), 0) from kept_rows k join object d on d.id = k.deployment_id where d.organisation_id = ${organisation})`

/** Bytes that an organisation stores: an object that several of its things need counts once, and rows that deployments keep count too. */
export const storedBytes = async (queries: Queries, organisation: string): Promise<number> => {
  const row = await queries.first<{ bytes: number }>(sql`
    select (coalesce(sum(bytes), 0) + ${keptBytes(organisation)})::bigint as bytes from stored_object
    where key in (select r.key from stored_object_reference r where r.organisation_id = ${organisation} and ${counts})`)
  return row?.bytes ?? 0
}

const sized = (bytes: number): string =>
  bytes < 1e6
    ? `${bytes.toLocaleString('en')} bytes`
    : `${(bytes / 1e6).toLocaleString('en', { maximumFractionDigits: 1 })} MB`

/** Which of these organisations store as much as they may. */
export const fullOrganisations = async (queries: Queries, ids: readonly string[]): Promise<ReadonlySet<string>> => {
  const limited = await queries.rows<{ id: string; quota: number }>(
    sql`select id, storage_quota as quota from organisation where id = any(${ids}) and storage_quota is not null`,
  )
  const full = new Set<string>()
  for (const { id, quota } of limited) if ((await storedBytes(queries, id)) >= quota) full.add(id)
  return full
}

/** Refuses objects that a holder has just been given where they are more than its organisation may store. */
export const demandQuota = async (queries: Queries, holder: string, added: readonly string[]): Promise<void> => {
  if (added.length === 0 || holder.startsWith('step ')) return
  const limited = await queries.first<{ id: string; quota: number }>(sql`
    select id, storage_quota as quota from organisation where id = holder_organisation(${holder}) and storage_quota is not null`)
  if (limited === undefined) return
  // Two that come at once do not both find the last room.
  await queries.run(sql`select pg_advisory_xact_lock(hashtext(${`storage ${limited.id}`}))`)
  const stored = await storedBytes(queries, limited.id)
  if (stored <= limited.quota) return
  const row = await queries.first<{ bytes: number }>(sql`
    select coalesce(sum(bytes), 0)::bigint as bytes from stored_object where key = any(${added}) and key not in (
      select r.key from stored_object_reference r where r.organisation_id = ${limited.id} and r.holder <> ${holder} and ${counts})`)
  const more = row?.bytes ?? 0
  // What is over already goes on with what it has.
  if (more > 0)
    throw infraError('storage.quota', { quota: sized(limited.quota), stored: sized(stored - more), more: sized(more) })
}
