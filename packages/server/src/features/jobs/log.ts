import type { Database } from '../../infra/database/database.ts'
import { appendLog, type Claim, countLog, keptLines, type NewLine } from './store.ts'

const flushMs = 250

/**
 * Collects the lines of a job and writes them now and then. Between head and tail only the number of lines is kept, so that code
 * that prints without end costs neither memory nor disk.
 */
export const openJobLog = async (database: Database, claim: Claim) => {
  let total = await countLog(database, claim.id)
  let waiting: NewLine[] = []
  let writing = Promise.resolve()

  const flush = (): Promise<void> => {
    const lines = waiting
    const last = total
    waiting = []
    writing = writing.then(() => appendLog(database, claim, last - lines.length + 1, lines, last)).catch(() => {})
    return writing
  }
  const timer = setInterval(() => {
    if (waiting.length > 0) void flush()
  }, flushMs)
  timer.unref()

  return {
    add(line: NewLine): void {
      total++
      waiting.push(line)
      // Beyond the head only the newest can still be of the tail.
      if (total > keptLines.head && waiting.length > keptLines.tail * 2) waiting = waiting.slice(-keptLines.tail)
    },
    async close(): Promise<void> {
      clearInterval(timer)
      await flush()
    },
  }
}

export type JobLog = Awaited<ReturnType<typeof openJobLog>>
