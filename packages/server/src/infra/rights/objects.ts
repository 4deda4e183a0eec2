import { type Action, may, type ObjectKind, type ObjectRef, type Relation, strongest } from '@modelsmith/domain'
import { type Queries, type Sql, sql } from '../database/database.ts'
import { isStorable } from '../database/text.ts'
import { noteDenied, noteMade, noteSubject } from '../audit/recording.ts'
import { infraError } from '../errors.ts'
import { newId } from '../ids.ts'
import type { Principal } from './principal.ts'
import { allowed, heldRoles } from './visible.ts'

/** Whoever makes an object, and where. */
type Maker = Principal & { readonly workspace: string }

/** The row that every object has. */
export type ObjectRow = {
  readonly id: string
  readonly kind: ObjectKind
  readonly name: string
  readonly description: string
  readonly owner_id: string
  readonly owner_name: string
  readonly organisation_id: string
  /** The object that it belongs to, such as the project of a model. */
  readonly within_id: string | null
  readonly version: number
  readonly created_at: Date
  readonly updated_at: Date
}

const selected = sql`o.id, o.kind, o.name, o.description, o.owner_id, p.name as owner_name, o.organisation_id, o.within_id, o.version, o.created_at, o.updated_at`

/** The fields that every object has in the API. */
export const objectFields = (row: ObjectRow) => ({
  id: row.id,
  name: row.name,
  owner: { id: row.owner_id, name: row.owner_name },
  createdAt: row.created_at.toISOString(),
  updatedAt: row.updated_at.toISOString(),
  version: row.version,
})

/** An object with what the caller is to it. */
export type HeldRow = ObjectRow & { readonly held: readonly Relation[] }

/** What the table of rights is asked about. Whoever trained a model has no more right on it than on its project. */
export const referenceOf = (
  row: Pick<HeldRow, 'kind' | 'organisation_id' | 'owner_id' | 'within_id' | 'held'>,
): ObjectRef => ({
  kind: row.kind,
  organisation: row.organisation_id,
  owner: row.within_id === null ? row.owner_id : '',
  relation: strongest(row.held),
})

/** Objects by their ids, each with what the caller is to it; those that are not there are left out. */
export const findObjects = (queries: Queries, caller: Principal, ids: readonly string[]): Promise<HeldRow[]> =>
  queries.rows<HeldRow>(sql`
    select ${selected}, ${heldRoles(caller)} as held from object o join person p on p.id = o.owner_id
    where o.id = any(${ids}) and o.deleted_at is null`)

/** What a request named, where that is a part of the object, such as a version. */
type Asked = { readonly kind: string; readonly id: string }

/** The row, if the caller may do one of these things to it. */
const demand = (
  caller: Principal,
  wanted: readonly [Action, ...Action[]],
  row: HeldRow | undefined,
  asked: Asked,
): HeldRow => {
  if (row === undefined) throw infraError('object.notFound', asked)
  const reference = referenceOf(row)
  const { id, kind, name } = row
  if (wanted.some((action) => may(caller, action, reference))) {
    const { description, owner_id, owner_name, version } = row
    // Whoever looks at something on the way to something else changes the other.
    if (wanted[0] !== 'view')
      noteSubject({ kind, id, name }, { name, description, owner: { id: owner_id, name: owner_name }, version })
    return row
  }
  noteDenied({ kind, id, name })
  if (may(caller, 'view', reference)) throw infraError('object.forbidden', { action: wanted[0], kind, name })
  if (may(caller, 'execute', reference)) throw infraError('object.executeOnly', { kind, name, owner: row.owner_name })
  throw infraError('object.notFound', asked)
}

/**
 * The object, if the caller may do this to it; one that may not even be seen looks as if it did not exist, and one that may only be
 * executed says whom to ask.
 */
export const authorise = async (
  queries: Queries,
  caller: Principal,
  action: Action,
  kind: ObjectKind,
  id: string,
  asked: Asked = { kind, id },
): Promise<HeldRow> => {
  const [row] = await findObjects(queries, caller, [id])
  return demand(caller, [action], row?.kind === kind ? row : undefined, asked)
}

/** As `authorise`, for an object of whatever kind, and for any one of these actions. */
export const authoriseAny = async (
  queries: Queries,
  caller: Principal,
  wanted: readonly [Action, ...Action[]],
  id: string,
): Promise<HeldRow> => demand(caller, wanted, (await findObjects(queries, caller, [id]))[0], { kind: 'object', id })

/**
 * As `authorise`, for an object that what the transaction makes will need: until it ends nobody deletes the object, and one that
 * was deleted meanwhile is not there.
 */
