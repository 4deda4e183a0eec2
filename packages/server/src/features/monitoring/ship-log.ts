import { readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type LoggedRequest, readSegment, servingPaths, shippableSuffix } from '@modelsmith/serving'
import type { Context } from '../../infra/context.ts'
import { isOfData, json, type Queries, sql } from '../../infra/database/database.ts'
import { announceChange } from '../../infra/rights/objects.ts'
import { addRequests, forgetSegments, isFirstTime } from '../request-log/index.ts'
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
      await ship(database, nameOf(name), readSegment(bytes))
    } catch (error) {
      if (isOfData(error)) await rename(file, `${file}.refused`)
      throw error
    }
    await rm(file, { force: true })
  }
  if (names.length > 0) await forgetSegments(database)
}

/** The name of a segment without the time, which is another where the same is written again. */
const nameOf = (file: string): string => file.slice(file.indexOf('-') + 1, -shippableSuffix.length)

const ship = async (
  database: Context['database'],
  segment: string,
  requests: readonly LoggedRequest[],
): Promise<void> => {
  if (requests.length === 0) return
  await database.transaction(async (queries) => {
    if (!(await isFirstTime(queries, segment))) return
    await addSums(queries, sumsOf(requests))
    const keptIn = await countRequests(queries, requests)
    await addRequests(
      queries,
      requests.map(({ entry }) => ({ entry, keptSequence: keptIn.get(entry.requestId) })),
    )
    for (const id of new Set(requests.map(({ entry }) => entry.deploymentId))) await announceChange(queries, id)
  })
}

type Sums = {
  readonly deployment: string
  requests: number
  rows: number
  errors: number
  fallbacks: number
  last: string
}

/** Of each deployment, in the order of their ids: two who add to them do not wait for each other in a circle. */
const sumsOf = (requests: readonly LoggedRequest[]): Sums[] => {
  const sums = new Map<string, Sums>()
  for (const { entry } of requests) {
    const { deploymentId: deployment, at } = entry
    const own = sums.get(deployment) ?? { deployment, requests: 0, rows: 0, errors: 0, fallbacks: 0, last: at }
    sums.set(deployment, own)
    own.requests++
    own.rows += entry.rows
    if (entry.status === 'error') own.errors++
    if (entry.fallback !== undefined) own.fallbacks++
    if (Date.parse(at) > Date.parse(own.last)) own.last = at
  }
  return [...sums.values()].toSorted((a, b) => (a.deployment < b.deployment ? -1 : 1))
}

const addSums = (queries: Queries, sums: readonly Sums[]) =>
  queries.run(sql`
    update deployment d set
      requests = d.requests + f.requests, rows = d.rows + f.rows, errors = d.errors + f.errors, fallbacks = d.fallbacks + f.fallbacks,
      last_request_at = greatest(d.last_request_at, f.last)
    from jsonb_to_recordset(${json(sums)}::jsonb) as f(deployment text, requests bigint, rows bigint, errors bigint, fallbacks bigint, last timestamptz)
    where d.id = f.deployment`)
