import { createInterface } from 'node:readline/promises'
import { defineCommand } from 'citty'
import { cliError } from '../errors.ts'
import { clientOf, keepAccount } from './account.ts'

import { refuseUnknown } from '../local/flags.ts'
import { terminal } from '../terminal.ts'

const flags = {
  server: { type: 'string', description: 'Address of the server', default: 'http://127.0.0.1:8080' },
  token: { type: 'string', description: 'API token; asked for when left out' },
} as const

/** Tries the token before it is kept. */
export const login = defineCommand({
  meta: { description: 'Remember a server and an API token' },
  args: flags,
  run: async ({ args, rawArgs }) => {
    refuseUnknown(flags, rawArgs)
    const account = { server: args.server.replace(/\/+$/, ''), token: args.token ?? (await ask('Token: ')) }
    const person = await clientOf(account).call('me')
    const file = await keepAccount(account)
    terminal.out(`Signed in to ${account.server} as ${person.name} (${person.organisation.name}); kept in ${file}\n`)
  },
})

const ask = async (question: string): Promise<string> => {
  if (!process.stdin.isTTY) throw cliError('cli.usage', { problem: 'A token is needed: --token TOKEN.' })
  const reader = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return (await reader.question(question)).trim()
  } finally {
    reader.close()
  }
}
