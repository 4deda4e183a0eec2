import { type PredictionLogEntry, timeOfRequest } from '@modelsmith/serving'
import { type Queries, sql } from '../../infra/database/database.ts'

/** A request that was answered or refused, and the part of the kept rows that has its rows. */
export type Requested = { readonly entry: PredictionLogEntry; readonly keptSequence: number | undefined }

const hourMs = 3_600_000
const hourOf = (ms: number): number => Math.floor(ms / hourMs)

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

/** Notes requests in parts of one deployment, release and hour; within a part ids tell their time, or none does. */
export const addRequests = async (queries: Queries, requests: readonly Requested[]): Promise<void> => {
  const parts = Map.groupBy(requests, ({ entry: { deploymentId, releaseId, at, requestId } }) => {
    const ms = timeOfRequest(requestId)
    return [deploymentId, releaseId, hourOf(Date.parse(at)), ms === undefined ? 'untold' : hourOf(ms)].join(' ')
  })
  for (const [, part] of [...parts].toSorted(([a], [b]) => (a < b ? -1 : 1))) await addPart(queries, part)
}

const addPart = async (queries: Queries, part: readonly Requested[]): Promise<void> => {
  const entries = part.map(({ entry }) => entry)
  const [{ deploymentId, releaseId }] = entries as [PredictionLogEntry]
  const ids = entries.map(({ requestId }) => requestId)
  const times = ids.flatMap((id) => timeOfRequest(id) ?? [])
  const isTold = times.length > 0
  const ats = entries.map(({ at }) => at)
  const codes = entries.map(({ status, errorCode }) => (status === 'error' ? (errorCode ?? 'unknown') : null))
  const errors = codes.filter((code) => code !== null).length
  const kept = part.map(({ keptSequence = null }) => keptSequence)
  const [first, last] = boundsOf(ats, (a, b) => Date.parse(a) < Date.parse(b))
  const [firstMs, lastMs] = isTold ? boundsOf(times, (a, b) => a < b) : [null, null]
  const added = await queries.first<{ sequence: number }>(sql`
    insert into request_part (deployment_id, release_id, first_at, last_at, first_ms, last_ms, requests, errors, request_ids, ats, rows, latencies_ms,
      error_codes, kept_sequences)
    values (${deploymentId}, ${releaseId}, ${first}, ${last}, ${firstMs}, ${lastMs}, ${part.length}, ${errors}, ${ids}::text[], ${ats}::timestamptz[],
      ${entries.map(({ rows }) => rows)}::integer[], ${entries.map(({ latencyMs }) => latencyMs)}::double precision[],
      ${errors === 0 ? null : codes}::text[], ${kept.every((each) => each === null) ? null : kept}::bigint[])
    returning sequence`)
  if (!isTold)
    await queries.run(sql`
      insert into request_place (request_id, sequence) select unnest(${ids}::text[]), ${added?.sequence as number} on conflict do nothing`)
}

const boundsOf = <T>(values: readonly T[], isLess: (a: T, b: T) => boolean): readonly [T, T] => {
  let [least] = values as readonly [T]
  let most = least
  for (const value of values) {
    if (isLess(value, least)) least = value
    if (isLess(most, value)) most = value
  }
  return [least, most]
}
