import { keptRows } from '@modelsmith/domain'
import { type LoggedRows, type PredictionLogEntry, segmentWriter } from '@modelsmith/serving'
import { type Queries, sql } from '../../infra/database/database.ts'

export type KeptRequest = {
  /** As hours are counted. */
  readonly hour: string
  readonly entry: PredictionLogEntry
  readonly rows: LoggedRows
}

/** Requests are kept together up to about so many rows, to be read and scored together. */
const rowsTogether = 5000

/** Keeps the rows of requests, for deployments that are set to; under the lock of those who count. */
export const keepRows = async (queries: Queries, requests: readonly KeptRequest[]): Promise<void> => {
  const deployments = [...new Set(requests.map(({ entry }) => entry.deploymentId))]
  const keeping = await queries.rows<{ id: string }>(
    sql`select id from deployment where id = any(${deployments}) and keep_rows_days > 0 order by id`,
  )
  for (const { id } of keeping) {
    const own = Map.groupBy(
      requests.filter(({ entry }) => entry.deploymentId === id),
      ({ hour }) => hour,
    )
    for (const [hour, ofHour] of [...own].toSorted(([a], [b]) => (a < b ? -1 : 1)))
      for (const part of parts(ofHour)) await insert(queries, id, hour, part)
  }
}

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

const insert = (queries: Queries, deployment: string, hour: string, requests: readonly KeptRequest[]) => {
  const write = segmentWriter()
  const segment = Buffer.concat(requests.map(({ entry, rows }) => write(entry, rows)))
  const rows = requests.reduce((sum, { entry }) => sum + entry.rows, 0)
  return queries.run(sql`
    insert into kept_rows (deployment_id, hour, rows, bytes, segment) values (${deployment}, ${hour}, ${rows}, ${segment.length}, ${segment})`)
}

/** Lets rows go that are older than their deployment keeps them, or more than it may keep, the oldest first. */
export const forgetRows = (queries: Queries) =>
  queries.run(sql`
    delete from kept_rows where sequence in (
      select k.sequence from (
        select sequence, deployment_id, hour, sum(bytes) over (partition by deployment_id order by sequence desc) as newer from kept_rows) k
      join deployment d on d.id = k.deployment_id join object o on o.id = d.id
      where k.newer > ${keptRows.mostBytes} or o.deleted_at is not null or k.hour + interval '1 hour' <= now() - make_interval(days => d.keep_rows_days))`)
