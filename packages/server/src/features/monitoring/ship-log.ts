import { readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import {
  type LoggedRequest,
  type PredictionLogEntry,
  readSegment,
  servingPaths,
  shippableSuffix,
} from '@modelsmith/serving'
import type { Context } from '../../infra/context.ts'
import { isOfData, json, type Queries, sql } from '../../infra/database/database.ts'
import { announceChange } from '../../infra/rights/objects.ts'
import { countRequests } from './count.ts'

/**
 * Brings segments of the prediction log into the database and counts them, oldest first. A segment that is shipped twice counts once. One
 * that the database refuses for what it holds is put aside and told as a bug, so that it holds up no other.
 */
export const shipLog = async ({ database }: Pick<Context, 'database'>, servingDir: string): Promise<void> => {
  const place = join(servingDir, servingPaths.log)
  const names = (await readdir(place).catch(() => [])).filter((name) => name.endsWith(shippableSuffix)).sort()
  for (const name of names) {
    const file = join(place, name)
    const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return Buffer.alloc(0)
      throw error
    })
    try {
      await ship(database, readSegment(bytes))
    } catch (error) {
      if (isOfData(error)) await rename(file, `${file}.refused`)
      throw error
    }
    await rm(file, { force: true })
  }
}

const ship = async (database: Context['database'], requests: readonly LoggedRequest[]): Promise<void> => {
  if (requests.length === 0) return
  const entries = requests.map(({ entry }) => entry)
  const each = <T>(of: (entry: PredictionLogEntry) => T): T[] => entries.map(of)
  await database.transaction(async (queries) => {
    const fresh = await queries.rows<{ request_id: string }>(sql`
      insert into prediction_log (request_id, deployment_id, release_id, at, rows, latency_ms, status, error_code)
      select * from unnest(${each(({ requestId }) => requestId)}::text[], ${each(({ deploymentId }) => deploymentId)}::text[],
        ${each(({ releaseId }) => releaseId)}::text[], ${each(({ at }) => at)}::timestamptz[], ${each(({ rows }) => rows)}::integer[],
        ${each(({ latencyMs }) => latencyMs)}::double precision[], ${each(({ status }) => status)}::text[], ${each(({ errorCode }) => errorCode)}::text[])
      on conflict do nothing returning request_id`)
    const left = new Set(fresh.map(({ request_id }) => request_id))
    // A name that two requests bear is counted for the first alone, as it is logged.
    const counted = requests.filter(({ entry }) => left.delete(entry.requestId))
    if (counted.length === 0) return
    await addRequests(queries, sumsOf(counted))
    await countRequests(queries, counted)
    for (const id of new Set(counted.map(({ entry }) => entry.deploymentId))) await announceChange(queries, id)
  })
}

type Sums = { readonly deployment: string; requests: number; rows: number; errors: number; last: string }

/** Of each deployment, in the order of their ids: two who add to them do not wait for each other in a circle. */
const sumsOf = (requests: readonly LoggedRequest[]): Sums[] => {
  const sums = new Map<string, Sums>()
  for (const { entry } of requests) {
    const { deploymentId: deployment, at } = entry
    const own = sums.get(deployment) ?? { deployment, requests: 0, rows: 0, errors: 0, last: at }
    sums.set(deployment, own)
    own.requests++
    own.rows += entry.rows
    if (entry.status === 'error') own.errors++
    if (Date.parse(at) > Date.parse(own.last)) own.last = at
  }
  return [...sums.values()].toSorted((a, b) => (a.deployment < b.deployment ? -1 : 1))
}

const addRequests = (queries: Queries, sums: readonly Sums[]) =>
  queries.run(sql`
    update deployment d set
      requests = d.requests + f.requests, rows = d.rows + f.rows, errors = d.errors + f.errors,
      last_request_at = greatest(d.last_request_at, f.last)
    from jsonb_to_recordset(${json(sums)}::jsonb) as f(deployment text, requests bigint, rows bigint, errors bigint, last timestamptz)
    where d.id = f.deployment`)
