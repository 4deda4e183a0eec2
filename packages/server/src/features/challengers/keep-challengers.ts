import { setTimeout as after } from 'node:timers/promises'
import type { Context } from '../../infra/context.ts'
import { type Database, sql } from '../../infra/database/database.ts'
import { queueJob } from '../jobs/index.ts'
import { forgetRows } from '../monitoring/index.ts'
import type { ScorePayload } from './score-job.ts'
import * as store from './store.ts'

const everyMs = 2000
const forgetEveryMs = 60_000

/** Queues jobs for challengers that new rows wait for, one worker at a time, and lets old rows go. */
export const keepChallengers = ({ database }: Pick<Context, 'database'>, logBug: (error: unknown) => void) => {
  const stopped = new AbortController()
  let forgotten = 0
  const round = async () => {
    await queueBehind(database)
    if (Date.now() - forgotten < forgetEveryMs) return
    await forgetRows(database)
    forgotten = Date.now()
  }
  const repeat = async (): Promise<void> => {
    while (!stopped.signal.aborted) {
      await round().catch(logBug)
      await after(everyMs, undefined, { signal: stopped.signal, ref: false }).catch(() => {})
    }
  }
  const running = repeat()
  return {
    async stop(): Promise<void> {
      stopped.abort()
      await running
    },
  }
}

export const queueBehind = (database: Database): Promise<void> =>
  database.transaction(async (queries) => {
    const lock = await queries.first<{ held: boolean }>(
      sql`select pg_try_advisory_xact_lock(hashtext('challengers')) as held`,
    )
    if (lock?.held !== true) return
    for (const challenger of await store.challengersBehind(queries)) {
      const payload: ScorePayload = { challenger: challenger.id, ...store.predictedOf(challenger) }
      const job = await queueJob(queries, {
        kind: 'scoreChallenger',
        title: `Score new rows with challenger ${challenger.model_name}`,
        owner: challenger.person_id,
        organisation: challenger.organisation_id,
        subject: { kind: 'deployment', id: challenger.deployment_id },
        payload,
      })
      await store.setJob(queries, challenger.id, job)
      if (challenger.job_id !== null) await store.forgetJob(queries, challenger.job_id)
    }
  })
