import { setTimeout } from 'node:timers/promises'
import { type ObjectKind, type ObjectRole, rights } from '@modelsmith/domain'
import type { Called } from '../../packages/server/src/testing/call.ts'
import type { TestPerson } from '../../packages/server/src/testing/platform.ts'
import type { Context } from '../../packages/server/src/infra/context.ts'
import { sql } from '../../packages/server/src/infra/database/database.ts'

type Ask = () => Promise<Called>
/** What is lost: a role on an object, or what it is more than another; `locked` is the row that the rest of the request waits for. */
export type Lost = { readonly object: string; readonly locked?: string; readonly keeps?: ObjectRole }
type Grant = Readonly<Record<'grantee_id' | 'grantee_kind' | 'role' | 'granted_by', string>>

/**
 * The answer where somebody loses their role on an object while what they asked for waits for the row of `locked`: the role was there when
 * the request was looked at first, and is gone when its transaction looks again. Afterwards they have it again.
 */
export const askedWhileLost = async (
  { database }: Pick<Context, 'database'>,
  { id }: TestPerson,
  { object, locked = object, keeps }: Lost,
  ask: Ask,
): Promise<Called> => {
  const grants = await database.rows<Grant>(
    sql`select grantee_id, grantee_kind, role, granted_by from object_grant where object_id = ${object} and grantee_id = ${id}`,
  )
  if (grants.length === 0) throw new RangeError(`${id} has no role on ${object}.`)
  let asked: Promise<Called> | undefined
  await database.transaction(async (queries) => {
    await queries.run(sql`select 1 from object where id = ${locked} for update`)
    await queries.run(
      keeps === undefined
        ? sql`delete from object_grant where object_id = ${object} and grantee_id = ${id}`
        : sql`update object_grant set role = ${keeps} where object_id = ${object} and grantee_id = ${id}`,
    )
    let isOver = false
    asked = ask().finally(() => (isOver = true))
    // Told to whoever waits for it, at the end.
    asked.catch(() => {})
    const waiting = sql`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
    while (!isOver && (await database.first(waiting)) === undefined) await setTimeout(2)
  })
  try {
    return await (asked as unknown as Promise<Called>)
  } finally {
    await database.run(sql`delete from object_grant where object_id = ${object} and grantee_id = ${id}`)
    for (const { grantee_kind, role, granted_by } of grants)
      await database.run(sql`
        insert into object_grant (object_id, grantee_id, grantee_kind, role, granted_by, granted_at)
        values (${object}, ${id}, ${grantee_kind}, ${role}, ${granted_by}, now())`)
  }
}

type Cells = Partial<(typeof rights)[ObjectKind]>

/** The answer under a table of rights in which a row has other cells: how to meet a check that everybody passes under the real one. */
export const askedUnder = async (kind: ObjectKind, cells: Cells, ask: Ask): Promise<Called> => {
  const row = rights[kind]
  const before = { ...row }
  Object.assign(row, cells)
  try {
    return await ask()
  } finally {
    Object.assign(row, before)
  }
}
