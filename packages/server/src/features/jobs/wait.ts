import type { Database } from '../../infra/database/database.ts'
import { findJob, type JobRow } from './store.ts'

const lookEveryMs = 1000

/** The job once it has ended; as it is by then where that takes longer, or where nobody waits for it any more. */
export const waitForJob = async (
  database: Database,
  id: string,
  { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<JobRow | undefined> => {
  let look: () => void = () => {}
  const stop = database.listen('job', (changed) => {
    if (changed === id) look()
  })
  const enough = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)])
  enough.addEventListener('abort', () => look())
  // A notification may be lost while the connection is made again.
  const timer = setInterval(() => look(), lookEveryMs)
  try {
    for (;;) {
      const changed = new Promise<void>((resolve) => (look = resolve))
      const row = await findJob(database, id)
      if (row === undefined || row.ended_at !== null || enough.aborted) return row
      await changed
    }
  } finally {
    clearInterval(timer)
    stop()
  }
}
