import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { requests, type Soaked } from './deployments.ts'
import type { Found, Order, Target } from './load.ts'

/** So many to the native deployment, and to the coded one. */
export const connections = [32, 8] as const

export const targetsOf = (both: readonly Soaked[], token: string): Target[] =>
  both.map(({ deployment }, at) => ({
    path: `/api/v1/deployments/${deployment}/predictions`,
    headers: { authorization: `Bearer ${token}` },
    ...requests(),
    connections: connections[at] as number,
  }))

/** Asks from a process of its own, until it is stopped. */
export const startLoad = (order: Order) => {
  const child = fork(join(import.meta.dirname, 'load.ts'), { execArgv: ['--disable-warning=ExperimentalWarning'] })
  const found = once(child, 'message').then(([message]) => message as readonly Found[])
  child.send(order)
  return {
    stop: (): Promise<readonly Found[]> => {
      child.send('stop')
      return found
    },
    kill: () => child.kill('SIGKILL'),
  }
}
