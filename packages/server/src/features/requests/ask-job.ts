import { randomUUID } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { answerRows, type Outcome } from '@modelsmith/serving'
import { ModelsmithError, sliceRows } from '@modelsmith/table'
import type { Context } from '../../infra/context.ts'
import { announceChange } from '../../infra/rights/objects.ts'
import { placesOf } from '../../infra/settings.ts'
import { type AskedRequest, openChallenger, scoreRequests } from '../challengers/index.ts'
import type { JobDone, JobHandler, JobPorts } from '../jobs/index.ts'
import { openForRows } from '../models/index.ts'
import type { TrainingSupplies } from '../training/index.ts'
import { compareAnswers } from './compare.ts'
import { requestError } from './errors.ts'
import { explainRow } from './explain-row.ts'
import { requestsIn } from './find-rows.ts'
import { weighFeatures } from './importance.ts'
import * as store from './store.ts'

/**
 * With a row: what made its prediction; without: what releases answer to all rows of the request; of a release: how much its features
 * matter.
 */
export type AskPayload = { readonly deployment: string } & (
  | { readonly requestId: string; readonly row?: number }
  | { readonly importanceOf: string }
)

/** What code prints while it is asked is kept nowhere: it may tell rows that were sent by others. */
const noLog: JobPorts['log'] = { add: () => {}, close: async () => {} }

export const askJob =
  (context: Context, supplies: TrainingSupplies): JobHandler =>
  async (ports) => {
    const { database } = context
    const payload = ports.job.payload as AskPayload
    const { deployment } = payload
    if ('importanceOf' in payload) return weigh(context, deployment, payload.importanceOf, ports)
    const { requestId, row } = payload
    const quiet = { ...ports, log: noLog }
    const { request, sequence } = await keptRequest(context, deployment, requestId)
    const releases = await store.releasesOf(database, deployment)
    const made = { request: requestId, sequence, job: ports.job.id }
    if (row !== undefined) {
      const release = releases.find(({ id }) => id === request.entry.releaseId)
      if (release === undefined) throw requestError('request.notFound', { id: requestId })
      const { found, keep } = await explainRow(context, supplies, { deployment, request, row, release }, quiet)
      return {
        result: { requestId, row },
        keep: async (queries) => {
          await store.putExplanation(queries, { ...made, row, found })
          await keep(queries)
          await announceChange(queries, deployment)
        },
      }
    }
    const asked = releases.filter(({ id, current }) => current || id === request.entry.releaseId)
    const found: store.FoundAnswers[] = []
    for (const release of asked) {
      ports.progress(found.length / asked.length, `Asking release ${release.number}`)
      found.push(await answersOf(context, supplies, { request, release }, quiet))
    }
    return {
      result: { requestId, releases: found.length },
      keep: async (queries) => {
        await store.putAnswers(queries, { ...made, found })
        await announceChange(queries, deployment)
      },
    }
  }

const weigh = async (context: Context, deployment: string, id: string, ports: JobPorts): Promise<JobDone> => {
  const release = (await store.releasesOf(context.database, deployment)).find((each) => each.id === id)
  if (release === undefined) throw requestError('request.noRelease', { id })
  const found = await weighFeatures(context, { deployment, release }, ports)
  return {
    result: { releaseId: id, features: found.features.length },
    keep: async (queries) => {
      await store.putImportance(queries, id, ports.job.id, found)
      await announceChange(queries, deployment)
    },
  }
}

const keptRequest = async ({ database }: Pick<Context, 'database'>, deployment: string, id: string) => {
  const logged = await store.findLogged(database, deployment, id)
  const segment = logged?.segment ?? null
  const request = segment === null ? undefined : requestIn(segment, id)
  if (request === undefined) throw requestError('request.notKept', { id, state: 'letGo' })
  return { request, sequence: logged?.kept_sequence as number }
}

export const requestIn = (segment: Uint8Array, id: string): AskedRequest | undefined =>
  requestsIn(segment).find(({ entry }) => entry.requestId === id)

type Asking = { readonly request: AskedRequest; readonly release: store.ReleaseRow }

/** Of so many rows the answers are told, fewer of rows with many answers; all rows are compared. */
const most = { rows: 1000, values: 50_000 } as const

const answersOf = async (
  context: Context,
  supplies: TrainingSupplies,
  { request, release }: Asking,
  ports: JobPorts,
): Promise<store.FoundAnswers> => {
  const unanswered = (problem: string): store.FoundAnswers => ({
    releaseId: release.id,
    problem,
    different: null,
    largestDifference: null,
    answers: [],
  })
  const folder = join(placesOf(context.settings).work, `request-${randomUUID()}`)
  let outcome: Outcome | undefined
  const model = openChallenger(async () => {
    await mkdir(folder, { recursive: true, mode: 0o755 })
    const place = join(folder, randomUUID())
    const opened = await openForRows(context, supplies, store.predictedOf(release), place, ports, {
      credentials: false,
    })
    outcome = opened.outcome
    return opened
  }, ports.signal)
  try {
    const [scored] = await scoreRequests(model, [request], ports.signal)
    if (scored === undefined || outcome === undefined) throw new Error('A request that nobody was asked.')
    if ('failure' in scored) return unanswered(scored.failure.message)
    const { passedThrough: _, only: __, ...told } = outcome
    const after = { scores: scored.scores, outcome: told }
    const rows = Math.min(most.rows, Math.floor(most.values / Math.max(1, scored.scores.columns.length)))
    return {
      releaseId: release.id,
      problem: null,
      ...compareAnswers({ scores: request.rows.scores, outcome: request.rows.outcome }, after),
      answers: answerRows(sliceRows(scored.scores, 0, rows), told),
    }
  } catch (error) {
    ports.signal.throwIfAborted()
    if (!(error instanceof ModelsmithError) || error.kind === 'bug') throw error
    return unanswered(error.message)
  } finally {
    await model.close()
    await rm(folder, { recursive: true, force: true })
  }
}
