import { Readable } from 'node:stream'
import type { Job, JobLog } from '@modelsmith/api'
import type { Context } from '../../infra/context.ts'
import { eventQueue } from '../../infra/http/events.ts'
import type { Caller, Routes, ServerEvent } from '../../infra/http/handler.ts'
import { pageOf } from '../../infra/rights/objects.ts'
import { sourceFilter } from '@modelsmith/domain'
import { clear, hiddenOfPrediction, type Masking, maskedCsv, type Sight } from '../sensitive-columns/index.ts'
import { cancelJob, type JobEndings } from './ending.ts'
import { jobError } from './errors.ts'
import { authoriseJob, withoutSourceOf } from './rights.ts'
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

/** What of a job is kept from a reader: the source of its code, and values of sensitive columns. */
type Reading = { readonly hides: boolean; readonly sight: Sight }

/** Whose code the caller may see; asked of the tasks feature by the entry point. */
type TaskSight = {
  readonly unseen: (caller: Caller, versions: readonly string[]) => Promise<ReadonlySet<string>>
}

export const jobRoutes = (
  { database, objects }: Context,
  endings: JobEndings,
  tasks: TaskSight,
  masking: Pick<Masking, 'ofJobs'>,
): Routes<'listJobs' | 'getJob' | 'getJobLog' | 'streamJob' | 'cancelJob' | 'downloadJobResult'> => {
  /** Those of the jobs that ran code which the caller may not see. */
  const hiding = async (caller: Caller, rows: readonly store.JobRow[]): Promise<ReadonlySet<string>> => {
    const ran = await store.taskVersionsOf(database, rows)
    const unseen = await tasks.unseen(
      caller,
      ran.map(({ version }) => version),
    )
    const subjects = new Set(ran.filter(({ version }) => unseen.has(version)).map(({ subject }) => subject))
    return new Set(rows.filter(({ subject_id }) => subjects.has(subject_id)).map(({ id }) => id))
  }

  /** The job, and how the caller reads it. */
  const authorised = async (caller: Caller, id: string, action: 'view' | 'edit' | 'download') => {
    const row = await authoriseJob(database, caller, action, id)
    const sight = (await masking.ofJobs(caller, [id])).get(id) ?? clear
    return { row, hides: (await hiding(caller, [row])).size > 0, sight }
  }

  const toJob = ({ row, hides, sight }: Reading & { readonly row: store.JobRow }): Job => {
    if (row.error === null) return store.toJob(row)
    return store.toJob({ ...row, error: sight.error(hides ? withoutSourceOf(row.error) : row.error) })
  }

  /** Lines as they may be shown. What is source is told by how it is printed, so masks come last. */
  const shownWhere = ({ hides, sight }: Reading): ((line: store.LogRow) => store.LogRow | undefined) => {
    const visible: (line: store.LogRow) => store.LogRow | undefined = hides ? sourceFilter() : (line) => line
    return (line) => {
      const shown = visible(line)
      return shown === undefined ? undefined : { ...shown, text: sight.text(shown.text) }
    }
  }

  async function* follow(
    id: string,
    reading: Reading,
    after: number,
    signal: AbortSignal,
  ): AsyncGenerator<ServerEvent> {
    const changes = eventQueue<string>(signal)
    const stop = database.listen('job', (changed) => {
      if (changed === id) changes.push(changed)
    })
    // A notification may be lost while the connection is made again: progress is looked at now and then as well.
    const timer = setInterval(() => changes.push(id), 1000)
    const shown = shownWhere(reading)
    // Whether a line is source is told by those before it.
    let seen = reading.hides ? 0 : after
    let last = ''
    try {
      changes.push(id)
      for await (const _ of changes.items()) {
        const row = await store.findJob(database, id)
        if (row === undefined) return
        for (const line of await store.readLog(database, id, seen)) {
          seen = line.sequence
          const visible = shown(line)
          if (visible === undefined || seen <= after) continue
          yield { event: 'log', data: toLine(visible), id: String(line.sequence) }
        }
        const job = toJob({ ...reading, row })
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
        store.listJobs(database, caller, query.active === true, after, limit),
      )
      const failed = page.items.filter(({ error }) => error !== null)
      const hidden = await hiding(caller, failed)
      const sights = await masking.ofJobs(
        caller,
        failed.map(({ id }) => id),
      )
      return {
        items: page.items.map((row) => toJob({ row, hides: hidden.has(row.id), sight: sights.get(row.id) ?? clear })),
        nextCursor: page.nextCursor,
      }
    },
    getJob: async ({ caller, params }) => toJob(await authorised(caller, params.id, 'view')),
    getJobLog: async ({ caller, params }) => {
      const reading = await authorised(caller, params.id, 'view')
      const kept = await store.readLog(database, params.id)
      const shown = shownWhere(reading)
      const total = await store.countLog(database, params.id)
      const gap = kept.findIndex((line, index) => index > 0 && line.sequence !== (kept[index - 1]?.sequence ?? 0) + 1)
      return {
        lines: kept.flatMap((line) => shown(line) ?? []).map(toLine),
        omitted: Math.max(0, total - kept.length),
        omittedAfter: gap < 0 ? null : (kept[gap - 1]?.sequence ?? null),
      }
    },
    streamJob: async ({ caller, params, lastEventId, signal }) => {
      return follow(params.id, await authorised(caller, params.id, 'view'), lastEventId, signal)
    },
    cancelJob: async ({ caller, params }) => {
      const reading = await authorised(caller, params.id, 'edit')
      await database.transaction((queries) => cancelJob(queries, endings, params.id))
      return toJob({ ...reading, row: (await store.findJob(database, params.id)) as store.JobRow })
    },
    downloadJobResult: async ({ caller, params }) => {
      const { row } = await authorised(caller, params.id, 'download')
      if (row.result_key === null) throw jobError('job.noResult', { id: params.id })
      const hidden = await hiddenOfPrediction(database, caller, params.id)
      const stream =
        hidden.size === 0
          ? objects.read(row.result_key)
          : Readable.from(maskedCsv(await objects.pathOf(row.result_key), hidden))
      return { stream, type: 'text/csv; charset=utf-8', fileName: 'predictions.csv' }
    },
  }
}
