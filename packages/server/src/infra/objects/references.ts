import type { Database, Queries } from '../database/database.ts'
import { sql } from '../database/database.ts'
import { demandQuota } from './quota.ts'
import type { ObjectStore, StoredBytes } from './store.ts'

/** A new object, or one that is put again: the collector leaves it alone for a grace period, until somebody holds it. */
export const announceTo =
  (queries: Queries) =>
  async ({ key, bytes }: StoredBytes): Promise<void> => {
    await queries.run(sql`insert into stored_object (key, bytes, created_at) values (${key}, ${bytes}, now())
      on conflict (key) do update set created_at = now()`)
  }

/**
 * Notes that `holder` needs objects. In the transaction that makes the holder: a reference never points to nothing. Refused where its
 * organisation would store more than its quota.
 */
export const hold = async (
  queries: Queries,
  holder: string,
  objects: readonly Pick<StoredBytes, 'key'>[],
): Promise<void> => {
  const keys = [...new Set(objects.map(({ key }) => key))].toSorted()
  const added = await queries.rows<{ key: string }>(sql`
    insert into stored_object_reference (key, holder, organisation_id)
    select key, ${holder}, holder_organisation(${holder}) from unnest(${keys}::text[]) as key
    on conflict do nothing returning key`)
  await demandQuota(
    queries,
    holder,
    added.map(({ key }) => key),
  )
}

/** What these held is collected after the grace period, unless others hold it too. */
export const letGo = async (queries: Queries, holders: readonly string[]): Promise<void> => {
  await queries.run(sql`delete from stored_object_reference where holder = any(${holders})`)
}

/** As `letGo`, of some of what it holds. */
export const letGoOf = async (
  queries: Queries,
  holder: string,
  objects: readonly Pick<StoredBytes, 'key'>[],
): Promise<void> => {
  const keys = objects.map(({ key }) => key)
  await queries.run(sql`delete from stored_object_reference where holder = ${holder} and key = any(${keys}::text[])`)
}

/** Who needs all objects to stay for a while, such as a backup, holds this lock: nothing is collected meanwhile. The number is this product's own. */
export const collectionLock = 7_240_018

/** Deletes objects that nobody holds and that were last put longer ago than the grace period. */
export const collectObjects = async (database: Database, store: ObjectStore, graceSeconds: number): Promise<number> => {
  const old = await database.rows<{ key: string }>(sql`
    select key from stored_object o
    where created_at < now() - make_interval(secs => ${graceSeconds})
      and not exists (select 1 from stored_object_reference r where r.key = o.key)`)
  let deleted = 0
  for (const { key } of old) {
    await database.transaction(async (queries) => {
      const lock = await queries.first<{ held: boolean }>(
        sql`select pg_try_advisory_xact_lock_shared(${collectionLock}) as held`,
      )
      if (lock?.held !== true) return
      const gone = await queries.run(sql`
        delete from stored_object o where key = ${key}
          and created_at < now() - make_interval(secs => ${graceSeconds})
          and not exists (select 1 from stored_object_reference r where r.key = o.key)`)
      if (gone === 0) return
      await store.delete(key)
      deleted++
    })
  }
  return deleted
}
