import type { PredictionLogRow } from '@modelsmith/api'
import { timeOfRequest } from '@modelsmith/serving'
import { type Queries, type Sql, sql } from '../../infra/database/database.ts'
import type { Position } from '../../infra/rights/objects.ts'

export type LogRow = {
  readonly id: string
  readonly created_at: Date
  readonly release_id: string
  readonly rows: number
  readonly latency_ms: number
  readonly status: 'ok' | 'error'
  readonly error_code: string | null
  readonly fallback: NonNullable<PredictionLogRow['fallback']> | null
  readonly kept_sequence: number | null
}

export const toLogRow = (row: LogRow): PredictionLogRow => ({
  requestId: row.id,
  releaseId: row.release_id,
  at: row.created_at.toISOString(),
  rows: row.rows,
  latencyMs: row.latency_ms,
  status: row.status,
  errorCode: row.error_code,
  ...(row.fallback === null ? {} : { fallback: row.fallback }),
})

export type LogFilter = { readonly status?: 'ok' | 'error'; readonly release?: string }

/** The requests of parts `p`, a row each. */
const requestsIn = (parts: Sql): Sql => sql`
  select e.id, e.at as created_at, p.release_id, e.rows, e.latency_ms, case when e.error_code is null then 'ok' else 'error' end as status, e.error_code,
    e.fallback::jsonb as fallback, e.kept_sequence
  from ${parts}, unnest(p.request_ids, p.ats, p.rows, p.latencies_ms, p.error_codes, p.fallbacks, p.kept_sequences)
    as e(id, at, rows, latency_ms, error_code, fallback, kept_sequence)`

const hourMs = 3_600_000

/** A request by its id. Ids that tell their time lead to the few parts of that time. */
export const findRequest = (queries: Queries, deployment: string, id: string): Promise<LogRow | undefined> => {
  const ms = timeOfRequest(id)
  const there =
    ms === undefined
      ? sql`p.sequence = (select sequence from request_place where request_id = ${id})`
      : sql`p.last_ms between ${ms} and ${ms + hourMs} and p.first_ms <= ${ms}`
  return queries.first<LogRow>(
    sql`select * from (${requestsIn(sql`request_part p`)} where p.deployment_id = ${deployment} and ${there}) o where o.id = ${id} limit 1`,
  )
}

/** How many requests of a part are wanted. */
const wantedIn = ({ status }: LogFilter): Sql => {
  if (status === 'error') return sql`p.errors`
  return status === 'ok' ? sql`(p.requests - p.errors)` : sql`p.requests`
}

/**
 * Requests of a deployment, newest first. No part is opened but those that are as new as the oldest of as many, newest first, as have `limit`
 * requests for certain.
 */
export const listRequests = (
  queries: Queries,
  deployment: string,
  filter: LogFilter,
  { after, position, limit }: { readonly after: Sql; readonly position: Position | undefined; readonly limit: number },
): Promise<LogRow[]> => {
  const { status, release } = filter
  const wanted = wantedIn(filter)
  const fitting = sql`p.deployment_id = ${deployment} and ${wanted} > 0 ${release === undefined ? sql`` : sql`and p.release_id = ${release}`}`
  const before = position === undefined ? sql`` : sql`and p.last_at < ${position.at}::timestamptz`
  const begun = position === undefined ? sql`` : sql`and p.first_at <= ${position.at}::timestamptz`
  const oldest = sql`
    select min(first_at) from (
      select first_at, sum(wanted) over (order by last_at desc, sequence desc) - wanted as newer from (
        select p.first_at, p.last_at, p.sequence, ${wanted} as wanted from request_part p where ${fitting} ${before}
        order by p.last_at desc, p.sequence desc limit ${limit}) n) c
    where newer < ${limit}`
  return queries.rows<LogRow>(sql`
    select * from (
      ${requestsIn(sql`request_part p`)} where ${fitting} ${begun} and p.last_at >= coalesce((${oldest}), '-infinity'::timestamptz)) o
    where true ${status === undefined ? sql`` : sql`and o.status = ${status}`} ${after} order by o.created_at desc, o.id desc limit ${limit}`)
}
