import type { JobState, TargetType } from '@modelsmith/domain'
import type { ModelManifest } from '@modelsmith/runner'
import type { Outcome } from '@modelsmith/serving'
import { type Queries, type Sql, sql } from '../../infra/database/database.ts'
import type { Served } from '../hosting/index.ts'
import type { Predicted } from '../models/index.ts'
import type { Range } from '../monitoring/index.ts'

export type ChallengerRow = {
  readonly id: string
  readonly deployment_id: string
  readonly organisation_id: string
  readonly model_id: string | null
  readonly model_release_id: string | null
  readonly registered_model_id: string | null
  readonly release_number: number | null
  readonly model_name: string
  readonly deleted: boolean
  readonly manifest: ModelManifest | null
  readonly hosted: Served | null
  /** Of a trained model, or of a release of one. */
  readonly project_id: string | null
  /** Whether it answers the requests itself. */
  readonly champion: boolean
  readonly person_id: string
  readonly person_name: string
  readonly after_sequence: number
  readonly waiting: number
  readonly job_id: string | null
  readonly job_state: JobState | null
  readonly job_problem: string | null
  readonly replay_job_id: string | null
  readonly replay_state: JobState | null
  readonly created_at: Date
}

const unscored = (challenger: Sql): Sql =>
  sql`not exists (select 1 from challenger_scored s where s.challenger_id = ${challenger} and s.sequence = k.sequence)`

const columns = sql`c.id, c.deployment_id, o.organisation_id, c.model_id, c.model_release_id, mr.registered_model_id, mr.number as release_number,
  mo.name as model_name, (mo.deleted_at is not null or wo.deleted_at is not null) as deleted, m.manifest, mr.serving as hosted,
  coalesce(m.project_id, tm.project_id) as project_id,
  coalesce(c.model_id, c.model_release_id) = coalesce(r.model_id, r.model_release_id) as champion,
  c.person_id, p.name as person_name, c.after_sequence, c.job_id, j.state as job_state, j.error ->> 'message' as job_problem,
  c.replay_job_id, rj.state as replay_state, c.created_at,
  (select coalesce(sum(k.rows), 0)::bigint from kept_rows k where k.deployment_id = c.deployment_id and k.sequence > c.after_sequence and ${unscored(sql`c.id`)}) as waiting`
const from = sql`challenger c join object o on o.id = c.deployment_id and o.deleted_at is null join person p on p.id = c.person_id
  join release r on r.deployment_id = c.deployment_id and r.state = 'latest'
  left join model m on m.id = c.model_id left join model_release mr on mr.id = c.model_release_id left join model tm on tm.id = mr.model_id
  join object mo on mo.id = coalesce(c.model_id, mr.registered_model_id) left join object wo on wo.id = mo.within_id
  left join job j on j.id = c.job_id left join job rj on rj.id = c.replay_job_id`

export const challengersOf = (queries: Queries, deployment: string) =>
  queries.rows<ChallengerRow>(
    sql`select ${columns} from ${from} where c.deployment_id = ${deployment} order by c.created_at, c.id`,
  )

export const findChallenger = (queries: Queries, id: string) =>
  queries.first<ChallengerRow>(sql`select ${columns} from ${from} where c.id = ${id}`)

type Answering = Pick<ChallengerRow, 'model_id' | 'model_release_id'>

export const predictedOf = ({ model_id, model_release_id }: Answering): Predicted =>
  model_id === null ? { release: model_release_id as string } : { model: model_id }

export const outcomeOf = ({ manifest, hosted }: Pick<ChallengerRow, 'manifest' | 'hosted'>): Outcome => {
  const outcome: { targetType: TargetType; classes: readonly string[] } | undefined = manifest ?? hosted?.outcome
  if (outcome === undefined) throw new Error('A challenger of nothing.')
  return outcome
}

export const insertChallenger = (
  queries: Queries,
  challenger: Answering & { readonly id: string; readonly deployment: string; readonly person: string },
) =>
  queries.run(sql`
    insert into challenger (id, deployment_id, model_id, model_release_id, person_id, after_sequence, created_at)
    select ${challenger.id}, ${challenger.deployment}, ${challenger.model_id}, ${challenger.model_release_id}, ${challenger.person}, coalesce(max(sequence), 0), now()
    from kept_rows where deployment_id = ${challenger.deployment}`)

export const countChallengers = async (queries: Queries, deployment: string): Promise<number> =>
  (await queries.rows(sql`select 1 from challenger where deployment_id = ${deployment}`)).length

export const deleteChallenger = (queries: Queries, id: string) =>
  queries.run(sql`delete from challenger where id = ${id}`)

/** Where nobody has said for how long. */
export const keepRowsFor = (queries: Queries, deployment: string, days: number) =>
  queries.run(sql`update deployment set keep_rows_days = ${days} where id = ${deployment} and keep_rows_days = 0`)

export const setJob = (queries: Queries, id: string, job: string) =>
  queries.run(sql`update challenger set job_id = ${job} where id = ${id}`)
export const setReplay = (queries: Queries, id: string, job: string) =>
  queries.run(sql`update challenger set replay_job_id = ${job} where id = ${id}`)

