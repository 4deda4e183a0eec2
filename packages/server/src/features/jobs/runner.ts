import { ModelsmithError } from '@modelsmith/table'
import type { StoredError } from '@modelsmith/api'
import type { Database } from '../../infra/database/database.ts'
import { type JobLog, openJobLog } from './log.ts'
import {
  type Claim,
  claimJob,
  endJob,
  heartbeat,
  type JobRow,
  type LostJob,
  noteProgress,
  type Outcome,
  recoverLost,
} from './store.ts'

/** What a handler may use of the job that it runs. */
export type JobPorts = {
  readonly job: JobRow
  readonly claim: Claim
  /** Aborts when somebody cancels, or when this attempt is over. */
  readonly signal: AbortSignal
  readonly progress: (fraction: number | null, step: string) => void
  readonly log: JobLog
}

export type JobHandler = {
  readonly run: (ports: JobPorts) => Promise<Extract<Outcome, { event: 'succeed' }>>
  /** What else must be said when the job ends otherwise: a dataset that failed, a run that was cancelled. */
  readonly ended: (
    job: Pick<JobRow, 'id' | 'organisation_id'>,
    outcome: Exclude<Outcome, { event: 'succeed' }>,
  ) => Promise<void>
}
export type JobHandlers = Readonly<Record<JobRow['kind'], JobHandler>>

const heartbeatMs = 1000
const silentSeconds = 15
const mostAttempts = 3
const pollMs = 2000

const storedError = (error: unknown): StoredError => {
  const known =
    error instanceof ModelsmithError
      ? error
      : new ModelsmithError({
          code: 'server.bug',
          kind: 'bug',
          message: 'The platform failed while it ran this job.',
          hint: 'The server log has the details.',
          cause: error,
        })
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

/** Takes one job after another until it is stopped. One runs at a time in a worker; more workers run more. */
export const startJobRunner = (
  database: Database,
  worker: string,
  handlers: JobHandlers,
  logBug: (error: unknown) => void,
) => {
  let stopped = false
  let current: { claim: Claim; controller: AbortController } | undefined
  let wake: () => void = () => {}
  const stopListening = [
    database.listen('jobs', () => wake()),
    database.listen('cancel', (id) => {
      if (current?.claim.id === id) current.controller.abort('cancelled')
    }),
  ]

  const runOne = async (job: JobRow): Promise<void> => {
    const claim: Claim = { id: job.id, attempt: job.attempt, organisation: job.organisation_id }
    const controller = new AbortController()
    current = { claim, controller }
    let progress = { fraction: null as number | null, step: 'Starting' }
    const log = await openJobLog(database, claim)
    const beat = async () => {
      const answer = await heartbeat(database, claim, progress).catch(() => 'go on' as const)
      if (answer !== 'go on') controller.abort(answer === 'cancel' ? 'cancelled' : 'fenced')
      else await noteProgress(database, claim).catch(() => {})
    }
    const timer = setInterval(() => void beat(), heartbeatMs)
    const handler = handlers[job.kind]
    try {
      const outcome = await handler.run({
        job,
        claim,
        signal: controller.signal,
        progress: (fraction, step) => {
          progress = { fraction, step }
        },
        log,
      })
      await log.close()
      await endJob(database, claim, outcome)
    } catch (error) {
      await log.close()
      if (controller.signal.reason === 'fenced') return
      const outcome = controller.signal.aborted
        ? ({ event: 'cancelled' } as const)
        : ({ event: 'fail', error: storedError(error) } as const)
      if (outcome.event === 'fail' && outcome.error.code === 'server.bug') logBug(error)
      await endJob(database, claim, outcome)
      await handler.ended(job, outcome)
    } finally {
      clearInterval(timer)
      current = undefined
    }
  }

  const recover = async (): Promise<void> => {
    for (const lost of await recoverLost(database, silentSeconds, mostAttempts)) await endLost(lost)
  }
  const endLost = async (lost: LostJob): Promise<void> => {
    const row = await database.transaction((queries) =>
      queries.first<JobRow>({ text: 'select * from job where id = $1', values: [lost.id] }),
    )
    if (row === undefined) return
    await handlers[row.kind].ended(
      row,
      row.error === null ? { event: 'cancelled' } : { event: 'fail', error: row.error },
    )
  }

  const loop = async (): Promise<void> => {
    while (!stopped) {
      try {
        await recover()
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
    currentJob: () => current?.claim.id,
    async stop(): Promise<void> {
      stopped = true
      for (const stop of stopListening) stop()
      current?.controller.abort('fenced')
      wake()
      await running
    },
  }
}