export const authoriseUse = async (
  queries: Queries,
  caller: Principal,
  action: Action,
  kind: ObjectKind,
  id: string,
): Promise<HeldRow> => {
  await queries.run(sql`select 1 from object where id = ${id} for share`)
  return authorise(queries, caller, action, kind, id)
}

/** What to call something that stands in the way: by its name only for whoever may see it. */
export const wordsFor = async (
  queries: Queries,
  caller: Principal,
  { id, name }: { readonly id: string; readonly name: string },
  kind = '',
): Promise<string> => {
  const [row] = await findObjects(queries, caller, [id])
  const seen = row !== undefined && may(caller, 'view', referenceOf(row))
  return seen ? `${kind}"${name}"` : 'something that you may not see'
}

/** May the caller make things of this kind. */
export const authoriseCreate = (caller: Principal, kind: ObjectKind): void => {
  if (!may(caller, 'create', { kind, owner: caller.id, organisation: caller.organisation })) {
    throw infraError('object.forbidden', { action: 'create', kind, name: 'new' })
  }
}

export const createObject = async (
  queries: Queries,
  caller: Maker,
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
    /** The object that it belongs to, whose roles count for it. */
    within?: string | undefined
  },
): Promise<void> => {
  const { id, kind, name, description = '', owner, organisation, workspace, within = null } = object
  await queries.run(sql`
    insert into object (id, kind, name, description, owner_id, organisation_id, workspace_id, within_id, created_at, updated_at)
    values (${id}, ${kind}, ${name}, ${description}, ${owner}, ${organisation}, ${workspace}, ${within}, now(), now())`)
  if (within === null)
    await queries.run(sql`
      insert into object_grant (object_id, grantee_id, grantee_kind, role, granted_by, granted_at)
      values (${id}, ${owner}, 'person', 'owner', ${owner}, now())`)
  noteMade({ kind, id, name })
  await noteChange(queries, organisation, { kind, id, version: 1, change: 'created' })
}

/** An object that comes of another one, such as a model of a training run: of the same owner, in the same place. */
export const insertBeside = async (
  queries: Queries,
  origin: string,
  object: { id: string; kind: ObjectKind; name: string },
): Promise<void> => {
  const found = await queries.first<{ owner: string; organisation: string; workspace: string; within: string | null }>(
    sql`select owner_id as owner, organisation_id as organisation, workspace_id as workspace, within_id as within from object where id = ${origin}`,
  )
  if (found !== undefined) await insertObject(queries, { ...object, ...found, within: found.within ?? undefined })
}

const changedSince = (seen: number, { version }: ObjectRow) =>
  infraError('object.changed', { seen: seen < 0 ? 'another version' : `version ${seen}`, now: version })

/** That the caller saw the object as it is, where what they ask for does not change it yet. */
export const demandVersion = (row: ObjectRow, seen: number): void => {
  if (row.version !== seen) throw changedSince(seen, row)
}

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

/** One page of the objects of a kind that the caller may see, newest first. */
export const listObjects = async (
  queries: Queries,
  caller: Principal,
  kind: ObjectKind,
  query: PageQuery,
): Promise<Page<ObjectRow>> => {
  const words =
    query.search === undefined || query.search.trim() === ''
      ? sql``
      : sql`and o.name ilike ${`%${escapeLike(query.search.trim())}%`}`
  return pageOf(query, (after, limit) =>
    queries.rows<ObjectRow>(sql`
      select ${selected} from object o join person p on p.id = o.owner_id
      where ${allowed(caller, 'view', [kind])} and o.kind = ${kind} and o.deleted_at is null ${words} ${after}
      order by o.created_at desc, o.id desc limit ${limit}`),
  )
}

const escapeLike = (text: string): string => text.replace(/[\\%_]/g, (letter) => `\\${letter}`)

/** Pages by position, not by number: what is made meanwhile neither repeats nor hides a row. Rows need `created_at` and `id`; the table is `o`. */
export const pageOf = async <T extends { readonly id: string; readonly created_at: Date }>(
  { cursor, limit = 50 }: PageQuery,
  read: (after: Sql, limit: number, position: Position | undefined) => Promise<T[]>,
): Promise<Page<T>> => {
  const position = cursor === undefined ? undefined : readCursor(cursor)
  const after =
    position === undefined ? sql`` : sql`and (o.created_at, o.id) < (${position.at}::timestamptz, ${position.id})`
  const rows = await read(after, limit + 1, position)
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

/** The row behind which a page begins. */
export type Position = { readonly at: string; readonly id: string }

const readCursor = (cursor: string): Position => {
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
