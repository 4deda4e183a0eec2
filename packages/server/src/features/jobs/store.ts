import type { Job, StoredError } from '@modelsmith/api'
import { type JobState, nextJobState } from '@modelsmith/domain'
import { type Database, json, type Queries, type Sql, sql } from '../../infra/database/database.ts'
import { newId } from '../../infra/ids.ts'
import { noteChange } from '../../infra/rights/objects.ts'
import type { Principal } from '../../infra/rights/principal.ts'
import { allowedJob } from '../../infra/rights/visible.ts'
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
  /** Of a job that waits: 1 is next. */
  readonly position: number | null
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

const columns = sql`o.id, o.kind, o.title, o.state, o.owner_id, p.name as owner_name, o.organisation_id, o.attempt, q.position, o.payload, o.fraction,
  o.step, o.error, o.subject_kind, o.subject_id, o.result, o.result_key, o.created_at, o.started_at, o.ended_at`
const from = sql`job o join person p on p.id = o.owner_id left join job_queue_order q on q.id = o.id`

export const toJob = (row: JobRow): Job => ({
  id: row.id,
  kind: row.kind,
  title: row.title,
  state: row.state,
  owner: { id: row.owner_id, name: row.owner_name },
  attempt: row.attempt,
  position: row.position,
  progress: { fraction: row.fraction, step: row.step },
  error: row.error,
  subject: { kind: row.subject_kind, id: row.subject_id },
  result: row.result,
  createdAt: row.created_at.toISOString(),
  startedAt: row.started_at?.toISOString() ?? null,
  endedAt: row.ended_at?.toISOString() ?? null,
})

/** What a job made: facts for whoever asked for it, and a file in the store. */
export type JobResult = { readonly result: Readonly<Record<string, unknown>>; readonly resultKey?: string }

export type NewJob = {
  readonly kind: Job['kind']
  readonly title: string
  readonly owner: string
  readonly organisation: string
  readonly subject: { readonly kind: string; readonly id: string }
  readonly payload: Readonly<Record<string, unknown>>
}

/** One's short jobs do not wait behind one's long ones. */
const lanes: Readonly<Record<Job['kind'], 'short' | 'long'>> = {
  ingestDataset: 'short',
  predictFile: 'short',
  scoreChallenger: 'long',
  scoreBatch: 'long',
  askKeptRows: 'short',
  importTask: 'short',
  publishRelease: 'short',
  askModelFile: 'short',
  computeInsights: 'long',
  explainRows: 'long',
  splitRows: 'short',
  evaluateModels: 'long',
  trainBlueprint: 'long',
  searchParameters: 'long',
  buildEnvironment: 'long',
  prepareRequirements: 'long',
  rebuildRelease: 'long',
}

/** Queues a job in the transaction of whatever needs it; workers hear of it at the commit. */
export const queueJob = async (queries: Queries, job: NewJob): Promise<string> => {
  const id = newId('job')
  await queries.run(sql`
    insert into job (id, kind, lane, title, state, owner_id, organisation_id, payload, subject_kind, subject_id, created_at)
    values (${id}, ${job.kind}, ${lanes[job.kind]}, ${job.title}, 'queued', ${job.owner}, ${job.organisation}, ${json(job.payload)}, ${job.subject.kind}, ${job.subject.id}, now())`)
  await queries.run(sql`select pg_notify('jobs', '')`)
  await noteChange(queries, job.organisation, { kind: 'job', id, version: 1, change: 'created' })
  return id
}

export const findJob = (queries: Queries, id: string) =>
  queries.first<JobRow>(sql`select ${columns} from ${from} where o.id = ${id}`)

export const listJobs = (queries: Queries, caller: Principal, active: boolean, after: Sql, limit: number) =>
  queries.rows<JobRow>(sql`
    select ${columns} from ${from} where ${allowedJob(caller, 'view')}
    ${active ? sql`and o.state in ('queued', 'running', 'cancelling')` : sql``} ${after}
    order by o.created_at desc, o.id desc limit ${limit}`)