export type Kept = {
  readonly days: number
  readonly rows: number
  readonly from: Date | null
  readonly to: Date | null
}

/** What is kept of the requests of a deployment, over a time or at all. */
export const keptOf = async (queries: Queries, deployment: string, range?: Range): Promise<Kept> =>
  (await queries.first<Kept>(sql`
    select d.keep_rows_days as days, coalesce(sum(k.rows), 0)::bigint as rows,
      min(k.hour) as from, max(k.hour) + interval '1 hour' as to
    from deployment d left join kept_rows k on k.deployment_id = d.id ${range === undefined ? sql`` : sql`and ${during(range)}`}
    where d.id = ${deployment} group by d.id`)) as Kept

const during = ({ from: start, to }: Pick<Range, 'from' | 'to'>): Sql =>
  sql`k.hour >= ${start.toISOString()}::timestamptz and k.hour < ${to.toISOString()}::timestamptz`

export type KeptPart = {
  readonly sequence: number
  readonly hour: Date
  readonly rows: number
  readonly segment: Buffer
}

/** What a job scores: new rows, or those of a time. */
export type Scope = Pick<Range, 'from' | 'to'> | 'new'

const inScope = (challenger: string, scope: Scope): Sql => sql`
  from challenger c join object o on o.id = c.deployment_id and o.deleted_at is null join kept_rows k on k.deployment_id = c.deployment_id
  where c.id = ${challenger} and ${scope === 'new' ? sql`k.sequence > c.after_sequence` : during(scope)} and ${unscored(sql`c.id`)}`

export const rowsInScope = async (queries: Queries, challenger: string, scope: Scope): Promise<number> =>
  (
    (await queries.first<{ rows: number }>(
      sql`select coalesce(sum(k.rows), 0)::bigint as rows ${inScope(challenger, scope)}`,
    )) as { rows: number }
  ).rows

/** As much of it as is scored at once, in the order in which it came. */
export const nextParts = (queries: Queries, challenger: string, scope: Scope, after: number, most: number) =>
  queries.rows<KeptPart>(sql`
    select sequence, hour, rows, segment from (
      select k.sequence, k.hour, k.rows, k.segment, sum(k.rows) over (order by k.sequence) - k.rows as before
      from (select k.* ${inScope(challenger, scope)} and k.sequence > ${after} order by k.sequence limit 500) k) t
    where before < ${most} order by sequence`)

/** The parts that were not scored before; they are from now on. None of a challenger that is not there any more. */
export const markScored = async (
  queries: Queries,
  challenger: string,
  sequences: readonly number[],
): Promise<ReadonlySet<number>> => {
  const rows = await queries.rows<{ sequence: number }>(sql`
    insert into challenger_scored (challenger_id, sequence)
    select c.id, k.sequence from challenger c, kept_rows k where c.id = ${challenger} and k.sequence = any(${sequences})
    on conflict do nothing returning sequence`)
  return new Set(rows.map(({ sequence }) => sequence))
}

/** New rows up to here have been seen to. */
export const moveOn = (queries: Queries, challenger: string, sequence: number) =>
  queries.run(
    sql`update challenger set after_sequence = greatest(after_sequence, ${sequence}::bigint) where id = ${challenger}`,
  )

/** Which model each of these releases has. */
export const modelsOf = async (queries: Queries, releases: readonly string[]): Promise<ReadonlyMap<string, string>> => {
  const rows = await queries.rows<{ id: string; served: string }>(
    sql`select id, coalesce(model_id, model_release_id) as served from release where id = any(${releases})`,
  )
  return new Map(rows.map(({ id, served }) => [id, served]))
}

/** Not more often than this, and later after one that failed or was cancelled. */
const pace = { seconds: 30, failedSeconds: 600 } as const

/** Challengers with new rows, of which no job scores any now; those that answer themselves wait until they do not. */
export const challengersBehind = (queries: Queries) =>
  queries.rows<ChallengerRow>(sql`
    select * from (select ${columns}, j.ended_at from ${from}) t
    where waiting > 0 and not deleted and not champion and (job_state is null or (ended_at is not null
      and ended_at < now() - make_interval(secs => case when job_state = 'succeeded' then ${pace.seconds}::integer else ${pace.failedSeconds}::integer end)))
    order by id`)

/** Of the jobs that score new rows only the newest is of interest, unless one went wrong. */
export const forgetJob = async (queries: Queries, job: string): Promise<void> => {
  await queries.run(
    sql`delete from job_log where job_id in (select id from job where id = ${job} and state = 'succeeded')`,
  )
  await queries.run(sql`delete from job where id = ${job} and state = 'succeeded'`)
}

/** Whoever adds or replays, one at a time. */
export const lockDeployment = (queries: Queries, id: string) =>
  queries.run(sql`select 1 from object where id = ${id} for update`)

export const nameOfModel = async (queries: Queries, id: string): Promise<string> =>
  (
    await queries.first<{ name: string }>(sql`
      select o.name from object o where o.id = ${id}
      union all select o.name || ', release ' || coalesce(mr.number::text, '?') from model_release mr join object o on o.id = mr.registered_model_id where mr.id = ${id}`)
  )?.name ?? id
