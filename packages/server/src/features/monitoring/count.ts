import {
  type LoggedBlock,
  type LoggedRequest,
  type LoggedRows,
  readSegment,
  rowsTogether,
  segmentWriter,
} from '@modelsmith/serving'
import { concatTables } from '@modelsmith/table'
import type { Queries } from '../../infra/database/database.ts'
import { countPredictions } from './accuracy-count.ts'
import { countHours, hourOf } from './aggregate.ts'
import { baselineCounter, type BaselineFeature, baselineOf, predictionColumns } from './baseline.ts'
import { type KeptIn, keepRows } from './kept-rows.ts'
import * as store from './store.ts'

/**
 * Counts requests that are in no count yet, in the transaction that notes them as logged: so each is counted once, whatever is
 * killed and shipped again. Rows whose baseline is still to be made wait for it in the database. Says which rows are kept where.
 */
export const countRequests = async (queries: Queries, requests: readonly LoggedRequest[]): Promise<KeptIn> => {
  await store.alone(queries)
  const now = await store.databaseNow(queries)
  await store.addHours(
    queries,
    countHours(
      requests.map(({ entry }) => entry),
      now,
    ),
  )
  const kept = requests.flatMap((request) => keptAt(request, now))
  const keptIn = await keepRows(queries, kept)
  const withIds = kept.filter(({ block }) => block.form.ids.length > 0)
  for (const [deployment, own] of Map.groupBy(withIds, ({ entry }) => entry.deploymentId))
    await countPredictions(
      queries,
      deployment,
      own.map(({ entry: { releaseId, requestId, at }, hour, rows }) => ({ releaseId, requestId, at, hour, rows })),
    )
  const releases = [...new Set(kept.map(({ entry }) => entry.releaseId))].toSorted()
  for (const baseline of await store.demandBaselines(queries, releases)) {
    const own = kept.filter(({ entry }) => entry.releaseId === baseline.release_id)
    if (baseline.state === 'ready') await countRows(queries, baseline, placed(own))
    if (baseline.state === 'waiting') await hold(queries, baseline, own)
  }
  return keptIn
}

/** A request whose rows were logged; they are read when they are asked for. */
type Kept = {
  readonly hour: string
  readonly entry: LoggedRequest['entry']
  readonly block: LoggedBlock
  readonly rows: LoggedRows
}

const keptAt = (request: LoggedRequest, now: Date): Kept[] => {
  const { entry, block } = request
  if (block === undefined) return []
  return [
    {
      hour: hourOf(entry.at, now).hour,
      entry,
      block,
      get rows() {
        return request.rows as LoggedRows
      },
    },
  ]
}

type Placed = { readonly hour: string; readonly rows: LoggedRows }

/** Rows hour by hour, in few tables. */
const placed = (kept: readonly Kept[]): Placed[] =>
  [...Map.groupBy(kept, ({ hour }) => hour)].flatMap(([hour, own]) =>
    rowsTogether(own.map(({ block }) => block)).map((rows) => ({ hour, rows })),
  )

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
const hold = async (queries: Queries, baseline: store.BaselineRow, requests: readonly Kept[]) => {
  const wanted = baseline.source === 'firstRows' ? (baseline.wanted_rows as number) : Number.POSITIVE_INFINITY
  let waiting = await store.heldCount(queries, baseline.id)
  for (const [index, { entry, hour, rows }] of requests.entries()) {
    const { requestId } = entry
    const segment = segmentWriter()(entry, rows)
    await store.holdRows(queries, baseline.id, { requestId, hour, rows: entry.rows, segment })
    waiting += entry.rows
    if (waiting < wanted) continue
    const held = await heldRows(queries, baseline.id)
    const inputs = concatTables(held.map((each) => each.rows.inputs))
    const predictions = concatTables(held.map((each) => predictionColumns(each.rows.scores, each.rows.outcome)))
    const features = baselineOf(inputs, predictions)
    await store.setBaselineReady(queries, baseline.id, inputs.rows, features)
    return countRows(queries, { id: baseline.id, features }, [...held, ...placed(requests.slice(index + 1))])
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
