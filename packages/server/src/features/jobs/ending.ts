import type { StoredError } from '@modelsmith/api'
import { nextJobState } from '@modelsmith/domain'
import type { Database, Queries } from '../../infra/database/database.ts'
import { jobError } from './errors.ts'
import * as store from './store.ts'

/** How a job ends without its result. */
export type Ending =
  | { readonly state: 'failed'; readonly error: StoredError }
  | { readonly state: 'cancelled'; readonly error: null }

export const cancelled: Ending = { state: 'cancelled', error: null }

/** Says so of what the job worked for, such as a dataset or a training run, in the transaction that ends the job. */
export type JobEndings = Readonly<
  Record<store.JobRow['kind'], (queries: Queries, job: store.JobRow, ending: Ending) => Promise<void>>
>

/** Ends a locked job without its result, and says so everywhere. */
export const endWithout = async (
  queries: Queries,
  endings: JobEndings,
  job: store.JobRow,
  ending: Ending,
): Promise<void> => {
  await store.setEnded(queries, job, ending.state, ending.error)
  await endings[job.kind](queries, job, ending)
}

/** A queued job ends at once; a running one is asked to. */
export const cancelJob = async (queries: Queries, endings: JobEndings, id: string): Promise<void> => {
  const job = await store.lockJob(queries, id)
  if (job === undefined || job.state === 'cancelling') return
  const next = nextJobState(job.state, 'requestCancel')
  if (next === undefined) throw jobError('job.ended', { state: job.state })
  if (next === 'cancelled') await endWithout(queries, endings, job, cancelled)
  else await store.setCancelling(queries, job)
}

export type Patience = { readonly silentSeconds: number; readonly mostAttempts: number }

/** Jobs whose worker has been silent go back to the queue, or to an end after too many attempts. */
export const recoverLost = async (database: Database, endings: JobEndings, patience: Patience): Promise<void> => {
  const { silentSeconds, mostAttempts } = patience
  for (const id of await store.findSilent(database, silentSeconds)) {
    await database.transaction(async (queries) => {
      const job = await store.lockSilent(queries, id, silentSeconds)
      if (job === undefined) return
      if (nextJobState(job.state, 'workerLost') === 'cancelled') await endWithout(queries, endings, job, cancelled)
      else if (job.attempt < mostAttempts) await store.setQueuedAgain(queries, job)
      else await endWithout(queries, endings, job, { state: 'failed', error: lostTooOften(mostAttempts) })
    })
  }
}

const lostTooOften = (attempts: number): StoredError => {
  const { code, message, hint } = jobError('job.workerLost', { attempts })
  return { code, message, ...(hint === undefined ? {} : { hint }) }
}
