import { once } from 'node:events'
import { createServer } from 'node:net'
import { setTimeout as after } from 'node:timers/promises'
import { infraError } from '../errors.ts'

type Patience = { readonly forMs: number; readonly everyMs: number }
export type Address = { readonly setting: string; readonly host: string; readonly port: number }

const patience: Patience = { forMs: 12_000, everyMs: 300 }

/** Refuses an address that nobody can listen at, in words. What ended a moment ago may hold it still: that is waited for. */
export const demandFree = async (address: Address, { forMs, everyMs }: Patience = patience): Promise<void> => {
  const until = Date.now() + forMs
  for (;;) {
    const reason = await obstacleAt(address)
    if (reason === undefined) return
    if (reason !== taken || Date.now() >= until) throw infraError('settings.address', { ...address, reason })
    await after(everyMs)
  }
}

const taken = 'another program listens there'
const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: taken,
  EADDRNOTAVAIL: 'this machine has no such address',
  EACCES: 'this user may not',
}

const obstacleAt = async ({ host, port }: Address): Promise<string | undefined> => {
  const probe = createServer().listen(port, host)
  try {
    await once(probe, 'listening')
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    return reasons[code ?? ''] ?? message
  }
  probe.close()
  await once(probe, 'close')
  return undefined
}
