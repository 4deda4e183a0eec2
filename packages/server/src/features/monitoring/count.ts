import { type LoggedRequest, type LoggedRows, readSegment, segmentWriter } from '@modelsmith/serving'
import { concatTables } from '@modelsmith/table'
import type { Queries } from '../../infra/database/database.ts'
import { countPredictions } from './accuracy-count.ts'
import { countHours, hourOf } from './aggregate.ts'
import { baselineCounter, type BaselineFeature, baselineOf, predictionColumns } from './baseline.ts'
import { keepRows } from './kept-rows.ts'
import * as store from './store.ts'

/**
 * Counts requests that are in no count yet, in the transaction that notes them as logged: so each is counted once, whatever is
 * killed and shipped again. Rows whose baseline is still to be made wait for it in the database.
 */
export const countRequests = async (queries: Queries, requests: readonly LoggedRequest[]): Promise<void> => {
  await store.alone(queries)
  const now = await store.databaseNow(queries)
  await store.addHours(
    queries,
    countHours(
      requests.map(({ entry }) => entry),
      now,
    ),
  )
  const kept = requests.filter((request): request is Kept => request.rows !== undefined)
  await keepRows(
    queries,
    kept.map(({ entry, rows }) => ({ hour: hourOf(entry.at, now).hour, entry, rows })),
  )
  for (const [deployment, own] of Map.groupBy(kept, ({ entry }) => entry.deploymentId))
    await countPredictions(
      queries,
      deployment,
      own.map(({ entry: { releaseId, requestId, at }, rows }) => ({
        releaseId,
        requestId,
        at,
        hour: hourOf(at, now).hour,
        rows,
      })),
    )
  const releases = [...new Set(kept.map(({ entry }) => entry.releaseId))].toSorted()
  for (const baseline of await store.demandBaselines(queries, releases)) {
    const own = kept.filter(({ entry }) => entry.releaseId === baseline.release_id)
    if (baseline.state === 'ready')
      await countRows(
        queries,
        baseline,
        own.map(({ entry, rows }) => ({ hour: hourOf(entry.at, now).hour, rows })),
      )
    if (baseline.state === 'waiting') await hold(queries, baseline, own, now)
  }
}

type Kept = LoggedRequest & { readonly rows: LoggedRows }
type Placed = { readonly hour: string; readonly rows: LoggedRows }

const countRows = async (
  queries: Queries,
  { id, features }: Pick<store.BaselineRow, 'id' | 'features'>,
  rows: readonly Placed[],
): Promise<void> => {
  const byHour = new Map<string, ReturnType<typeof baselineCounter>>()
  for (const { hour, rows: logged } of rows) {
    const counter = byHour.get(hour) ?? baselineCounter(features ?? [])
    byHour.set(hour, counter)
    counter.add(logged)
  }
  for (const [hour, counter] of [...byHour].toSorted(([a], [b]) => (a < b ? -1 : 1)))
    await store.addFeatureCounts(queries, id, hour, counter.counts())
}

/** Requests wait for their baseline; one of the first rows is made of them as soon as they are enough, and what comes behind is counted on it. */
const hold = async (queries: Queries, baseline: store.BaselineRow, requests: readonly Kept[], now: Date) => {
  const wanted = baseline.source === 'firstRows' ? (baseline.wanted_rows as number) : Number.POSITIVE_INFINITY
  let waiting = await store.heldCount(queries, baseline.id)
  for (const [index, { entry, rows }] of requests.entries()) {
    const { requestId } = entry
    const { hour } = hourOf(entry.at, now)
    const segment = segmentWriter()(entry, rows)
    await store.holdRows(queries, baseline.id, { requestId, hour, rows: entry.rows, segment })
    waiting += entry.rows
    if (waiting < wanted) continue
    const held = await heldRows(queries, baseline.id)
    const inputs = concatTables(held.map((each) => each.rows.inputs))
    const predictions = concatTables(held.map((each) => predictionColumns(each.rows.scores, each.rows.outcome)))
    const features = baselineOf(inputs, predictions)
    await store.setBaselineReady(queries, baseline.id, inputs.rows, features)
    const behind = requests.slice(index + 1).map((each) => ({ hour: hourOf(each.entry.at, now).hour, rows: each.rows }))
    return countRows(queries, { id: baseline.id, features }, [...held, ...behind])
  }
}

/** Makes a baseline ready, and counts what has waited for it. */
export const keepBaseline = async (
  queries: Queries,
  id: string,
  rows: number,
  features: readonly BaselineFeature[],
): Promise<void> => {
  await store.alone(queries)
  if ((await store.setBaselineReady(queries, id, rows, features)) === 0) return
  await countRows(queries, { id, features }, await heldRows(queries, id))
}

/** Says why there is no baseline; what has waited for it is let go. */
export const failBaseline = async (queries: Queries, id: string, problem: string): Promise<void> => {
  await store.alone(queries)
  await store.setBaselineFailed(queries, id, problem)
  await store.takeHeld(queries, id)
}

const heldRows = async (queries: Queries, baseline: string): Promise<Placed[]> =>
  (await store.takeHeld(queries, baseline)).flatMap(({ hour, segment }) => {
    const rows = readSegment(segment)[0]?.rows
    return rows === undefined ? [] : [{ hour: hour.toISOString(), rows }]
  })
