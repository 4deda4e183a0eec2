import { createHmac } from 'node:crypto'
import type { Context } from '../../infra/context.ts'
import { guardedPost } from '../../infra/http/guarded-post.ts'
import type { Mail } from '../../infra/mail.ts'
import { open, readKeys } from '../../infra/secrets/seal.ts'
import { subjectOf, textOf } from './words.ts'
import * as store from './store.ts'

const mostAttempts = 6
/** After a failure: 30 s, then each time twice as long. */
const waitSeconds = (attempts: number): number => 30 * 2 ** attempts

/** Sends what is due; what fails is tried again, and its problem is kept. At least once: a receiver knows a notice by its id. */
export const sendNotices = async (
  { database, settings }: Pick<Context, 'database' | 'settings'>,
  mail: Mail,
  now: () => Date = () => new Date(),
): Promise<void> => {
  for (const notice of await store.dueNotices(database, mostAttempts)) {
    await store.countAttempt(database, notice.id, waitSeconds(notice.attempts))
    const problem = await (notice.channel === 'mail' ? byMail(notice) : byWebhook(notice)).catch((error: unknown) =>
      error instanceof Error ? error.message : String(error),
    )
    await (problem === undefined
      ? store.noteSent(database, notice.id)
      : store.noteProblem(database, notice.id, problem))
  }

  async function byMail(notice: store.NoticeRow): Promise<string | undefined> {
    if (mail === undefined || notice.email === null) return 'No mail is set up.'
    const letter = { to: notice.email, subject: subjectOf(notice), text: textOf(notice, settings.address) }
    return (await mail(letter)) ? undefined : 'The mail server did not take it; its words are in the server’s log.'
  }

  async function byWebhook(notice: store.NoticeRow): Promise<string | undefined> {
    const row = await store.findWebhook(database, notice.deployment_id)
    if (row === undefined) return 'The webhook is not there any more.'
    const keys = readKeys(settings.secretsKeyFile)
    const opened = open(keys, notice.deployment_id, { keyId: row.key_id, bytes: row.sealed })
    const { url, secret } = JSON.parse(opened) as { url: string; secret: string }
    const body = JSON.stringify({
      id: notice.id,
      at: notice.created_at.toISOString(),
      deployment: { id: notice.deployment_id, name: notice.name },
      rule: notice.rule,
      state: notice.state,
      value: notice.value,
      limit: notice.bound,
      feature: notice.feature,
      address: `${settings.address}/deployments/${notice.deployment_id}?tab=alerts`,
    })
    const time = Math.floor(now().getTime() / 1000)
    const signature = createHmac('sha256', secret).update(`${time}.${body}`).digest('hex')
    const headers = { 'modelsmith-signature': `t=${time},v1=${signature}` }
    const status = await guardedPost({ url, body, headers, allowed: settings.webhookHosts })
    return status >= 200 && status < 300 ? undefined : `The address answered ${status}.`
  }
}
