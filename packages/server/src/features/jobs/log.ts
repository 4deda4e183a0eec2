import type { Database } from '../../infra/database/database.ts'
import { appendLog, type Claim, countLog, keptLines, type LogLine, withClaim } from './store.ts'

const flushMs = 250

/**
 * Collects the lines of a job and writes them now and then. Between head and tail only the number of lines is kept, so that code
 * that prints without end costs neither memory nor disk.
 */
export const openJobLog = async (database: Database, claim: Claim) => {
  let total = await countLog(database, claim.id)
  let head: LogLine[] = []
  let tail: LogLine[] = []
  let writing = Promise.resolve()

  const flush = (): Promise<void> => {
    const lines = [...head, ...tail.slice(-keptLines.tail)]
    const last = total
    head = []
    tail = []
    writing = writing
      .then(() => withClaim(database, claim, (queries) => appendLog(queries, claim.id, lines, last)))
      // Lines that cannot be written are no reason to stop the job.
      .catch(() => {})
    return writing
  }
  const timer = setInterval(() => {
    if (head.length + tail.length > 0) void flush()
  }, flushMs)
  timer.unref()

  return {
    add(line: Omit<LogLine, 'sequence'>): void {
      const numbered = { ...line, sequence: ++total }
      if (total <= keptLines.head) head.push(numbered)
      else tail.push(numbered)
      if (tail.length > keptLines.tail * 2) tail = tail.slice(-keptLines.tail)
    },
    async close(): Promise<void> {
      clearInterval(timer)
      await flush()
    },
  }
}

export type JobLog = Awaited<ReturnType<typeof openJobLog>>
