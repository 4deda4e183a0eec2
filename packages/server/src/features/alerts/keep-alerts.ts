import { setTimeout as after } from 'node:timers/promises'
import type { Context } from '../../infra/context.ts'
import { sql } from '../../infra/database/database.ts'
import { createMail } from '../../infra/mail.ts'
import { checkAlerts } from './check.ts'
import { sendNotices } from './send.ts'

const everyMs = 5000

/** Judges and tells, one worker at a time: none is told twice because two workers looked. */
export const keepAlerts = (context: Context, logBug: (error: unknown) => void) => {
  const stopped = new AbortController()
  const mail = createMail(context.settings.mail, logBug)
  const round = () =>
    context.database.transaction(async (queries) => {
      const lock = await queries.first<{ held: boolean }>(
        sql`select pg_try_advisory_xact_lock(hashtext('alerts')) as held`,
      )
      if (lock?.held !== true) return
      await checkAlerts(context)
      await sendNotices(context, mail)
    })
  const loop = async (): Promise<void> => {
    while (!stopped.signal.aborted) {
      await round().catch(logBug)
      await after(everyMs, undefined, { signal: stopped.signal, ref: false }).catch(() => {})
    }
  }
  const running = loop()
  return {
    async stop(): Promise<void> {
      stopped.abort()
      await running
    },
  }
}
