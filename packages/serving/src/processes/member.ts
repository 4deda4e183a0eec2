import type { CountsSnapshot } from '../deployment-metrics.ts'
import type { ServingStatus } from '../manifest.ts'
import { type FromMember, slotVariable, type ToMember } from './messages.ts'

const everyMs = 1000

/** One of several prediction processes on one port. */
export type Member = {
  readonly slot: number
  tellStatus(status: ServingStatus): void
  /** Tells counts now and then, so that they outlive this process. */
  keepCounts(counts: () => CountsSnapshot): void
  /** What the others have counted, and those that have ended. */
  othersThan(own: CountsSnapshot): Promise<readonly CountsSnapshot[]>
}

/** This process as a member; undefined where it is the only one. */
export const memberOf = (env: NodeJS.ProcessEnv = process.env): Member | undefined => {
  const slot = env[slotVariable]
  if (slot === undefined || process.send === undefined) return undefined
  const waiting = new Map<number, (others: readonly CountsSnapshot[]) => void>()
  let asked = 0
  const tell = (message: FromMember) => {
    if (process.connected) process.send?.(message)
  }
  process.on('message', (message: ToMember) => {
    if (!('answer' in message)) return
    waiting.get(message.answer)?.(message.others)
    waiting.delete(message.answer)
  })
  return {
    slot: Number(slot),
    tellStatus: (status) => tell({ status }),
    keepCounts: (counts) => setInterval(() => tell({ counts: counts() }), everyMs).unref(),
    othersThan: (own) =>
      new Promise((resolve) => {
        waiting.set(++asked, resolve)
        // In one message, so that whoever asks another process next is told no less.
        tell({ counts: own, ask: asked })
      }),
  }
}