/** The job whose turn it is becomes this worker's; no other worker gets it. */
export const claimJob = async (queries: Queries, worker: string): Promise<JobRow | undefined> => {
  const row = await queries.first<{ id: string }>(sql`
    with taken as (update job set state = ${nextJobState('queued', 'claim')}, attempt = attempt + 1, worker_id = ${worker}, heartbeat_at = now(),
      started_at = coalesce(started_at, now()), step = 'Starting', fraction = null
    where id = (select j.id from job j join job_queue_order q on q.id = j.id where j.state = 'queued'
      order by q.position limit 1 for update of j skip locked)
    returning id, owner_id, lane),
    served as (insert into job_turn (person_id, lane, served_at) select owner_id, lane, clock_timestamp() from taken
      on conflict (person_id, lane) do update set served_at = excluded.served_at)
    select id from taken`)
  return row === undefined ? undefined : findJob(queries, row.id)
}

/** A worker's hold on a job: every write names the attempt, and fails when it is no longer the current one. */
export type Claim = { readonly id: string; readonly attempt: number }

const held = ({ id, attempt }: Claim): Sql =>
  sql`id = ${id} and attempt = ${attempt} and state in ('running', 'cancelling')`

/** Writes what only the holder of a claim may write; nobody can take the job, or cancel it, until the commit. */
export const withClaim = <T>(
  database: Database,
  claim: Claim,
  work: (queries: Queries, state: JobState) => Promise<T>,
): Promise<T> =>
  database.transaction(async (queries) => {
    const row = await queries.first<{ state: JobState }>(sql`select state from job where ${held(claim)} for update`)
    if (row === undefined) throw jobError('job.fenced', claim)
    return work(queries, row.state)
  })

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

export const noteProgress = async (queries: Queries, { id }: Pick<JobRow, 'id'>): Promise<void> => {
  await queries.run(sql`select pg_notify('job', ${id})`)
}

/** Everybody who looks at the job hears of its new state. */
const noteState = async (queries: Queries, row: JobRow): Promise<void> => {
  await noteProgress(queries, row)
  await noteChange(queries, row.organisation_id, {
    kind: 'job',
    id: row.id,
    version: row.attempt + 1,
    change: 'updated',
  })
}

/** The job as it is, and as it stays until the transaction ends. */
export const lockJob = (queries: Queries, id: string) =>
  queries.first<JobRow>(sql`select ${columns} from ${from} where o.id = ${id} for update of o`)

export const setSucceeded = async (queries: Queries, row: JobRow, { result, resultKey }: JobResult): Promise<void> => {
  await queries.run(sql`
    update job set state = 'succeeded', result = ${json(result)}, result_key = ${resultKey ?? null}, error = null,
      fraction = 1, step = 'Done', ended_at = now(), worker_id = null where id = ${row.id}`)
  await noteState(queries, row)
}

export const setEnded = async (
  queries: Queries,
  row: JobRow,
  state: 'failed' | 'cancelled',
  error: StoredError | null,
): Promise<void> => {
  await queries.run(sql`
    update job set state = ${state}, error = ${error === null ? null : json(error)}, fraction = null, step = '', ended_at = now(),
      worker_id = null where id = ${row.id}`)
  await noteState(queries, row)
}

/** The worker that runs it is asked to stop. */
export const setCancelling = async (queries: Queries, row: JobRow): Promise<void> => {
  await queries.run(sql`update job set state = 'cancelling' where id = ${row.id}`)
  await queries.run(sql`select pg_notify('cancel', ${row.id})`)
  await noteState(queries, row)
}

export const setQueuedAgain = async (queries: Queries, row: JobRow): Promise<void> => {
  await queries.run(
    sql`update job set state = 'queued', fraction = null, step = 'Waiting for a worker', worker_id = null where id = ${row.id}`,
  )
  await queries.run(sql`select pg_notify('jobs', '')`)
  await noteState(queries, row)
}

