import { type Queries, type Sql, sql } from '../../infra/database/database.ts'
import type { Range } from './range.ts'
import type { BaselineRow } from './store.ts'

/** What the pages read: sums over whole hours. */

/** The start of the step in which an hour lies; steps begin with the range. */
export const stepOf = ({ from, stepHours }: Range): Sql =>
  sql`date_bin(make_interval(hours => ${stepHours}), hour, ${from.toISOString()}::timestamptz)`

export const within = ({ from, to }: Range): Sql =>
  sql`hour >= ${from.toISOString()}::timestamptz and hour < ${to.toISOString()}::timestamptz`

const ofDeployment = (deployment: string, release: string | undefined, range: Range): Sql =>
  sql`deployment_id = ${deployment} and ${within(range)} ${release === undefined ? sql`` : sql`and release_id = ${release}`}`

export type Load = {
  readonly at: Date
  readonly release_id: string
  readonly requests: number
  readonly rows: number
  readonly errors: number
  readonly ahead: number
  readonly fallbacks: number
}

export const loadOf = (queries: Queries, deployment: string, release: string | undefined, range: Range) =>
  queries.rows<Load>(sql`
    select ${stepOf(range)} as at, release_id, sum(requests)::bigint as requests, sum(rows)::bigint as rows, sum(errors)::bigint as errors, sum(ahead)::bigint as ahead, sum(fallbacks)::bigint as fallbacks
    from monitoring_hour where ${ofDeployment(deployment, release, range)} group by 1, 2 order by 1, 2`)

export const errorsOf = (queries: Queries, deployment: string, release: string | undefined, range: Range) =>
  queries.rows<{ code: string; requests: number }>(sql`
    select code, sum(requests)::bigint as requests from monitoring_error where ${ofDeployment(deployment, release, range)}
    group by 1 order by 2 desc, 1`)

export const latencyOf = (queries: Queries, deployment: string, release: string | undefined, range: Range) =>
  queries.rows<{ at: Date; bin: number; requests: number }>(sql`
    select ${stepOf(range)} as at, bin, sum(requests)::bigint as requests from monitoring_latency
    where ${ofDeployment(deployment, release, range)} group by 1, 2 order by 1, 2`)

export const releasesOf = (queries: Queries, deployment: string) =>
  queries.rows<{ id: string; number: number; state: string }>(
    sql`select id, number, state from release where deployment_id = ${deployment} order by number desc`,
  )

export type ReadBaseline = BaselineRow & { readonly waiting: number }

export const newestBaseline = (queries: Queries, release: string) =>
  queries.first<ReadBaseline>(sql`
    select b.*, (select coalesce(sum(h.rows), 0)::bigint from monitoring_held h where h.baseline_id = b.id) as waiting
    from monitoring_baseline b where release_id = ${release} order by created_at desc, id desc limit 1`)

/** Counts of every feature over the whole range. */
export const countsOf = (queries: Queries, baseline: string, range: Range) =>
  queries.rows<{ feature: number; counts: number[] }>(sql`
    select feature, array_agg(total order by place)::float8[] as counts from (
      select feature, place, sum(count) as total from monitoring_count, unnest(counts) with ordinality as c(count, place)
      where baseline_id = ${baseline} and ${within(range)} group by 1, 2) s
    group by 1`)

/** Counts of one feature, step by step. */
export const countSeries = (queries: Queries, baseline: string, feature: number, range: Range) =>
  queries.rows<{ at: Date; counts: number[] }>(sql`
    select at, array_agg(total order by place)::float8[] as counts from (
      select ${stepOf(range)} as at, place, sum(count) as total from monitoring_count, unnest(counts) with ordinality as c(count, place)
      where baseline_id = ${baseline} and feature = ${feature} and ${within(range)} group by 1, 2) s
    group by 1 order by 1`)
