import type { StoredError } from '@modelsmith/api'
import { nextJobState } from '@modelsmith/domain'
import { ModelsmithError } from '@modelsmith/table'
import type { Database, Queries } from '../../infra/database/database.ts'
import { diskFull } from '../../infra/disk/room.ts'
import { cancelled, type Ending, endWithout, type JobEndings, type Patience, recoverLost } from './ending.ts'
import { type JobLog, openJobLog } from './log.ts'
import {
  type Claim,
  claimJob,
  heartbeat,
  type JobResult,
  type JobRow,
  noteProgress,
  setSucceeded,
  withClaim,
} from './store.ts'

/** What a handler may use of the job that it runs. */
export type JobPorts = {
  readonly job: JobRow
  /** Aborts when somebody cancels, or when this attempt is over. */
  readonly signal: AbortSignal
  readonly progress: (fraction: number | null, step: string) => void
  readonly log: JobLog
  /** Writes on the way; refused when this attempt is over. */
  readonly write: (work: (queries: Queries) => Promise<unknown>) => Promise<void>
}

/** What came of a job. `keep` writes it, in the transaction that ends the job: both happen or neither. */
export type JobDone = JobResult & { readonly keep: (queries: Queries) => Promise<void> }
export type JobHandler = (ports: JobPorts) => Promise<JobDone>
export type JobHandlers = Readonly<Record<JobRow['kind'], JobHandler>>

const heartbeatMs = 1000
const pollMs = 2000
const defaultPatience: Patience = { silentSeconds: 15, mostAttempts: 3 }

export type JobRunnerSettings = {
  readonly database: Database
  readonly worker: string
  readonly handlers: JobHandlers
  readonly endings: JobEndings
  readonly logBug: (error: unknown) => void
  readonly patience?: Patience
}

export const storedError = (error: unknown): StoredError => {
  const known =
    error instanceof ModelsmithError
      ? error
      : (diskFull(error) ??
        new ModelsmithError({
          code: 'server.bug',
          kind: 'bug',
          message: 'The platform failed while it ran this job.',
          hint: 'The server log has the details.',
          cause: error,
        }))
  const { code, message, hint, findings, place, values } = known
  return {
    code,
    message,
    ...(hint === undefined ? {} : { hint }),
    ...(findings.length === 0
      ? {}
      : { findings: findings.map((finding) => ({ ...finding })) as NonNullable<StoredError['findings']> }),
    ...(place === undefined ? {} : { place: { ...place } }),
    ...(typeof values['traceback'] === 'string' ? { traceback: values['traceback'] } : {}),
  } as StoredError
}

const endingOf = (error: unknown, signal: AbortSignal): Ending =>
  signal.aborted ? cancelled : { state: 'failed', error: storedError(error) }

/** Takes one job after another until it is stopped. One runs at a time in a worker; more workers run more. */
export const startJobRunner = (settings: JobRunnerSettings) => {
  const { database, worker, handlers, endings, logBug, patience = defaultPatience } = settings
  let stopped = false
  let current: { id: string; controller: AbortController } | undefined
  let wake: () => void = () => {}
  const stopListening = [
    database.listen('jobs', () => wake()),
    database.listen('cancel', (id) => {
      if (current?.id === id) current.controller.abort('cancelled')
    }),
  ]

  const runOne = async (job: JobRow): Promise<void> => {
    const claim: Claim = { id: job.id, attempt: job.attempt }
    const controller = new AbortController()
    const { signal } = controller
    current = { id: job.id, controller }
    let progress = { fraction: null as number | null, step: 'Starting' }
    const log = await openJobLog(database, claim)
    const beat = async () => {
      const answer = await heartbeat(database, claim, progress).catch(() => 'go on' as const)
      if (answer !== 'go on') controller.abort(answer === 'cancel' ? 'cancelled' : 'fenced')
      else await noteProgress(database, job).catch(() => {})
    }
    const timer = setInterval(() => void beat(), heartbeatMs)
    try {
      const done = await handlers[job.kind]({
        job,
        signal,
        progress: (fraction, step) => {
          progress = { fraction, step }
        },
        log,
        write: async (work) => {
          await withClaim(database, claim, work)
        },
      })
      await log.close()
      await withClaim(database, claim, async (queries, state) => {
        // Whoever cancelled it may have deleted what the result belongs to: nothing may come of it any more.
        if (nextJobState(state, 'succeed') === 'cancelled') return endWithout(queries, endings, job, cancelled)
        await done.keep(queries)
        await setSucceeded(queries, job, done)
      })
    } catch (error) {
      await log.close()
      if (signal.reason === 'fenced') return
      const ending = endingOf(error, signal)
      if (ending.error?.code === 'server.bug') logBug(error)
      await withClaim(database, claim, (queries) => endWithout(queries, endings, job, ending))
    } finally {
      clearInterval(timer)
      current = undefined
    }
  }

  const loop = async (): Promise<void> => {
    while (!stopped) {
      try {
        await recoverLost(database, endings, patience)
        const job = await claimJob(database, worker)
        if (job !== undefined) {
          await runOne(job)
          continue
        }
      } catch (error) {
        // The database is away, or the attempt was fenced off: the job is somebody else's now.
        if (!(error instanceof ModelsmithError)) logBug(error)
      }
      await new Promise<void>((resolve) => {
        wake = resolve
        setTimeout(resolve, pollMs).unref()
      })
    }
  }
  const running = loop()

  return {
    currentJob: () => current?.id,
    async stop(): Promise<void> {
      stopped = true
      for (const stop of stopListening) stop()
      current?.controller.abort('fenced')
      wake()
      await running
    },
  }
}
