import { createTransport } from 'nodemailer'
import type { MailSettings } from './settings.ts'

export type Letter = { readonly to: string; readonly subject: string; readonly text: string }

/** Sends a letter; false when it could not be sent, which is in the server's log. Undefined where no mail is set up. */
export type Mail = ((letter: Letter) => Promise<boolean>) | undefined

const patienceMs = 20_000

export const createMail = (settings: MailSettings | undefined, logBug: (error: unknown) => void): Mail => {
  if (settings === undefined) return undefined
  const { smtp, from } = settings
  const transport = createTransport({
    url: smtp,
    connectionTimeout: patienceMs,
    greetingTimeout: patienceMs,
    socketTimeout: patienceMs,
    // A letter is text that we wrote: nothing of it is read from files or addresses.
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  return async (letter) => {
    try {
      await transport.sendMail({ ...letter, from })
      return true
    } catch (error) {
      logBug(error)
      return false
    }
  }
}
