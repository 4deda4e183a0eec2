import { readFile } from 'node:fs/promises'
import { shownTraceback, type StoredError } from '@modelsmith/api'
import { ModelsmithError } from '@modelsmith/table'
import type { Context } from '../../infra/context.ts'
import type { Database } from '../../infra/database/database.ts'
import { cancelJob, type JobEndings } from './ending.ts'
import { findJob, type JobRow } from './store.ts'

const lookEveryMs = 1000

/** The job once it has ended; as it is by then where that takes longer, or where nobody waits for it any more. */
const waitForJob = async (
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

type Waiting = {
  readonly endings: JobEndings
  readonly timeoutMs: number
  /** Aborts when nobody waits any more. */
  readonly signal: AbortSignal
  /** An error as whoever waits may see it. */
  readonly shown?: (error: StoredError) => Promise<StoredError>
}

/**
 * The result file of a job that somebody waits for; throws the error of one that failed. Undefined where it did not end in time, or where
 * nobody waits any more: it is then cancelled.
 */
export const resultOf = async (
  { database, objects }: Pick<Context, 'database' | 'objects'>,
  id: string,
  { endings, timeoutMs, signal, shown = async (error) => error }: Waiting,
): Promise<Buffer | undefined> => {
  const ended = await waitForJob(database, id, { timeoutMs, signal })
  if (ended?.state === 'succeeded' && ended.result_key !== null) return readFile(await objects.pathOf(ended.result_key))
  if (ended?.state === 'failed' && ended.error !== null) throw thrownAgain(await shown(ended.error))
  if (ended?.ended_at === null) await database.transaction((queries) => cancelJob(queries, endings, id))
  return undefined
}

/** What a job keeps of an error does not say its kind: what code did wrong is known by its code. Where in the code it was is a finding. */
const thrownAgain = ({ code, message, hint, findings = [], place, traceback }: StoredError): ModelsmithError =>
  new ModelsmithError({
    code,
    message,
    hint,
    findings: findings.length > 0 || place === undefined ? findings : [{ code, message, place }],
    kind: /^(task|limit|session|code)\./.test(code) ? 'userCode' : 'unavailable',
    ...(traceback === undefined ? {} : { values: { [shownTraceback]: traceback } }),
  })
