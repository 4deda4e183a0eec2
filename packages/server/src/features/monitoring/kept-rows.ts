import { createHash } from 'node:crypto'
import type { Kept } from '@modelsmith/api'
import { keptRows } from '@modelsmith/domain'
import { type LoggedRows, type PredictionLogEntry, segmentWriter } from '@modelsmith/serving'
import { type Queries, sql } from '../../infra/database/database.ts'
import { fullOrganisations } from '../../infra/objects/quota.ts'

export type KeptRequest = {
  /** As hours are counted. */
  readonly hour: string
  readonly entry: PredictionLogEntry
  readonly rows: LoggedRows
}

/** Requests are kept together up to about so many rows, to be read and scored together. */
const rowsTogether = 5000

type Keeping = { readonly id: string; readonly organisation_id: string; readonly share: number }

/** A number of a request from 0 up to 1, the same one wherever and whenever it is asked for. */
const drawOf = (requestId: string): number => createHash('sha256').update(requestId).digest().readUInt32BE(0) / 2 ** 32

/** In which part the rows of a request are, by its id. */
export type KeptIn = ReadonlyMap<string, number>

/**
 * Keeps the rows of requests, for deployments that are set to, of the share of them that each is set to; under the lock of those who
 * count. Where the organisation stores as much as it may, none are kept, and the deployment says so.
 */
export const keepRows = async (queries: Queries, requests: readonly KeptRequest[]): Promise<KeptIn> => {
  const deployments = [...new Set(requests.map(({ entry }) => entry.deploymentId))]
  const keeping = await queries.rows<Keeping>(sql`
    select d.id, o.organisation_id, d.keep_rows_share as share from deployment d join object o on o.id = d.id
    where d.id = any(${deployments}) and d.keep_rows_days > 0 order by d.id`)
  const full = await fullOrganisations(queries, [...new Set(keeping.map((each) => each.organisation_id))])
  const keptIn = new Map<string, number>()
  for (const { id, organisation_id: organisation, share } of keeping) {
    const wanted = requests.filter(({ entry }) => entry.deploymentId === id && drawOf(entry.requestId) < share)
    if (wanted.length === 0) continue
    if (full.has(organisation)) await noteRefused(queries, id)
    else await keep(queries, id, wanted, keptIn)
  }
  return keptIn
}

const keep = async (
  queries: Queries,
  deployment: string,
  requests: readonly KeptRequest[],
  keptIn: Map<string, number>,
): Promise<void> => {
  const byHour = Map.groupBy(requests, ({ hour }) => hour)
  for (const [hour, ofHour] of [...byHour].toSorted(([a], [b]) => (a < b ? -1 : 1)))
    for (const part of parts(ofHour)) {
      const sequence = await insert(queries, deployment, hour, part)
      for (const { entry } of part) keptIn.set(entry.requestId, sequence)
    }
}

const noteRefused = (queries: Queries, deployment: string) =>
  queries.run(sql`update deployment set rows_refused_at = now() where id = ${deployment}`)

const parts = (requests: readonly KeptRequest[]): KeptRequest[][] => {
  const all: KeptRequest[][] = []
  let rows = Number.POSITIVE_INFINITY
  for (const request of requests) {
    if (rows >= rowsTogether) {
      all.push([])
      rows = 0
    }
    all.at(-1)?.push(request)
    rows += request.entry.rows
  }
  return all
}

const insert = async (
  queries: Queries,
  deployment: string,
  hour: string,
  requests: readonly KeptRequest[],
): Promise<number> => {
  const write = segmentWriter()
  const segment = Buffer.concat(requests.map(({ entry, rows }) => write(entry, rows)))
  const rows = requests.reduce((sum, { entry }) => sum + entry.rows, 0)
  const kept = await queries.first<{ sequence: number }>(sql`
    insert into kept_rows (deployment_id, hour, rows, bytes, segment) values (${deployment}, ${hour}, ${rows}, ${segment.length}, ${segment})
    returning sequence`)
  return (kept as { sequence: number }).sequence
}

/** Lets rows go that are older than their deployment keeps them, or more than it may keep, the oldest first. */
export const forgetRows = (queries: Queries) =>
  queries.run(sql`
    delete from kept_rows where sequence in (
      select k.sequence from (
        select sequence, deployment_id, hour, sum(bytes) over (partition by deployment_id order by sequence desc) as newer from kept_rows) k
      join deployment d on d.id = k.deployment_id join object o on o.id = d.id
      where k.newer > ${keptRows.mostBytes} or o.deleted_at is not null or k.hour + interval '1 hour' <= now() - make_interval(days => d.keep_rows_days))`)

type Sums = {
  readonly days: number
  readonly share: number
  readonly refused_at: Date | null
  readonly rows: number
  readonly bytes: number
  readonly from: Date | null
  readonly to: Date | null
}

/** What is kept of the rows of a deployment. */
export const keptOf = async (queries: Queries, deployment: string): Promise<Kept> => {
  const { days, share, refused_at, rows, bytes, from, to } = (await queries.first<Sums>(sql`
    select d.keep_rows_days as days, d.keep_rows_share as share, d.rows_refused_at as refused_at, coalesce(sum(k.rows), 0)::bigint as rows,
      coalesce(sum(k.bytes), 0)::bigint as bytes, min(k.hour) as from, max(k.hour) + interval '1 hour' as to
    from deployment d left join kept_rows k on k.deployment_id = d.id where d.id = ${deployment} group by d.id`)) as Sums
  return {
    days,
    share,
    mostBytes: keptRows.mostBytes,
    rows,
    bytes,
    from: from?.toISOString() ?? null,
    to: to?.toISOString() ?? null,
    refusedAt: refused_at?.toISOString() ?? null,
  }
}
