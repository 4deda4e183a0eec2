import type { Job, StoredError } from '@modelsmith/api'
import { type JobState, nextJobState } from '@modelsmith/domain'
import { json, type Queries, type Sql, sql } from '../../infra/database/database.ts'
import { newId } from '../../infra/ids.ts'
import { noteChange } from '../../infra/rights/objects.ts'
import { jobError } from './errors.ts'

export type JobRow = {
  readonly id: string
  readonly kind: Job['kind']
  readonly title: string
  readonly state: JobState
  readonly owner_id: string
  readonly owner_name: string
  readonly organisation_id: string
  readonly attempt: number
  readonly payload: Record<string, unknown>
  readonly fraction: number | null
  readonly step: string
  readonly error: StoredError | null
  readonly subject_kind: string
  readonly subject_id: string
  readonly result: Record<string, unknown>
  readonly result_key: string | null
  readonly created_at: Date
  readonly started_at: Date | null
  readonly ended_at: Date | null
}

const columns = sql`o.id, o.kind, o.title, o.state, o.owner_id, p.name as owner_name, o.organisation_id, o.attempt, o.payload, o.fraction,
  o.step, o.error, o.subject_kind, o.subject_id, o.result, o.result_key, o.created_at, o.started_at, o.ended_at`
const from = sql`job o join person p on p.id = o.owner_id`

export const toJob = (row: JobRow): Job => ({
  id: row.id,
  kind: row.kind,
  title: row.title,
  state: row.state,
  owner: { id: row.owner_id, name: row.owner_name },
  attempt: row.attempt,
  progress: { fraction: row.fraction, step: row.step },
  error: row.error,
  subject: { kind: row.subject_kind, id: row.subject_id },
  result: row.result,
  createdAt: row.created_at.toISOString(),
  startedAt: row.started_at?.toISOString() ?? null,
  endedAt: row.ended_at?.toISOString() ?? null,
})

export type NewJob = {
  readonly kind: Job['kind']
  readonly title: string
  readonly owner: string
  readonly organisation: string
  readonly subject: { readonly kind: string; readonly id: string }
  readonly payload: Readonly<Record<string, unknown>>
}

/** Queues a job in the transaction of whatever needs it; workers hear of it at the commit. */
export const queueJob = async (queries: Queries, job: NewJob): Promise<string> => {
  const id = newId('job')
  await queries.run(sql`
    insert into job (id, kind, title, state, owner_id, organisation_id, payload, subject_kind, subject_id, created_at)
    values (${id}, ${job.kind}, ${job.title}, 'queued', ${job.owner}, ${job.organisation}, ${json(job.payload)}, ${job.subject.kind}, ${job.subject.id}, now())`)
  await queries.run(sql`select pg_notify('jobs', '')`)
  await noteChange(queries, job.organisation, { kind: 'job', id, version: 1, change: 'created' })
  return id
}

export const findJob = (queries: Queries, id: string) =>
  queries.first<JobRow>(sql`select ${columns} from ${from} where o.id = ${id}`)

export const listJobs = (queries: Queries, organisation: string, active: boolean, after: Sql, limit: number) =>
  queries.rows<JobRow>(sql`
    select ${columns} from ${from} where o.organisation_id = ${organisation}
    ${active ? sql`and o.state in ('queued', 'running', 'cancelling')` : sql``} ${after}
    order by o.created_at desc, o.id desc limit ${limit}`)

/** The oldest job that waits becomes this worker's; no other worker gets it. */
export const claimJob = async (queries: Queries, worker: string): Promise<JobRow | undefined> => {
  const row = await queries.first<{ id: string }>(sql`
    update job set state = ${nextJobState('queued', 'claim')}, attempt = attempt + 1, worker_id = ${worker}, heartbeat_at = now(),
      started_at = coalesce(started_at, now()), step = 'Starting', fraction = null
    where id = (select id from job where state = 'queued' order by created_at limit 1 for update skip locked)
    returning id`)
  return row === undefined ? undefined : findJob(queries, row.id)
}

/** A worker's hold on a job: every write names the attempt, and fails when it is no longer the current one. */
export type Claim = { readonly id: string; readonly attempt: number; readonly organisation: string }

const held = ({ id, attempt }: Claim): Sql =>
  sql`id = ${id} and attempt = ${attempt} and state in ('running', 'cancelling')`

/** Fails when the claim is no longer good; inside a transaction it keeps others from taking the job until the commit. */
export const demandClaim = async (queries: Queries, claim: Claim): Promise<void> => {
  const row = await queries.first(sql`select 1 from job where ${held(claim)} for update`)
  if (row === undefined) throw jobError('job.fenced', claim)
}

/** Says that the worker lives; tells whether it should stop. */
export const heartbeat = async (
  queries: Queries,
  claim: Claim,
  progress: { fraction: number | null; step: string },
): Promise<'go on' | 'cancel' | 'fenced'> => {
  const row = await queries.first<{ state: JobState }>(sql`
    update job set heartbeat_at = now(), fraction = ${progress.fraction}, step = ${progress.step} where ${held(claim)} returning state`)
  if (row === undefined) return 'fenced'
  return row.state === 'cancelling' ? 'cancel' : 'go on'
}

export const noteProgress = async (queries: Queries, claim: Claim): Promise<void> => {
  await queries.run(sql`select pg_notify('job', ${claim.id})`)
}

