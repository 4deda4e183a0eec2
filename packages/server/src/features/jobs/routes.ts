import type { JobLog } from '@modelsmith/api'
import type { Context } from '../../infra/context.ts'
import { infraError } from '../../infra/errors.ts'
import { eventQueue } from '../../infra/http/events.ts'
import type { Caller, Routes, ServerEvent } from '../../infra/http/handler.ts'
import { pageOf } from '../../infra/rights/objects.ts'
import { may } from '@modelsmith/domain'
import { cancelJob, type JobEndings } from './ending.ts'
import { jobError } from './errors.ts'
import * as store from './store.ts'

const toLine = ({ sequence, at, source, node, text }: store.LogRow): JobLog['lines'][number] => ({
  sequence,
  at: at.toISOString(),
  source,
  node,
  text,
})

const hasEnded = ({ state }: store.JobRow): boolean =>
  state === 'succeeded' || state === 'failed' || state === 'cancelled'

export const jobRoutes = (
  { database, objects }: Context,
  endings: JobEndings,
): Routes<'listJobs' | 'getJob' | 'getJobLog' | 'streamJob' | 'cancelJob' | 'downloadJobResult'> => {
  const authorised = async (caller: Caller, id: string, action: 'view' | 'edit'): Promise<store.JobRow> => {
    const row = await store.findJob(database, id)
    const reference =
      row === undefined ? undefined : { kind: 'job' as const, owner: row.owner_id, organisation: row.organisation_id }
    if (row === undefined || reference === undefined || !may(caller, 'view', reference))
      throw infraError('object.notFound', { kind: 'job', id })
    if (!may(caller, action, reference))
      throw infraError('object.forbidden', { action: 'cancel', kind: 'job', name: row.title })
    return row
  }

  async function* follow(id: string, after: number, signal: AbortSignal): AsyncGenerator<ServerEvent> {
    const changes = eventQueue<string>(signal)
    const stop = database.listen('job', (changed) => {
      if (changed === id) changes.push(changed)
    })
    // A notification may be lost while the connection is made again: progress is looked at now and then as well.
    const timer = setInterval(() => changes.push(id), 1000)
    let seen = after
    let last = ''
    try {
      changes.push(id)
      for await (const _ of changes.items()) {
        const row = await store.findJob(database, id)
        if (row === undefined) return
        for (const line of await store.readLog(database, id, seen)) {
          seen = line.sequence
          yield { event: 'log', data: toLine(line), id: String(line.sequence) }
        }
        const job = store.toJob(row)
        const text = JSON.stringify(job)
        if (text !== last) yield { event: 'job', data: job }
        last = text
        if (hasEnded(row)) return
      }
    } finally {
      clearInterval(timer)
      stop()
    }
  }

  return {
    listJobs: async ({ caller, query }) => {
      const page = await pageOf(query, (after, limit) =>
        store.listJobs(database, caller.organisation, query.active === true, after, limit),
      )
      return { items: page.items.map(store.toJob), nextCursor: page.nextCursor }
    },
    getJob: async ({ caller, params }) => store.toJob(await authorised(caller, params.id, 'view')),
    getJobLog: async ({ caller, params }) => {
      await authorised(caller, params.id, 'view')
      const lines = await store.readLog(database, params.id)
      const total = await store.countLog(database, params.id)
      const gap = lines.findIndex((line, index) => index > 0 && line.sequence !== (lines[index - 1]?.sequence ?? 0) + 1)
      return {
        lines: lines.map(toLine),
        omitted: Math.max(0, total - lines.length),
        omittedAfter: gap < 0 ? null : (lines[gap - 1]?.sequence ?? null),
      }
    },
    streamJob: async ({ caller, params, lastEventId, signal }) => {
      await authorised(caller, params.id, 'view')
      return follow(params.id, lastEventId, signal)
    },
    cancelJob: async ({ caller, params }) => {
      await authorised(caller, params.id, 'edit')
      await database.transaction((queries) => cancelJob(queries, endings, params.id))
      return store.toJob(await authorised(caller, params.id, 'view'))
    },
    downloadJobResult: async ({ caller, params }) => {
      const row = await authorised(caller, params.id, 'view')
      if (row.result_key === null) throw jobError('job.noResult', { id: params.id })
      return { stream: objects.read(row.result_key), type: 'text/csv; charset=utf-8', fileName: 'predictions.csv' }
    },
  }
}
