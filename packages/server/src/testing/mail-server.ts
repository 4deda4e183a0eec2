import type { AddressInfo } from 'node:net'
import { SMTPServer } from 'smtp-server'

export type MailServer = {
  readonly url: string
  /** Waits for as many letters as were not taken yet, and takes them. */
  readonly take: (count: number) => Promise<readonly Letter[]>
  /** Letters that came and were not taken. */
  readonly waiting: () => number
  readonly close: () => Promise<void>
}
type Letter = { readonly to: readonly string[]; readonly text: string }

/** A real SMTP server on this machine, which keeps what it gets; whoever sends signs in. */
export const startMailServer = async (): Promise<MailServer> => {
  const letters: Letter[] = []
  let came = (): void => {}
  const server = new SMTPServer({
    // Nothing leaves this machine.
    hideSTARTTLS: true,
    allowInsecureAuth: true,
    onAuth: ({ username, password }, _, done) =>
      username === 'modelsmith' && password === 'letter' ? done(null, { user: username }) : done(new Error('Not you')),
    onData: (stream, { envelope }, done) => {
      const to = envelope.rcptTo.map(({ address }) => address)
      let body = ''
      stream.setEncoding('utf8').on('data', (part: string) => (body += part))
      stream.on('end', () => {
        // A line that was folded is one again.
        letters.push({ to, text: body.replaceAll('=\r\n', '').replaceAll('=3D', '=') })
        came()
        done()
      })
    },
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  const { port } = server.server.address() as AddressInfo
  return {
    url: `smtp://modelsmith:letter@127.0.0.1:${port}`,
    take: async (count) => {
      while (letters.length < count) await new Promise<void>((resolve) => (came = resolve))
      return letters.splice(0, count)
    },
    waiting: () => letters.length,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}
