import { createHash } from 'node:crypto'
import { canonicalJson } from '@modelsmith/domain'
import { json, type Queries, type Sql, sql } from '../database/database.ts'
import { storable } from '../database/text.ts'
import type { Recording } from './recording.ts'

/** All that is said of one change or denied attempt; `hash` is over everything else, `previousHash` among it. */
export type AuditEntry = {
  readonly sequence: number
  readonly at: string
  readonly actor: { readonly id: string; readonly name: string; readonly role: string }
  readonly operation: string
  readonly outcome: 'done' | 'denied'
  readonly errorCode: string | null
  readonly object: { readonly kind: string; readonly id: string; readonly name: string | null } | null
  readonly before: unknown
  readonly after: unknown
  readonly address: string
  readonly requestId: string
  readonly previousHash: string
  readonly hash: string
}

const firstHash = '0'.repeat(64)

export const hashOf = ({ hash: _hash, ...entry }: AuditEntry): string =>
  createHash('sha256').update(canonicalJson(entry)).digest('hex')

/** Adds an entry to the chain of the actor's organisation, as the last thing that a transaction does. */
export const appendEntry = async (queries: Queries, recording: Recording, errorCode: string | null): Promise<void> => {
  const { actor, subject } = recording
  if (actor === undefined) return
  const { organisation, id, name, role } = actor
  // Held until the commit, which follows at once: entries stand in the order of their commits.
  await queries.run(sql`select pg_advisory_xact_lock(hashtext(${`audit ${organisation}`}))`)
  const last = await queries.first<{ sequence: number; hash: string; at: Date }>(sql`
    select coalesce(max(sequence), 0) as sequence, clock_timestamp()::timestamptz(3) as at,
      (select hash from audit_entry where organisation_id = ${organisation} order by sequence desc limit 1) as hash
    from audit_entry where organisation_id = ${organisation}`)
  const plain = (value: unknown): unknown => (value === undefined ? null : JSON.parse(json(value)))
  const entry: Omit<AuditEntry, 'hash'> = {
    sequence: (last?.sequence ?? 0) + 1,
    at: (last as { at: Date }).at.toISOString(),
    actor: { id, name, role },
    operation: recording.operation,
    outcome: errorCode === null ? 'done' : 'denied',
    errorCode,
    object: subject === undefined ? null : { ...subject, name: subject.name === null ? null : storable(subject.name) },
    before: plain(recording.before),
    after: plain(recording.after),
    address: recording.address,
    requestId: recording.requestId,
    previousHash: last?.hash ?? firstHash,
  }
  const hash = hashOf({ ...entry, hash: '' })
  await queries.run(sql`
    insert into audit_entry (organisation_id, sequence, at, actor_id, actor_name, actor_role, operation, outcome, error_code,
      object_kind, object_id, object_name, before, after, address, request_id, previous_hash, hash)
    values (${organisation}, ${entry.sequence}, ${entry.at}, ${id}, ${name}, ${role}, ${entry.operation}, ${entry.outcome}, ${errorCode},
      ${entry.object?.kind ?? null}, ${entry.object?.id ?? null}, ${entry.object?.name ?? null}, ${json(entry.before)}, ${json(entry.after)},
      ${entry.address}, ${entry.requestId}, ${entry.previousHash}, ${hash})`)
}

type Row = {
  readonly sequence: number
  readonly at: Date
  readonly actor_id: string
  readonly actor_name: string
  readonly actor_role: string
  readonly operation: string
  readonly outcome: 'done' | 'denied'
  readonly error_code: string | null
  readonly object_kind: string | null
  readonly object_id: string | null
  readonly object_name: string | null
  readonly before: unknown
  readonly after: unknown
  readonly address: string
  readonly request_id: string
  readonly previous_hash: string
  readonly hash: string
}

const toEntry = (row: Row): AuditEntry => ({
  sequence: row.sequence,
  at: row.at.toISOString(),
  actor: { id: row.actor_id, name: row.actor_name, role: row.actor_role },
  operation: row.operation,
  outcome: row.outcome,
  errorCode: row.error_code,
  object:
    row.object_kind === null || row.object_id === null
      ? null
      : { kind: row.object_kind, id: row.object_id, name: row.object_name },
  before: row.before,
  after: row.after,
  address: row.address,
  requestId: row.request_id,
  previousHash: row.previous_hash,
  hash: row.hash,
})

/** Entries of an organisation under a condition on `audit_entry`. */
export const readEntries = async (queries: Queries, organisation: string, rest: Sql): Promise<AuditEntry[]> =>
  (await queries.rows<Row>(sql`select * from audit_entry where organisation_id = ${organisation} and ${rest}`)).map(
    toEntry,
  )

const batch = 1000

/** The whole chain, oldest first. */
export async function* allEntries(queries: Queries, organisation: string): AsyncGenerator<AuditEntry> {
  for (let after = 0; ; ) {
    const entries = await readEntries(queries, organisation, sql`sequence > ${after} order by sequence limit ${batch}`)
    yield* entries
    const last = entries.at(-1)
    if (last === undefined || entries.length < batch) return
    after = last.sequence
  }
}

/** Holds every entry against its hash, its predecessor and its number; tells the first that does not fit. */
export const checkChain = async (entries: AsyncIterable<AuditEntry>) => {
  let head = firstHash
  let count = 0
  for await (const entry of entries) {
    if (entry.sequence !== count + 1 || entry.previousHash !== head || entry.hash !== hashOf(entry))
      return { valid: false, entries: count, brokenAt: count + 1, head }
    count++
    head = entry.hash
  }
  return { valid: true, entries: count, brokenAt: null, head }
}
