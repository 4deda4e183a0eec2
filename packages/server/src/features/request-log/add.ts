import { type PredictionLogEntry, timeOfRequest } from '@modelsmith/serving'
import { arrayText } from '../../infra/database/array-text.ts'
import { type Queries, sql } from '../../infra/database/database.ts'

/** A request that was answered or refused, and the part of the kept rows that has its rows. */
export type Requested = { readonly entry: PredictionLogEntry; readonly keptSequence: number | undefined }

const hourMs = 3_600_000
/** Of `2026-01-31T12`. */
const hourLength = 13

/** Of a file that is shipped twice, the second time changes nothing. Who asks at the same time waits. */
export const isFirstTime = async (queries: Queries, segment: string): Promise<boolean> => {
  const noted = await queries.first(
    sql`insert into shipped_segment (name, at) values (${segment}, now()) on conflict do nothing returning name`,
  )
  return noted !== undefined
}

/** Names of segments whose files are gone for long. */
export const forgetSegments = (queries: Queries) =>
  queries.run(sql`delete from shipped_segment where at < now() - interval '7 days'`)

type Placed = Requested & { readonly ms: number | undefined }

/** Notes requests in parts of one deployment, release and hour; within a part ids tell their time, or none does. */
export const addRequests = async (queries: Queries, requests: readonly Requested[]): Promise<void> => {
  const placed = requests.map((each): Placed => ({ ...each, ms: timeOfRequest(each.entry.requestId) }))
  const parts = Map.groupBy(placed, ({ ms, entry: { deploymentId, releaseId, at } }) =>
    [deploymentId, releaseId, at.slice(0, hourLength), ms === undefined ? 'untold' : Math.floor(ms / hourMs)].join(' '),
  )
  for (const [, part] of [...parts].toSorted(([a], [b]) => (a < b ? -1 : 1))) await addPart(queries, part)
}

const addPart = async (queries: Queries, part: readonly Placed[]): Promise<void> => {
  const entries = part.map(({ entry }) => entry)
  const [{ deploymentId, releaseId }] = entries as [PredictionLogEntry]
  const ids = entries.map(({ requestId }) => requestId)
  const times = part.flatMap(({ ms }) => ms ?? [])
  const isTold = times.length > 0
  const ats = entries.map(({ at }) => at)
  const codes = entries.map(({ status, errorCode }) => (status === 'error' ? (errorCode ?? 'unknown') : null))
  const errors = codes.filter((code) => code !== null).length
  const fallbacks = entries.map(({ fallback }) => (fallback === undefined ? null : JSON.stringify(fallback)))
  const kept = part.map(({ keptSequence = null }) => keptSequence)
  // As `toISOString` writes them, times are in the order of their texts.
  const [first, last] = boundsOf(ats)
  const [firstMs, lastMs] = isTold ? boundsOf(times) : [null, null]
  const added = await queries.first<{ sequence: number }>(sql`
    insert into request_part (deployment_id, release_id, first_at, last_at, first_ms, last_ms, requests, errors, request_ids, ats, rows, latencies_ms,
      error_codes, fallbacks, kept_sequences)
    values (${deploymentId}, ${releaseId}, ${first}, ${last}, ${firstMs}, ${lastMs}, ${part.length}, ${errors}, ${arrayText(ids)}::text[],
      ${arrayText(ats)}::timestamptz[], ${arrayText(entries.map(({ rows }) => rows))}::integer[],
      ${arrayText(entries.map(({ latencyMs }) => latencyMs))}::double precision[], ${errors === 0 ? null : arrayText(codes)}::text[],
      ${fallbacks.every((each) => each === null) ? null : arrayText(fallbacks)}::text[],
      ${kept.every((each) => each === null) ? null : arrayText(kept)}::bigint[])
    returning sequence`)
  if (!isTold)
    await queries.run(sql`
      insert into request_place (request_id, sequence) select unnest(${ids}::text[]), ${added?.sequence as number} on conflict do nothing`)
}

const boundsOf = <T extends string | number>(values: readonly T[]): readonly [T, T] => {
  let [least] = values as readonly [T]
  let most = least
  for (const value of values) {
    if (value < least) least = value
    if (most < value) most = value
  }
  return [least, most]
}
