import { randomUUID } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type LoggedRequest, readSegment } from '@modelsmith/serving'
import { ModelsmithError } from '@modelsmith/table'
import type { Context } from '../../infra/context.ts'
import { placesOf } from '../../infra/settings.ts'
import type { JobHandler, JobPorts } from '../jobs/index.ts'
import { openForRows, type Predicted } from '../models/index.ts'
import type { TrainingSupplies } from '../training/index.ts'
import { countScored, type ScoredPart } from './count.ts'
import { challengerError } from './errors.ts'
import { openChallenger, type OpenChallenger } from './open-challenger.ts'
import { type AskedRequest, scoreRequests } from './score-rows.ts'
import * as store from './store.ts'

/** New rows, or those of a time. What is opened is named for those who ask what the job works on. */
export type ScorePayload = Predicted & {
  readonly challenger: string
  readonly from?: string
  readonly to?: string
}

const rowsAtOnce = 20_000

const isAsked = (request: LoggedRequest): request is AskedRequest => request.rows !== undefined

/**
 * Scores kept rows with a challenger, part by part. Each part is counted in the transaction that notes it as scored: a job that is killed,
 * cancelled or begun anew goes on where it was.
 */
export const scoreChallengerJob =
  (context: Context, supplies: TrainingSupplies): JobHandler =>
  async (ports) => {
    const { database, settings } = context
    const { challenger: id, from, to, ...predicted } = ports.job.payload as ScorePayload
    const scope = from === undefined || to === undefined ? 'new' : { from: new Date(from), to: new Date(to) }
    const total = await store.rowsInScope(database, id, scope)
    const folder = join(placesOf(settings).work, `challenger-${randomUUID()}`)
    const model = openChallenger(() => open(context, supplies, { id, predicted, folder, ports }), ports.signal)
    const counted = { rows: 0, failed: 0 }
    try {
      let [after, done] = [0, 0]
      for (;;) {
        ports.signal.throwIfAborted()
        const parts = await store.nextParts(database, id, scope, after, rowsAtOnce)
        const challenger = await store.findChallenger(database, id)
        if (parts.length === 0 || challenger === undefined) break
        if (done === 0) ports.progress(0, 'Loading the model')
        const scored = await score(context, model, challenger, parts, ports.signal)
        await ports.write(async (queries) => {
          const { rows, failed } = await countScored(queries, challenger, scored, { isNew: scope === 'new' })
          counted.rows += rows
          counted.failed += failed
        })
        after = parts.at(-1)?.sequence ?? after
        done += parts.reduce((sum, { rows }) => sum + rows, 0)
        ports.progress(Math.min(1, done / Math.max(1, total)), `${done.toLocaleString('en')} rows`)
      }
    } finally {
      await model.close()
      await rm(folder, { recursive: true, force: true })
    }
    return { result: counted, keep: async () => {} }
  }

type Opening = {
  readonly id: string
  readonly predicted: Predicted
  readonly folder: string
  readonly ports: JobPorts
}

/** What its code prints is kept nowhere: it may tell rows that were sent by others. */
const noLog: JobPorts['log'] = { add: () => {}, close: async () => {} }

const open = async (
  context: Context,
  supplies: TrainingSupplies,
  { id, predicted, folder, ports: { job, signal } }: Opening,
) => {
  const challenger = await store.findChallenger(context.database, id)
  if (challenger?.deleted === true) throw challengerError('challenger.modelDeleted', { name: challenger.model_name })
  await mkdir(folder, { recursive: true, mode: 0o755 })
  try {
    const place = join(folder, randomUUID())
    return await openForRows(context, supplies, predicted, place, { job, signal, log: noLog }, { credentials: false })
  } catch (error) {
    throw error instanceof ModelsmithError ? withoutCode(error) : error
  }
}

/** Where in the code it was is for those who may see the code. */
const withoutCode = ({ code, kind, message, hint }: ModelsmithError): ModelsmithError =>
  new ModelsmithError({ code, kind, message, ...(hint === undefined ? {} : { hint }) })

const score = async (
  { database }: Pick<Context, 'database'>,
  model: OpenChallenger,
  challenger: store.ChallengerRow,
  parts: readonly store.KeptPart[],
  signal: AbortSignal,
): Promise<ScoredPart[]> => {
  const read = parts.map((part) => ({ part, requests: readSegment(part.segment).filter(isAsked) }))
  const releases = [...new Set(read.flatMap(({ requests }) => requests.map(({ entry }) => entry.releaseId)))]
  const models = await store.modelsOf(database, releases)
  const own = challenger.model_id ?? challenger.model_release_id
  // What it answered itself is no comparison.
  const byOthers = ({ entry }: AskedRequest) => models.get(entry.releaseId) !== own
  const asked = read.flatMap(({ requests }) => requests.filter(byOthers))
  const scored = asked.length === 0 ? [] : await scoreRequests(model, asked, signal)
  const byRequest = new Map(asked.map((request, at) => [request, scored[at]]))
  return read.map(({ part: { sequence, hour }, requests }) => ({
    sequence,
    hour: hour.toISOString(),
    requests: requests.flatMap((request) => {
      const result = byRequest.get(request)
      return result === undefined ? [] : [{ ...request, scored: result }]
    }),
  }))
}
