import { setTimeout as after } from 'node:timers/promises'
import type { Context } from '../../infra/context.ts'
import { sql } from '../../infra/database/database.ts'
import { createMail } from '../../infra/mail.ts'
import { checkAlerts } from './check.ts'
import { sendNotices } from './send.ts'

const everyMs = 5000

/** Judges, one worker at a time: none is told twice because two workers looked. Tells apart from it: no receiver keeps it waiting. */
export const keepAlerts = (context: Context, logBug: (error: unknown) => void) => {
  const stopped = new AbortController()
  const { signal } = stopped
  const mail = createMail(context.settings.mail, logBug)
  const check = () =>
    context.database.transaction(async (queries) => {
      const lock = await queries.first<{ held: boolean }>(
        sql`select pg_try_advisory_xact_lock(hashtext('alerts')) as held`,
      )
      if (lock?.held === true) await checkAlerts(context, { signal, logBug })
    })
  const repeat = async (round: () => Promise<void>): Promise<void> => {
    while (!signal.aborted) {
      await round().catch(logBug)
      await after(everyMs, undefined, { signal, ref: false }).catch(() => {})
    }
  }
  const running = [repeat(check), repeat(() => sendNotices(context, mail, { signal }))]
  return {
    async stop(): Promise<void> {
      stopped.abort()
      await Promise.all(running)
    },
  }
}
