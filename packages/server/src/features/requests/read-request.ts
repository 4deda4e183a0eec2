import type { AnswersAgain, LoggedRequest, RequestExplanation } from '@modelsmith/api'
import { may } from '@modelsmith/domain'
import type { Queries } from '../../infra/database/database.ts'
import type { Caller } from '../../infra/http/handler.ts'
import { type HeldRow, referenceOf } from '../../infra/rights/objects.ts'
import { whyUnexplained } from '../deployments/index.ts'
import { requestIn } from './ask-job.ts'
import { requestError } from './errors.ts'
import type { FoundExplanation } from './explain-row.ts'
import { actualsBy, idsOf } from './find-rows.ts'
import { shownColumns, shownRows } from './shown-rows.ts'
import { type Sight, sightOf } from './sight.ts'
import * as store from './store.ts'

const withheld = 'What went wrong may tell values of sensitive columns; those who may edit the dataset see it.'

export const rowsStateOf = (
  { status, kept_sequence, segment }: store.LoggedRow,
  mayRead: boolean,
): LoggedRequest['rowsState'] => {
  if (status === 'error') return 'refused'
  if (kept_sequence === null) return 'notKept'
  if (segment === undefined) return 'letGo'
  return mayRead ? 'kept' : 'withheld'
}

/** A request as somebody may see it: its rows are for those who may edit the deployment. */
export const readRequest = async (
  queries: Queries,
  caller: Caller,
  object: HeldRow,
  {
    request: id,
    start = 0,
    limit = 50,
  }: { readonly request: string; readonly start?: number; readonly limit?: number },
): Promise<LoggedRequest> => {
  const logged = await store.findLogged(queries, object.id, id)
  const releases = await store.releasesOf(queries, object.id)
  const release = releases.find((each) => each.id === logged?.release_id)
  if (logged === undefined || release === undefined) throw requestError('request.notFound', { id })
  const rowsState = rowsStateOf(logged, may(caller, 'edit', referenceOf(object)))
  const facts = {
    requestId: logged.id,
    releaseId: logged.release_id,
    at: logged.created_at.toISOString(),
    rows: logged.rows,
    latencyMs: logged.latency_ms,
    status: logged.status,
    errorCode: logged.error_code,
    ...(logged.fallback === null ? {} : { fallback: logged.fallback }),
    release: {
      id: release.id,
      number: release.number,
      modelId: release.model_id ?? release.model_release_id ?? '',
      modelKind: release.model_id === null ? ('modelRelease' as const) : ('model' as const),
      registeredModelId: release.registered_model_id,
      modelName: release.model_name,
      isCurrent: release.current,
    },
    whyUnexplained: whyUnexplained(release) ?? null,
  }
  const request = rowsState === 'kept' && logged.segment !== undefined ? requestIn(logged.segment, id) : undefined
  const told = rowsState === 'kept' ? 'letGo' : rowsState
  if (request === undefined) return { ...facts, rowsState: told, columns: [], items: [], again: null, explanations: [] }
  const sight = await sightOf(queries, caller, object.id, releases)
  const last = Math.min(request.rows.inputs.rows, start + limit)
  const rows = Array.from({ length: Math.max(0, last - start) }, (_, at) => start + at)
  const ids = idsOf(request, rows)
  const actualOf = await actualsBy(queries, object.id, ids)
  return {
    ...facts,
    rowsState,
    columns: shownColumns([request.rows.inputs.schema], sight),
    items: shownRows({ request, rows, ids, actuals: ids.map(actualOf), before: 0 }, sight),
    again: await againOf(queries, id, releases, sight),
    explanations: await explanationsOf(queries, id, sight),
  }
}

/** What went wrong may cite cells. */
const problemIn = (problem: string | null, { hidden }: Sight): string | null =>
  problem !== null && hidden.size > 0 ? withheld : problem

const againOf = async (
  queries: Queries,
  request: string,
  releases: readonly store.ReleaseRow[],
  sight: Sight,
): Promise<AnswersAgain | null> => {
  const made = await store.answersAgainOf(queries, request)
  if (made === undefined) return null
  return {
    jobId: made.job_id,
    createdAt: made.created_at.toISOString(),
    releases: made.found.flatMap(({ problem, answers, ...found }) => {
      const release = releases.find(({ id }) => id === found.releaseId)
      if (release === undefined) return []
      const { number, model_name: modelName, current: isCurrent } = release
      return [{ ...found, number, modelName, isCurrent, problem: problemIn(problem, sight), answers: [...answers] }]
    }),
  }
}

const explanationsOf = async (queries: Queries, request: string, sight: Sight): Promise<RequestExplanation[]> =>
  (await store.explanationsOf(queries, request)).map(({ row, job_id, created_at, found }) => {
    const explanation = found as FoundExplanation
    return {
      ...explanation,
      row,
      jobId: job_id,
      createdAt: created_at.toISOString(),
      problem: problemIn(explanation.problem, sight),
    }
  })
