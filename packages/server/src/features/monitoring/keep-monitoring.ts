import { hostname } from 'node:os'
import { setTimeout as after } from 'node:timers/promises'
import type { Context } from '../../infra/context.ts'
import { sql } from '../../infra/database/database.ts'
import { placesOf } from '../../infra/settings.ts'
import { keepBaselines } from './compute-baseline.ts'
import { shipLog } from './ship-log.ts'

const everyMs = 1000

/**
 * Ships the log of the prediction process and keeps baselines, each at its own pace: a large table does not hold the log up. Every
 * worker may do it.
 */
export const keepMonitoring = (context: Context, logBug: (error: unknown) => void) => {
  const { database } = context
  const stopped = new AbortController()
  const repeat = async (work: () => Promise<void>): Promise<void> => {
    while (!stopped.signal.aborted) {
      await work().catch(logBug)
      await after(everyMs, undefined, { signal: stopped.signal, ref: false }).catch(() => {})
    }
  }
  /** One worker does it, not all of them the same. */
  const alone = (name: string, work: () => Promise<void>) => () =>
    database.transaction(async (queries) => {
      const lock = await queries.first<{ held: boolean }>(
        sql`select pg_try_advisory_xact_lock(hashtext(${name})) as held`,
      )
      if (lock?.held === true) await work()
    })
  const { serving } = placesOf(context.settings)
  const running = [
    // Each machine has a log of its own.
    repeat(alone(`monitoring log ${hostname()} ${serving}`, () => shipLog(context, serving))),
    repeat(alone('monitoring baselines', () => keepBaselines(context))),
  ]
  return {
    async stop(): Promise<void> {
      stopped.abort()
      await Promise.all(running)
    },
  }
}
