import { ModelsmithError } from '@modelsmith/table'
import type { Context } from '../../../infra/context.ts'
import { principalOf } from '../../../infra/rights/principal.ts'
import { storedError } from '../../jobs/index.ts'
import type { Batches } from '../begin.ts'
import { batchError } from '../errors.ts'
import * as store from './store.ts'
import { definitionAt, nextTime } from './timing.ts'

type Due = Awaited<ReturnType<typeof store.dueSchedules>>[number]

/**
 * Begins batches whose time has come, each once, whichever worker asks; of the times that nobody saw to, only the last is made good. What may not be
 * done any more stops its schedule; what cannot be done now is left out this time.
 */
export const fireSchedules = async (
  context: Pick<Context, 'database'>,
  batches: Batches,
  logBug: (error: unknown) => void,
): Promise<void> => {
  for (const due of await store.dueSchedules(context.database)) {
    try {
      await begin(context, batches, due)
    } catch (error) {
      const { message } = storedError(error)
      if (!(error instanceof ModelsmithError)) logBug(error)
      const isOver = error instanceof ModelsmithError && (error.kind === 'notFound' || error.kind === 'forbidden')
      await leaveOut(context, due, { message, isOver })
    }
  }
}

const begin = async ({ database }: Pick<Context, 'database'>, batches: Batches, due: Due): Promise<void> => {
  const { id, name, owner_id, owner_name, deployment_id, next_at: at } = due
  if (due.is_owner_gone) throw batchError('schedule.ownerGone', { owner: owner_name })
  const owner = { ...(await principalOf(database, owner_id)), workspace: due.workspace_id }
  const prepared = await batches.prepare(owner, deployment_id, definitionAt(due.batch, at, due.time_zone))
  await database.transaction(async (queries) => {
    if (!(await store.lockDue(queries, due))) return
    if (await store.isRunning(queries, id)) throw batchError('schedule.running', { name })
    const job = await batches.queue(queries, owner, prepared)
    await store.insertRun(queries, { schedule: id, at, job, skipped: null })
    await store.setNext(queries, id, nextOf(due))
  })
}

const leaveOut = (
  { database }: Pick<Context, 'database'>,
  due: Due,
  { message, isOver }: { readonly message: string; readonly isOver: boolean },
): Promise<void> =>
  database.transaction(async (queries) => {
    const { id, next_at: at } = due
    if (!(await store.lockDue(queries, due))) return
    await store.insertRun(queries, { schedule: id, at, job: null, skipped: message })
    if (isOver) await store.stop(queries, id, message)
    else await store.setNext(queries, id, nextOf(due))
  })

const nextOf = ({ cron, time_zone }: Due): Date => nextTime({ cron, timeZone: time_zone }, new Date())
