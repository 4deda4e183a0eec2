import { createHmac } from 'node:crypto'
import type { Context } from '../../infra/context.ts'
import { guardedPost } from '../../infra/http/guarded-post.ts'
import type { Mail } from '../../infra/mail.ts'
import { open, readKeys } from '../../infra/secrets/seal.ts'
import * as notices from './notice-store.ts'
import { findWebhook } from './store.ts'
import { addressOf, subjectOf, textOf } from './words.ts'

const mostAttempts = 6
/** After a failure: 30 s, then each time twice as long. */
const waitSeconds = (attempts: number): number => 30 * 2 ** (attempts - 1)
/** Longer than a mail server or a webhook has to answer. */
const leaseSeconds = 300
const atOnce = 4
const brokenOff = Symbol('broken off')

/**
 * Sends what is due, a few at a time, so that one receiver that is slow keeps nobody waiting; what fails is tried again, and its problem is
 * kept. At least once: a receiver knows a notice by its id. When it is told to stop it waits for no receiver.
 */
export const sendNotices = async (
  { database, settings }: Pick<Context, 'database' | 'settings'>,
  mail: Mail,
  { signal, now = () => new Date() }: { readonly signal: AbortSignal; readonly now?: () => Date },
): Promise<void> => {
  const stopped = Promise.withResolvers<typeof brokenOff>()
  const stop = () => stopped.resolve(brokenOff)
  signal.addEventListener('abort', stop)
  const lanes = await Promise.allSettled(Array.from({ length: atOnce }, sendOneByOne))
  signal.removeEventListener('abort', stop)
  for (const lane of lanes) if (lane.status === 'rejected') throw lane.reason

  async function sendOneByOne(): Promise<void> {
    while (!signal.aborted) {
      const notice = await notices.claimNotice(database, mostAttempts, leaseSeconds)
      if (notice === undefined) return
      const sending = (notice.channel === 'mail' ? byMail(notice) : byWebhook(notice)).catch((error: unknown) =>
        error instanceof Error ? error.message : String(error),
      )
      const problem = await Promise.race([sending, stopped.promise])
      if (problem === brokenOff) return
      await (problem === undefined
        ? notices.noteSent(database, notice.id)
        : notices.noteProblem(database, notice.id, problem, waitSeconds(notice.attempts)))
    }
  }

  async function byMail(notice: notices.NoticeRow): Promise<string | undefined> {
    if (mail === undefined || notice.email === null) return 'No mail is set up.'
    const letter = { to: notice.email, subject: subjectOf(notice), text: textOf(notice, settings.address) }
    return (await mail(letter)) ? undefined : 'The mail server did not take it; its words are in the server’s log.'
  }

  async function byWebhook(notice: notices.NoticeRow): Promise<string | undefined> {
    const row = await findWebhook(database, notice.deployment_id)
    if (row === undefined) return 'The webhook is not there any more.'
    const keys = readKeys(settings.secretsKeyFile)
    const opened = open(keys, notice.deployment_id, { keyId: row.key_id, bytes: row.sealed })
    const { url, secret } = JSON.parse(opened) as { url: string; secret: string }
    const body = JSON.stringify({
      id: notice.id,
      at: notice.created_at.toISOString(),
      deployment: { id: notice.deployment_id, name: notice.name },
      ...(notice.request === null ? alertOf(notice.alert) : { changeRequest: notice.request }),
      address: addressOf(notice, settings.address),
    })
    const time = Math.floor(now().getTime() / 1000)
    const signature = createHmac('sha256', secret).update(`${time}.${body}`).digest('hex')
    const headers = { 'modelsmith-signature': `t=${time},v1=${signature}` }
    const status = await guardedPost({ url, body, headers, allowed: settings.webhookHosts, signal })
    return status >= 200 && status < 300 ? undefined : `The address answered ${status}.`
  }
}

const alertOf = ({ rule, state, value, bound, feature }: NonNullable<notices.NoticeRow['alert']>) => ({
  rule,
  state,
  value,
  limit: bound,
  feature,
})