const silent = (seconds: number): Sql =>
  sql`state in ('running', 'cancelling') and heartbeat_at < now() - make_interval(secs => ${seconds})`

/** Jobs whose worker has not been heard of. */
export const findSilent = async (queries: Queries, seconds: number): Promise<string[]> =>
  (await queries.rows<{ id: string }>(sql`select id from job where ${silent(seconds)}`)).map(({ id }) => id)

/** A silent job, unless somebody else sees to it or its worker was heard of meanwhile. */
export const lockSilent = async (queries: Queries, id: string, seconds: number): Promise<JobRow | undefined> => {
  const row = await queries.first(sql`select 1 from job where id = ${id} and ${silent(seconds)} for update skip locked`)
  return row === undefined ? undefined : findJob(queries, id)
}

export type LogRow = {
  readonly sequence: number
  readonly at: Date
  readonly source: 'platform' | 'stdout' | 'stderr'
  readonly node: string | null
  readonly text: string
}
export type LogLine = Omit<LogRow, 'at'>

/** Lines that are kept of each end of a log; those between are counted. */
export const keptLines = { head: 1000, tail: 1000 } as const

/** Adds numbered lines; `total` counts those that were left out, too. */
export const appendLog = async (
  queries: Queries,
  id: string,
  lines: readonly LogLine[],
  total: number,
): Promise<void> => {
  await queries.run(sql`
    insert into job_log (job_id, sequence, at, source, node, text)
    select ${id}, r.sequence, now(), r.source, r.node, r.text
    from jsonb_to_recordset(${json(lines)}::jsonb) as r(sequence integer, source text, node text, text text)`)
  await queries.run(
    sql`delete from job_log where job_id = ${id} and sequence > ${keptLines.head} and sequence <= ${total - keptLines.tail}`,
  )
  await queries.run(sql`update job set log_lines = ${total} where id = ${id}`)
  await noteProgress(queries, { id })
}

export const readLog = (queries: Queries, id: string, after = 0) =>
  queries.rows<LogRow>(
    sql`select sequence, at, source, node, text from job_log where job_id = ${id} and sequence > ${after} order by sequence`,
  )

/** Versions of the tasks that jobs run, by what the jobs work for. */
export const taskVersionsOf = (queries: Queries, jobs: readonly JobRow[]) => {
  const subjects = jobs.map(({ subject_id }) => subject_id)
  return queries.rows<{ subject: string; version: string }>(sql`
    select distinct s.subject, node->>'taskVersion' as version from (
      select r.id as subject, r.graph from training_run r where r.id = any(${subjects})
      union all select s.id, s.graph from search s where s.id = any(${subjects})
      union all select m.id, r.graph from model m join training_run r on r.id = m.training_run_id where m.id = any(${subjects})
      union all select mr.registered_model_id, r.graph from model_release mr join training_run r on r.model_id = mr.model_id
        where mr.registered_model_id = any(${subjects})
      union all select e.id, r.graph from experiment e join training_run r on r.model_id = e.trained_model_id where e.id = any(${subjects})
    ) s cross join lateral jsonb_array_elements(s.graph->'nodes') node
    union select j.subject_id, j.payload->'code'->>'taskVersionId' from job j
      where j.id = any(${jobs.map(({ id }) => id)}) and j.payload->'code' is not null
    union select r.registered_model_id, r.serving->'coded'->'code'->>'taskVersionId' from model_release r
      where r.registered_model_id = any(${subjects}) and r.serving->'coded'->'code'->>'taskVersionId' is not null`)
}

export const countLog = async (queries: Queries, id: string): Promise<number> =>
  (await queries.first<{ log_lines: number }>(sql`select log_lines from job where id = ${id}`))?.log_lines ?? 0
