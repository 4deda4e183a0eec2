import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { postgresError } from './errors.ts'

/** Runs statements on a connection of its own. */
export const withConnection = async <T>(url: string, use: (client: Client) => Promise<T>): Promise<T> => {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 })
  // A server that dies under an idle connection reports it here; without a listener it would end this process.
  client.on('error', () => undefined)
  await client.connect()
  try {
    return await use(client)
  } finally {
    await client.end().catch(() => undefined)
  }
}

/** Waits until a database answers and returns the server's version number, such as 180004. `given` may end the wait. */
export const waitForAnswer = async (
  url: string,
  limitMs: number,
  isOver: () => boolean = () => false,
): Promise<number> => {
  const deadline = Date.now() + limitMs
  for (;;) {
    try {
      return await withConnection(url, async (client) => {
        const { rows } = await client.query<{ server_version_num: string }>('show server_version_num')
        return Number(rows[0]?.server_version_num)
      })
    } catch (cause) {
      if (isOver() || Date.now() > deadline)
        throw postgresError(
          'postgres.notReady',
          { seconds: limitMs / 1000, said: cause instanceof Error ? cause.message : String(cause) },
          { cause },
        )
      await sleep(50)
    }
  }
}
