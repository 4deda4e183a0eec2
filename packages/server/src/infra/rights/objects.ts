import { type Action, may, type ObjectKind } from '@modelsmith/domain'
import { type Queries, type Sql, sql } from '../database/database.ts'
import { isStorable } from '../database/text.ts'
import { infraError } from '../errors.ts'
import type { Caller } from '../http/handler.ts'
import { newId } from '../ids.ts'

/** The row that every object has. */
export type ObjectRow = {
  readonly id: string
  readonly kind: ObjectKind
  readonly name: string
  readonly description: string
  readonly owner_id: string
  readonly owner_name: string
  readonly organisation_id: string
  readonly version: number
  readonly created_at: Date
  readonly updated_at: Date
}

const selected = sql`o.id, o.kind, o.name, o.description, o.owner_id, p.name as owner_name, o.organisation_id, o.version, o.created_at, o.updated_at`

/** The fields that every object has in the API. */
export const objectFields = (row: ObjectRow) => ({
  id: row.id,
  name: row.name,
  owner: { id: row.owner_id, name: row.owner_name },
  createdAt: row.created_at.toISOString(),
  updatedAt: row.updated_at.toISOString(),
  version: row.version,
})

/**
 * The object, if the caller may do this to it; one that may not even be seen looks as if it did not exist.
 * `asked` is what the request named, where that is a part of the object, such as a version.
 */
export const authorise = async (
  queries: Queries,
  caller: Caller,
  action: Action,
  kind: ObjectKind,
  id: string,
  asked: { readonly kind: string; readonly id: string } = { kind, id },
): Promise<ObjectRow> => {
  const row = await queries.first<ObjectRow>(
    sql`select ${selected} from object o join person p on p.id = o.owner_id where o.id = ${id} and o.kind = ${kind} and o.deleted_at is null`,
  )
  const reference = row === undefined ? undefined : { kind, owner: row.owner_id, organisation: row.organisation_id }
  if (row === undefined || reference === undefined || !may(caller, 'view', reference))
    throw infraError('object.notFound', asked)
  if (!may(caller, action, reference)) throw infraError('object.forbidden', { action, kind, name: row.name })
  return row
}

/**
 * As `authorise`, for an object that what the transaction makes will need: until it ends nobody deletes the object, and one that
 * was deleted meanwhile is not there.
 */
export const authoriseUse = async (
  queries: Queries,
  caller: Caller,
  action: Action,
  kind: ObjectKind,
  id: string,
): Promise<ObjectRow> => {
  await queries.run(sql`select 1 from object where id = ${id} for share`)
  return authorise(queries, caller, action, kind, id)
}

/** May the caller make things of this kind. */
export const authoriseCreate = (caller: Caller, kind: ObjectKind): void => {
  if (!may(caller, 'create', { kind, owner: caller.id, organisation: caller.organisation })) {
    throw infraError('object.forbidden', { action: 'create', kind, name: 'new' })
  }
}

export const createObject = async (
  queries: Queries,
  caller: Caller,
  kind: ObjectKind,
  name: string,
  description = '',
): Promise<string> => {
  const id = newId(kind)
  await insertObject(queries, {
    id,
    kind,
    name,
    description,
    owner: caller.id,
    organisation: caller.organisation,
    workspace: caller.workspace,
  })
  return id
}

export const insertObject = async (
  queries: Queries,
  object: {
    id: string
    kind: ObjectKind
    name: string
    description?: string
    owner: string
    organisation: string
    workspace: string
  },
): Promise<void> => {
  const { id, kind, name, description = '', owner, organisation, workspace } = object
  await queries.run(sql`
    insert into object (id, kind, name, description, owner_id, organisation_id, workspace_id, created_at, updated_at)
    values (${id}, ${kind}, ${name}, ${description}, ${owner}, ${organisation}, ${workspace}, now(), now())`)
  await noteChange(queries, organisation, { kind, id, version: 1, change: 'created' })
}

/** An object that comes of another one, such as a model of a training run: of the same owner, in the same place. */
export const insertBeside = async (
  queries: Queries,
  origin: string,
  object: { id: string; kind: ObjectKind; name: string },
): Promise<void> => {
  const found = await queries.first<{ owner: string; organisation: string; workspace: string }>(
    sql`select owner_id as owner, organisation_id as organisation, workspace_id as workspace from object where id = ${origin}`,
  )
  if (found !== undefined) await insertObject(queries, { ...object, ...found })
}

const changedSince = (seen: number, { version }: ObjectRow) =>
  infraError('object.changed', { seen: seen < 0 ? 'another version' : `version ${seen}`, now: version })

