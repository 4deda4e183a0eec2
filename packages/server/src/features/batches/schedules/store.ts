import type { BatchSchedule } from '@modelsmith/api'
import { json, type Queries, type Sql, sql } from '../../../infra/database/database.ts'
import type { Principal } from '../../../infra/rights/principal.ts'
import type { BatchDefinition } from '../begin.ts'

export type ScheduleRow = {
  readonly id: string
  readonly deployment_id: string
  readonly deployment_name: string
  readonly owner_id: string
  readonly owner_name: string
  readonly name: string
  readonly batch: BatchDefinition
  readonly cron: string
  readonly time_zone: string
  readonly state: BatchSchedule['state']
  readonly reason: string | null
  readonly next_at: Date | null
  readonly created_at: Date
  readonly runs: readonly {
    readonly at: string
    readonly jobId: string | null
    readonly state: BatchSchedule['runs'][number]['state']
    readonly skipped: string | null
  }[]
}

export const toSchedule = (row: ScheduleRow): BatchSchedule => ({
  id: row.id,
  name: row.name,
  deploymentId: row.deployment_id,
  deploymentName: row.deployment_name,
  owner: { id: row.owner_id, name: row.owner_name },
  batch: row.batch,
  cron: row.cron,
  timeZone: row.time_zone,
  state: row.state,
  reason: row.reason,
  nextAt: row.next_at?.toISOString() ?? null,
  runs: row.runs.map((run) => ({ ...run, at: new Date(run.at).toISOString() })),
  createdAt: row.created_at.toISOString(),
})

const columns = sql`o.id, o.deployment_id, d.name as deployment_name, o.owner_id, p.name as owner_name, o.name, o.batch, o.cron, o.time_zone, o.state, o.reason,
  o.next_at, o.created_at, coalesce((select json_agg(json_build_object('at', r.at, 'jobId', r.job_id, 'state', r.state, 'skipped', r.skipped) order by r.at desc)
    from (select r.at, r.job_id, j.state, r.skipped from batch_schedule_run r left join job j on j.id = r.job_id
      where r.schedule_id = o.id order by r.at desc limit 10) r), '[]') as runs`
const from = sql`batch_schedule o join object d on d.id = o.deployment_id join person p on p.id = o.owner_id`

/** Their own; to an administrator those of the organisation. */
const seenBy = (caller: Principal): Sql =>
  sql`o.organisation_id = ${caller.organisation} and (o.owner_id = ${caller.id} or ${caller.role === 'administrator'})`

export const listSchedules = (
  queries: Queries,
  caller: Principal,
  deployment: string | undefined,
  after: Sql,
  limit: number,
) =>
  queries.rows<ScheduleRow>(sql`
    select ${columns} from ${from} where ${seenBy(caller)} ${deployment === undefined ? sql`` : sql`and o.deployment_id = ${deployment}`} ${after}
    order by o.created_at desc, o.id desc limit ${limit}`)

export const findSchedule = (queries: Queries, caller: Principal, deployment: string, id: string) =>
  queries.first<ScheduleRow>(sql`
    select ${columns} from ${from} where o.id = ${id} and o.deployment_id = ${deployment} and ${seenBy(caller)}`)

/** As it stays until the transaction ends. */
export const lockSchedule = (queries: Queries, id: string) =>
  queries.first(sql`select 1 from batch_schedule where id = ${id} for update`)

export const insertSchedule = (
  queries: Queries,
  row: Pick<ScheduleRow, 'id' | 'deployment_id' | 'owner_id' | 'name' | 'batch' | 'cron' | 'time_zone' | 'next_at'> & {
    readonly organisation: string
  },
) =>
  queries.run(sql`
    insert into batch_schedule (id, deployment_id, organisation_id, owner_id, name, batch, cron, time_zone, state, next_at, created_at)
    values (${row.id}, ${row.deployment_id}, ${row.organisation}, ${row.owner_id}, ${row.name}, ${json(row.batch)}, ${row.cron}, ${row.time_zone},
      'active', ${row.next_at}, now())`)

type Changed = Pick<ScheduleRow, 'id' | 'name' | 'cron' | 'time_zone' | 'state' | 'reason' | 'next_at'>
export const updateSchedule = (queries: Queries, row: Changed) =>
  queries.run(sql`
    update batch_schedule set name = ${row.name}, cron = ${row.cron}, time_zone = ${row.time_zone}, state = ${row.state}, reason = ${row.reason},
      next_at = ${row.next_at} where id = ${row.id}`)

export const deleteSchedule = (queries: Queries, id: string) =>
  queries.run(sql`delete from batch_schedule where id = ${id}`)

/** Whose time has come. */
export const dueSchedules = (queries: Queries) =>
  queries.rows<
    ScheduleRow & { readonly next_at: Date; readonly workspace_id: string; readonly is_owner_gone: boolean }
  >(sql`
    select ${columns}, p.workspace_id, p.deactivated_at is not null as is_owner_gone from ${from}
    where o.state = 'active' and o.next_at <= now() order by o.next_at limit 100`)

/** Whether its time is still to be seen to, by whoever asks first. */
export const lockDue = async (queries: Queries, { id, next_at }: Pick<ScheduleRow, 'id' | 'next_at'>) =>
  (await queries.first(
    sql`select 1 from batch_schedule where id = ${id} and state = 'active' and next_at = ${next_at} for update skip locked`,
  )) !== undefined

export const isRunning = async (queries: Queries, id: string): Promise<boolean> =>
  (await queries.first(sql`
    select 1 from batch_schedule_run r join job j on j.id = r.job_id where r.schedule_id = ${id} and j.state in ('queued', 'running', 'cancelling')`)) !==
  undefined

const keptRuns = 100

export const insertRun = async (
  queries: Queries,
  run: { readonly schedule: string; readonly at: Date; readonly job: string | null; readonly skipped: string | null },
): Promise<void> => {
  await queries.run(sql`
    insert into batch_schedule_run (schedule_id, at, job_id, skipped) values (${run.schedule}, ${run.at}, ${run.job}, ${run.skipped})`)
  await queries.run(sql`
    delete from batch_schedule_run where schedule_id = ${run.schedule} and at < (
      select min(at) from (select at from batch_schedule_run where schedule_id = ${run.schedule} order by at desc limit ${keptRuns}) kept)`)
}

export const setNext = (queries: Queries, id: string, next: Date) =>
  queries.run(sql`update batch_schedule set next_at = ${next} where id = ${id}`)

export const stop = (queries: Queries, id: string, reason: string) =>
  queries.run(sql`update batch_schedule set state = 'stopped', reason = ${reason}, next_at = null where id = ${id}`)