export type Outcome =
  | { readonly event: 'succeed'; readonly result: Readonly<Record<string, unknown>>; readonly resultKey?: string }
  | { readonly event: 'fail'; readonly error: StoredError }
  | { readonly event: 'cancelled' }

const finalState = (outcome: Outcome): JobState =>
  ({ succeed: 'succeeded', fail: 'failed', cancelled: 'cancelled' })[outcome.event] as JobState

/** Ends the job, if it is still this attempt's. */
export const endJob = async (queries: Queries, claim: Claim, outcome: Outcome): Promise<void> => {
  const state = finalState(outcome)
  const error = outcome.event === 'fail' ? json(outcome.error) : null
  const result = outcome.event === 'succeed' ? json(outcome.result) : '{}'
  const key = outcome.event === 'succeed' ? (outcome.resultKey ?? null) : null
  const changed = await queries.run(sql`
    update job set state = ${state}, error = ${error}, result = ${result}, result_key = ${key}, ended_at = now(), worker_id = null,
      fraction = ${outcome.event === 'succeed' ? 1 : null}, step = ${outcome.event === 'succeed' ? 'Done' : ''}
    where ${held(claim)}`)
  if (changed === 0) throw jobError('job.fenced', claim)
  await noteProgress(queries, claim)
  await noteChange(queries, claim.organisation, {
    kind: 'job',
    id: claim.id,
    version: claim.attempt,
    change: 'updated',
  })
}

/** A queued job ends at once; a running one is asked to. */
export const requestCancel = async (queries: Queries, row: JobRow): Promise<void> => {
  const next = nextJobState(row.state, 'requestCancel')
  if (next === undefined) {
    if (row.state === 'cancelling') return
    throw jobError('job.ended', { state: row.state })
  }
  await queries.run(sql`
    update job set state = ${next}, ended_at = ${next === 'cancelled' ? sql`now()` : sql`ended_at`} where id = ${row.id} and state = ${row.state}`)
  await queries.run(sql`select pg_notify('cancel', ${row.id})`)
  await queries.run(sql`select pg_notify('job', ${row.id})`)
  await noteChange(queries, row.organisation_id, { kind: 'job', id: row.id, version: row.attempt, change: 'updated' })
}

export type LostJob = {
  readonly id: string
  readonly organisation_id: string
  readonly state: JobState
  readonly attempt: number
}

/** Jobs whose worker has been silent: back to the queue, or to an end after too many attempts. Returns those that ended. */
export const recoverLost = async (
  queries: Queries,
  silentSeconds: number,
  mostAttempts: number,
): Promise<LostJob[]> => {
  const error = jobError('job.workerLost', { attempts: mostAttempts }).toJSON()
  const rows = await queries.rows<LostJob>(sql`
    update job set
      state = case when state = 'cancelling' then 'cancelled' when attempt >= ${mostAttempts} then 'failed' else 'queued' end,
      error = case when state = 'running' and attempt >= ${mostAttempts} then ${json(error)}::jsonb else error end,
      ended_at = case when state = 'cancelling' or attempt >= ${mostAttempts} then now() else null end,
      worker_id = null, step = 'Waiting for a worker'
    where state in ('running', 'cancelling') and heartbeat_at < now() - make_interval(secs => ${silentSeconds})
    returning id, organisation_id, state, attempt`)
  for (const row of rows) {
    await queries.run(sql`select pg_notify('job', ${row.id})`)
    await noteChange(queries, row.organisation_id, { kind: 'job', id: row.id, version: row.attempt, change: 'updated' })
  }
  if (rows.some(({ state }) => state === 'queued')) await queries.run(sql`select pg_notify('jobs', '')`)
  return rows.filter(({ state }) => state !== 'queued')
}

export type LogRow = {
  readonly sequence: number
  readonly at: Date
  readonly source: 'platform' | 'stdout' | 'stderr'
  readonly node: string | null
  readonly text: string
}
export type NewLine = Omit<LogRow, 'at' | 'sequence'>

/** Lines that are kept of each end of a log; those between are counted. */
export const keptLines = { head: 1000, tail: 1000 } as const

/** Appends lines; `first` is the number of the first of them among all lines of the job. */
export const appendLog = async (
  queries: Queries,
  claim: Claim,
  first: number,
  lines: readonly NewLine[],
  total: number,
): Promise<void> => {
  if (lines.length === 0) return
  const rows = lines.map((line, index) => ({
    sequence: first + index,
    source: line.source,
    node: line.node,
    text: line.text.replaceAll('\0', '␀'),
  }))
  await queries.run(sql`
    insert into job_log (job_id, sequence, at, source, node, text)
    select ${claim.id}, r.sequence, now(), r.source, r.node, r.text
    from jsonb_to_recordset(${json(rows)}::jsonb) as r(sequence integer, source text, node text, text text)
    on conflict do nothing`)
  await queries.run(
    sql`delete from job_log where job_id = ${claim.id} and sequence > ${keptLines.head} and sequence <= ${total - keptLines.tail}`,
  )
  await queries.run(sql`update job set log_lines = ${total} where id = ${claim.id}`)
  await noteProgress(queries, claim)
}

export const readLog = (queries: Queries, id: string, after = 0) =>
  queries.rows<LogRow>(
    sql`select sequence, at, source, node, text from job_log where job_id = ${id} and sequence > ${after} order by sequence`,
  )

export const countLog = async (queries: Queries, id: string): Promise<number> =>
  (await queries.first<{ log_lines: number }>(sql`select log_lines from job where id = ${id}`))?.log_lines ?? 0