/** Raises the version, if it is still the one that the caller saw; everybody who looks at it hears of it. */
export const touch = async (
  queries: Queries,
  row: ObjectRow,
  seen: number,
  changes: { readonly name?: string | undefined; readonly description?: string | undefined } = {},
): Promise<void> => {
  const { name = row.name, description = row.description } = changes
  const changed = await queries.run(sql`
    update object set version = version + 1, updated_at = now(), name = ${name}, description = ${description}
    where id = ${row.id} and version = ${seen} and deleted_at is null`)
  if (changed === 0) throw changedSince(seen, row)
  await noteChange(queries, row.organisation_id, { kind: row.kind, id: row.id, version: seen + 1, change: 'updated' })
}

/** A change that the platform itself makes, such as at the end of a job; nothing is told of what is deleted. */
export const touchByPlatform = async (queries: Queries, id: string): Promise<void> => {
  const row = await queries.first<{ kind: ObjectKind; organisation_id: string; version: number }>(
    sql`update object set version = version + 1, updated_at = now() where id = ${id} and deleted_at is null returning kind, organisation_id, version`,
  )
  if (row !== undefined)
    await noteChange(queries, row.organisation_id, { kind: row.kind, id, version: row.version, change: 'updated' })
}

/** Something about an object changed that its version does not cover, such as a count: whoever looks at it reads it again. */
export const announceChange = async (queries: Queries, id: string): Promise<void> => {
  const row = await queries.first<{ kind: ObjectKind; organisation_id: string; version: number }>(
    sql`select kind, organisation_id, version from object where id = ${id} and deleted_at is null`,
  )
  if (row !== undefined)
    await noteChange(queries, row.organisation_id, { kind: row.kind, id, version: row.version, change: 'updated' })
}

export const removeObject = async (queries: Queries, row: ObjectRow, seen: number): Promise<void> => {
  const changed = await queries.run(
    sql`update object set deleted_at = now(), version = version + 1 where id = ${row.id} and version = ${seen} and deleted_at is null`,
  )
  if (changed === 0) throw changedSince(seen, row)
  await noteChange(queries, row.organisation_id, { kind: row.kind, id: row.id, version: seen + 1, change: 'deleted' })
}

export type Change = {
  readonly kind: string
  readonly id: string
  readonly version: number
  readonly change: 'created' | 'updated' | 'deleted'
}

/** Told when the transaction commits, to every server. */
export const noteChange = async (queries: Queries, organisation: string, change: Change): Promise<void> => {
  await queries.run(sql`select pg_notify('changes', ${JSON.stringify({ organisation, ...change })})`)
}

type Page<T> = { readonly items: T[]; readonly nextCursor: string | null }
type PageQuery = { readonly cursor?: string; readonly limit?: number; readonly search?: string }

/** One page of the objects of a kind that the caller's organisation has, newest first. */
export const listObjects = async (
  queries: Queries,
  caller: Caller,
  kind: ObjectKind,
  query: PageQuery,
): Promise<Page<ObjectRow>> => {
  if (!may(caller, 'view', { kind, owner: caller.id, organisation: caller.organisation }))
    return { items: [], nextCursor: null }
  const words =
    query.search === undefined || query.search.trim() === ''
      ? sql``
      : sql`and o.name ilike ${`%${escapeLike(query.search.trim())}%`}`
  return pageOf(query, (after, limit) =>
    queries.rows<ObjectRow>(sql`
      select ${selected} from object o join person p on p.id = o.owner_id
      where o.organisation_id = ${caller.organisation} and o.kind = ${kind} and o.deleted_at is null ${words} ${after}
      order by o.created_at desc, o.id desc limit ${limit}`),
  )
}

const escapeLike = (text: string): string => text.replace(/[\\%_]/g, (letter) => `\\${letter}`)

/** Pages by position, not by number: what is made meanwhile neither repeats nor hides a row. Rows need `created_at` and `id`; the table is `o`. */
export const pageOf = async <T extends { readonly id: string; readonly created_at: Date }>(
  { cursor, limit = 50 }: PageQuery,
  read: (after: Sql, limit: number) => Promise<T[]>,
): Promise<Page<T>> => {
  const position = cursor === undefined ? undefined : readCursor(cursor)
  const after =
    position === undefined ? sql`` : sql`and (o.created_at, o.id) < (${position.at}::timestamptz, ${position.id})`
  const rows = await read(after, limit + 1)
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  const more = rows.length > limit && last !== undefined
  return {
    items,
    nextCursor: more
      ? Buffer.from(JSON.stringify([last.created_at.toISOString(), last.id])).toString('base64url')
      : null,
  }
}

const readCursor = (cursor: string): { at: string; id: string } => {
  try {
    const [at, id] = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')) as unknown[]
    if (
      typeof at === 'string' &&
      /^\d{4}-/.test(at) &&
      new Date(at).toISOString() === at &&
      typeof id === 'string' &&
      isStorable(id)
    )
      return { at, id }
  } catch {
    // Not one of ours.
  }
  throw infraError('request.unreadable', { reason: 'the cursor is not one that this list gave' })
}
