import { setTimeout as after } from 'node:timers/promises'
import type { Context } from '../../infra/context.ts'
import type { Batches } from './begin.ts'
import { takeBackUploads } from './into-s3.ts'
import { fireSchedules } from './schedules/fire.ts'

const everyMs = 2000
const uploadsEveryMs = 60_000

/** Begins batches by the clock, and takes back what others left in S3. */
export const keepBatches = (context: Context, batches: Batches, logBug: (error: unknown) => void) => {
  const stopped = new AbortController()
  const { signal } = stopped
  const repeat = async (every: number, round: () => Promise<void>): Promise<void> => {
    while (!signal.aborted) {
      await round().catch(logBug)
      await after(every, undefined, { signal, ref: false }).catch(() => {})
    }
  }
  const running = [
    repeat(everyMs, () => fireSchedules(context, batches, logBug)),
    repeat(uploadsEveryMs, () => takeBackUploads(context, signal, logBug)),
  ]
  return {
    async stop(): Promise<void> {
      stopped.abort()
      await Promise.all(running)
    },
  }
}
