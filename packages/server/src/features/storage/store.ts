import type { StorageUse } from '@modelsmith/api'
import { type Queries, sql } from '../../infra/database/database.ts'

/** What the thing is, by the kind in its holder's id. */
const useOf: Readonly<Record<string, StorageUse>> = {
  datasetVersion: 'datasets',
  taskVersion: 'tasks',
  environmentVersion: 'environmentFolders',
  project: 'projects',
  job: 'jobs',
  step: 'stepCache',
}

export type Use = { readonly what: StorageUse; readonly bytes: number; readonly objects: number | null }

/** Objects of an organisation by what needs them; one that several things need is counted with one of them, cached steps last. */
export const objectsOf = async (queries: Queries, organisation: string): Promise<Use[]> => {
  const rows = await queries.rows<{ kind: string; bytes: number; objects: number }>(sql`
    select kind, sum(bytes)::bigint as bytes, count(*)::int as objects from (
      select distinct on (r.key) split_part(split_part(r.holder, ' ', 1), '_', 1) as kind, o.bytes
      from stored_object_reference r join stored_object o on o.key = r.key where r.organisation_id = ${organisation}
      order by r.key, r.holder like 'step %', r.holder) held group by kind`)
  const uses = new Map<StorageUse, { bytes: number; objects: number }>()
  for (const { kind, bytes, objects } of rows) {
    const what = useOf[kind] ?? 'models'
    const known = uses.get(what)
    uses.set(what, { bytes: bytes + (known?.bytes ?? 0), objects: objects + (known?.objects ?? 0) })
  }
  return [...uses].map(([what, sums]) => ({ what, ...sums }))
}

/** What others alone hold, what nobody holds and is collected soon, and what lies in the database. */
export const restOf = async (queries: Queries, organisation: string): Promise<Use[]> => {
  const row = (await queries.first<
    Record<'free' | 'frees' | 'others' | 'other' | 'log' | 'rows' | 'database', number>
  >(sql`
    with kept as (
      select o.bytes, exists (select 1 from stored_object_reference r where r.key = o.key) as held,
        exists (select 1 from stored_object_reference r where r.key = o.key and r.organisation_id = ${organisation}) as ours
      from stored_object o)
    select coalesce(sum(bytes) filter (where not held), 0)::bigint as free, count(*) filter (where not held)::int as frees,
      coalesce(sum(bytes) filter (where held and not ours), 0)::bigint as others, count(*) filter (where held and not ours)::int as other,
      (select coalesce(sum(pg_total_relation_size(c.oid)), 0)::bigint from pg_class c
        where c.relkind = 'r' and c.relnamespace = current_schema()::regnamespace and (c.relname in ('request_part', 'request_place', 'shipped_segment') or c.relname like 'monitoring\\_%')) as log,
      pg_total_relation_size('kept_rows') as rows, pg_database_size(current_database()) as database
    from kept`)) as Record<'free' | 'frees' | 'others' | 'other' | 'log' | 'rows' | 'database', number>
  return [
    { what: 'unheld', bytes: row.free, objects: row.frees },
    { what: 'otherOrganisations', bytes: row.others, objects: row.other },
    { what: 'predictionLog', bytes: row.log, objects: null },
    { what: 'keptRows', bytes: row.rows, objects: null },
    { what: 'database', bytes: row.database - row.log - row.rows, objects: null },
  ]
}

export const quotaOf = async (queries: Queries, organisation: string): Promise<number | null> =>
  (
    await queries.first<{ quota: number | null }>(
      sql`select storage_quota as quota from organisation where id = ${organisation}`,
    )
  )?.quota ?? null

export const setQuota = (queries: Queries, organisation: string, quota: number | null) =>
  queries.run(sql`update organisation set storage_quota = ${quota} where id = ${organisation}`)
