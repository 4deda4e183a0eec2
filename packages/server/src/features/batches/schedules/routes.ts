import { type BatchSchedule, type BodyOf, type Endpoints } from '@modelsmith/api'
import type { Context } from '../../../infra/context.ts'
import type { Queries } from '../../../infra/database/database.ts'
import { infraError } from '../../../infra/errors.ts'
import type { Caller, Routes } from '../../../infra/http/handler.ts'
import { newId } from '../../../infra/ids.ts'
import { authorise, pageOf } from '../../../infra/rights/objects.ts'
import type { Principal } from '../../../infra/rights/principal.ts'
import { type Batches, startedOf } from '../begin.ts'
import { demandCredentials } from '../credential.ts'
import { batchError } from '../errors.ts'
import * as store from './store.ts'
import { definitionAt, nextTime } from './timing.ts'

type Operations =
  | 'listBatchSchedules'
  | 'createBatchSchedule'
  | 'changeBatchSchedule'
  | 'deleteBatchSchedule'
  | 'runBatchSchedule'

export const scheduleRoutes = ({ database }: Pick<Context, 'database'>, batches: Batches): Routes<Operations> => {
  /** One that the caller may see, of a deployment that they may ask, as it stays until the transaction ends. */
  const named = async (queries: Queries, caller: Principal, deployment: string, id: string) => {
    await authorise(queries, caller, 'predict', 'deployment', deployment)
    await store.lockSchedule(queries, id)
    const row = await store.findSchedule(queries, caller, deployment, id)
    if (row === undefined) throw batchError('schedule.notFound', { id })
    return row
  }

  const read = async (caller: Caller, deployment: string, id: string): Promise<BatchSchedule> =>
    store.toSchedule((await store.findSchedule(database, caller, deployment, id)) as store.ScheduleRow)

  return {
    listBatchSchedules: async ({ caller, query: { deploymentId, ...query } }) => {
      const page = await pageOf(query, (after, limit) =>
        store.listSchedules(database, caller, deploymentId, after, limit),
      )
      return { items: page.items.map(store.toSchedule), nextCursor: page.nextCursor }
    },

    createBatchSchedule: async ({ caller, params, body: { name, cron, timeZone = 'UTC', batch } }) => {
      const { sink } = batch
      const { rows } = await batches.prepare(caller, params.id, batch)
      const next = nextTime({ cron, timeZone }, new Date())
      if (sink?.kind === 'postgres' && sink.mode === 'create')
        throw batchError('schedule.newTable', { table: sink.table })
      const id = newId('schedule')
      await database.transaction(async (queries) => {
        await demandCredentials(queries, caller, [rows.source, ...(sink === undefined ? [] : [sink])])
        await store.insertSchedule(queries, {
          id,
          deployment_id: params.id,
          organisation: caller.organisation,
          owner_id: caller.id,
          name,
          batch,
          cron,
          time_zone: timeZone,
          next_at: next,
        })
      })
      return read(caller, params.id, id)
    },

    changeBatchSchedule: async ({ caller, params, body }) => {
      await database.transaction(async (queries) => {
        const row = await named(queries, caller, params.id, body.scheduleId)
        if (!mayChange(caller, row, body)) throw notTheirs('change', row)
        await store.updateSchedule(queries, changed(row, body))
      })
      return read(caller, params.id, body.scheduleId)
    },

    deleteBatchSchedule: async ({ caller, params, query: { schedule } }) => {
      await database.transaction(async (queries) => {
        // One's own goes also where the deployment is gone.
        const row = await store.findSchedule(queries, caller, params.id, schedule)
        if (row?.owner_id !== caller.id) await named(queries, caller, params.id, schedule)
        await store.deleteSchedule(queries, schedule)
      })
    },

    runBatchSchedule: async ({ caller, params, body: { scheduleId } }) => {
      const row = await database.transaction((queries) => named(queries, caller, params.id, scheduleId))
      if (row.owner_id !== caller.id) throw notTheirs('run', row)
      const at = new Date()
      const prepared = await batches.prepare(caller, params.id, definitionAt(row.batch, at, row.time_zone))
      const job = await database.transaction(async (queries) => {
        const { name } = await named(queries, caller, params.id, scheduleId)
        if (await store.isRunning(queries, scheduleId)) throw batchError('schedule.running', { name })
        const queued = await batches.queue(queries, caller, prepared)
        await store.insertRun(queries, { schedule: scheduleId, at, job: queued, skipped: null })
        return queued
      })
      return startedOf(database, job)
    },
  }
}

type Change = BodyOf<Endpoints['changeBatchSchedule']>

/** A batch is begun as whoever made its schedule: others may only stop it. */
const mayChange = (caller: Principal, { owner_id }: store.ScheduleRow, { name, cron, timeZone, paused }: Change) =>
  owner_id === caller.id || (paused === true && [name, cron, timeZone].every((each) => each === undefined))

const notTheirs = (action: string, { name }: store.ScheduleRow) =>
  infraError('object.forbidden', { action, kind: 'schedule', name })

const changed = (row: store.ScheduleRow, { name = row.name, cron = row.cron, timeZone, paused }: Change) => {
  const time_zone = timeZone ?? row.time_zone
  const next = nextTime({ cron, timeZone: time_zone }, new Date())
  const state = paused === undefined ? row.state : paused ? ('paused' as const) : ('active' as const)
  return {
    id: row.id,
    name,
    cron,
    time_zone,
    state,
    reason: state === 'stopped' ? row.reason : null,
    next_at: state === 'active' ? next : null,
  }
}
