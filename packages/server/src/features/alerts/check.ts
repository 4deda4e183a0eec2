import { type AlertMeasures, judge, nextAlertState } from '@modelsmith/domain'
import type { Context } from '../../infra/context.ts'
import type { Queries } from '../../infra/database/database.ts'
import { announceChange } from '../../infra/rights/objects.ts'
import { measuresOf } from '../monitoring/index.ts'
import * as store from './store.ts'

const everySeconds = 60

/**
 * Judges deployments that are watched. What changes its state is told, once, in the transaction that notes the change. One that cannot be
 * judged counts as looked at until its next turn: it keeps no other from theirs.
 */
export const checkAlerts = async (
  { database }: Pick<Context, 'database'>,
  {
    seconds = everySeconds,
    signal,
    logBug,
  }: { readonly seconds?: number; readonly signal: AbortSignal; readonly logBug: (error: unknown) => void },
): Promise<void> => {
  for (const row of await store.unchecked(database, seconds)) {
    if (signal.aborted) return
    const { deployment_id: id, limits, release_id, webhook_host } = row
    try {
      const measures = await measuresOf(database, id, release_id, limits.hours)
      await database.transaction((queries) => judgeOne(queries, id, limits, measures, webhook_host !== null))
    } catch (error) {
      logBug(error)
      await store.setChecked(database, id)
    }
  }
}

const judgeOne = async (
  queries: Queries,
  id: string,
  limits: store.Limits,
  measures: AlertMeasures,
  webhook: boolean,
): Promise<void> => {
  const before = new Map((await store.statesOf(queries, id)).map((row) => [row.rule, row.state]))
  let changed = false
  for (const judgement of judge(limits, measures)) {
    const { rule, event } = judgement
    const state = before.get(rule) ?? 'ok'
    const next = event === null ? undefined : nextAlertState(state, event)
    await store.putState(queries, id, judgement, next ?? state)
    if (next === undefined) continue
    changed = true
    const people = limits.mail ? await store.keepersOf(queries, id) : []
    await store.insertNotices(queries, id, judgement, next, people, webhook)
  }
  await store.setChecked(queries, id)
  if (changed) await announceChange(queries, id)
}
