import { readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type LoggedRequest, readSegment, servingPaths, shippableSuffix } from '@modelsmith/serving'
import type { Context } from '../../infra/context.ts'
import { isOfData, json, sql } from '../../infra/database/database.ts'
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
  await database.transaction(async (queries) => {
    const fresh = await queries.rows<{ request_id: string }>(sql`
      insert into prediction_log (request_id, deployment_id, release_id, at, rows, latency_ms, status, error_code)
      select r."requestId", r."deploymentId", r."releaseId", r.at, r.rows, r."latencyMs", r.status, r."errorCode"
      from jsonb_to_recordset(${json(entries)}::jsonb) as r("requestId" text, "deploymentId" text, "releaseId" text, at timestamptz, rows integer, "latencyMs" double precision, status text, "errorCode" text)
      on conflict do nothing returning request_id`)
    const left = new Set(fresh.map(({ request_id }) => request_id))
    // A name that two requests bear is counted for the first alone, as it is logged.
    const counted = requests.filter(({ entry }) => left.delete(entry.requestId))
    if (counted.length === 0) return
    await queries.run(sql`
      update deployment d set
        requests = d.requests + f.requests, rows = d.rows + f.rows, errors = d.errors + f.errors,
        last_request_at = greatest(d.last_request_at, f.last)
      from (select deployment_id, count(*) as requests, sum(rows) as rows, count(*) filter (where status = 'error') as errors, max(at) as last
            from prediction_log where request_id = any(${counted.map(({ entry }) => entry.requestId)}) group by deployment_id) f
      where d.id = f.deployment_id`)
    await countRequests(queries, counted)
    for (const id of new Set(counted.map(({ entry }) => entry.deploymentId))) await announceChange(queries, id)
  })
}
