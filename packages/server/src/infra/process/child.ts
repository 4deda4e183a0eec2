import { flushCompileCache } from 'node:module'

/** Environment variable by which the supervisor names the database to its children. */
export const databaseVariable = 'MODELSMITH_CHILD_DATABASE'

/**
 * Runs the body of a child process: tells the supervisor when it is ready, and ends in order on SIGTERM or when the supervisor
 * is gone.
 */
export const runChild = async (start: (databaseUrl: string) => Promise<() => Promise<void>>): Promise<void> => {
  const url = process.env[databaseVariable] ?? ''
  let stopping = false
  let stop: () => Promise<void> = async () => {}
  const end = async () => {
    if (stopping) return
    stopping = true
    setTimeout(() => process.exit(1), 10_000).unref()
    await stop().catch(() => {})
    process.exit(0)
  }
  process.on('SIGTERM', () => void end())
  process.on('SIGINT', () => {})
  process.on('disconnect', () => void end())
  stop = await start(url)
  process.send?.({ ready: true })
  // Now, because a process that is killed keeps nothing of what it has compiled.
  flushCompileCache()
}

/** One line of JSON on standard error: what went wrong, for the operator. */
export const logError = (where: string, error: unknown): void => {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
  process.stderr.write(`${JSON.stringify({ at: new Date().toISOString(), where, error: text })}\n`)
}
