import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { type Client, createClient } from '@modelsmith/api'
import { cliError } from '../errors.ts'

export type Account = { readonly server: string; readonly token: string }

/** Where `login` keeps the server's address and the token; readable by its owner only. */
const accountFile = (env: NodeJS.ProcessEnv = process.env): string =>
  join(env['XDG_CONFIG_HOME'] ?? join(homedir(), '.config'), 'modelsmith', 'account.json')

/** `MODELSMITH_SERVER` and `MODELSMITH_TOKEN` come before what `login` kept. */
export const readAccount = async (env: NodeJS.ProcessEnv = process.env): Promise<Account> => {
  const kept = await readFile(accountFile(env), 'utf8')
    .then((text) => JSON.parse(text) as Partial<Account>)
    .catch(() => ({}) as Partial<Account>)
  const server = env['MODELSMITH_SERVER'] ?? kept.server
  const token = env['MODELSMITH_TOKEN'] ?? kept.token
  if (server === undefined || token === undefined) throw cliError('cli.notLoggedIn', {})
  return { server: server.replace(/\/+$/, ''), token }
}

export const keepAccount = async (account: Account, env: NodeJS.ProcessEnv = process.env): Promise<string> => {
  const file = accountFile(env)
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  await writeFile(`${file}.new`, `${JSON.stringify(account, null, 2)}\n`, { mode: 0o600 })
  await chmod(`${file}.new`, 0o600)
  await rename(`${file}.new`, file)
  return file
}

export const clientOf = ({ server, token }: Account): Client =>
  createClient({
    baseUrl: server,
    headers: () => ({ authorization: `Bearer ${token}` }),
    fetch: async (input, init) => {
      try {
        return await fetch(input, init)
      } catch (error) {
        throw cliError('cli.unreachable', { server, reason: reasonOf(error) }, { cause: error })
      }
    },
  })

const reasonOf = (error: unknown): string => {
  const cause = error instanceof Error ? error.cause : undefined
  return cause instanceof Error ? cause.message : String(error)
}
