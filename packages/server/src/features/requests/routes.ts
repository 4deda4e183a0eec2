import type { KeptRowsFilter } from '@modelsmith/api'
import type { Context } from '../../infra/context.ts'
import type { Caller, Routes } from '../../infra/http/handler.ts'
import { authorise } from '../../infra/rights/objects.ts'
import { whyUnexplained } from '../deployments/index.ts'
import { findJob, queueJob, toJob } from '../jobs/index.ts'
import { keptOf, rangeFromDatabase } from '../monitoring/index.ts'
import type { AskPayload } from './ask-job.ts'
import { requestError } from './errors.ts'
import { filterOf } from './filter.ts'
import type { Wanted } from './find-rows.ts'
import { importanceOf } from './importance.ts'
import { listRows } from './list-rows.ts'
import { readRequest, rowsStateOf } from './read-request.ts'
import { rowsFile } from './row-files.ts'
import { sightOf } from './sight.ts'
import * as store from './store.ts'

type Operations =
  | 'getLoggedRequest'
  | 'scoreRequestAgain'
  | 'explainRequest'
  | 'listKeptRows'
  | 'downloadKeptRows'
  | 'getFeatureImportance'
  | 'computeFeatureImportance'

export const requestRoutes = ({ database }: Pick<Context, 'database'>): Routes<Operations> => {
  /** A request whose rows are kept, for those who may see them. */
  const keptRequest = async (caller: Caller, deployment: string, id: string): Promise<store.LoggedRow> => {
    await authorise(database, caller, 'edit', 'deployment', deployment)
    const logged = await store.findLogged(database, deployment, id)
    if (logged === undefined) throw requestError('request.notFound', { id })
    const state = rowsStateOf(logged, true)
    if (state !== 'kept' && state !== 'withheld') throw requestError('request.notKept', { id, state })
    return logged
  }

  const begin = async (caller: Caller, title: string, payload: AskPayload) => {
    const id = await database.transaction((queries) =>
      queueJob(queries, {
        kind: 'askKeptRows',
        title,
        owner: caller.id,
        organisation: caller.organisation,
        subject: { kind: 'deployment', id: payload.deployment },
        payload,
      }),
    )
    const row = await findJob(database, id)
    return { job: toJob(row as NonNullable<typeof row>) }
  }

  /** Which rows somebody asks for, and what they see of them. */
  const wantedBy = async (caller: Caller, deployment: string, asked: KeptRowsFilter) => {
    await authorise(database, caller, 'edit', 'deployment', deployment)
    const releases = await store.releasesOf(database, deployment)
    const sight = await sightOf(database, caller, deployment, releases)
    const { range } = await rangeFromDatabase(database, asked)
    const { release, actual } = asked
    const filter = filterOf(asked, sight.hidden)
    const wanted: Wanted = { deployment, range, release, filter, actual }
    return { wanted, sight, releases }
  }

  /** The release that is named, or the one of now. */
  const releaseOf = async (deployment: string, asked: string | undefined): Promise<store.ReleaseRow> => {
    const all = await store.releasesOf(database, deployment)
    const found = all.find(({ id, current }) => (asked === undefined ? current : id === asked))
    if (found === undefined) throw requestError('request.noRelease', { id: asked ?? 'latest' })
    return found
  }

  return {
    getFeatureImportance: async ({ caller, params: { id }, query }) => {
      await authorise(database, caller, 'view', 'deployment', id)
      return importanceOf(database, await releaseOf(id, query.release))
    },
    computeFeatureImportance: async ({ caller, params: { id }, body }) => {
      await authorise(database, caller, 'edit', 'deployment', id)
      const release = await releaseOf(id, body.release)
      const { state, why, modelId } = await importanceOf(database, release)
      if (modelId !== null || state === 'impossible')
        throw requestError('request.unexplained', {
          why: why ?? 'The importance of its features is the impact that the page of its model computes.',
        })
      return begin(caller, `Importance of the features of ${release.model_name}`, {
        deployment: id,
        importanceOf: release.id,
      })
    },
    getLoggedRequest: async ({ caller, params, query }) =>
      readRequest(database, caller, await authorise(database, caller, 'view', 'deployment', params.id), query),
    scoreRequestAgain: async ({ caller, params: { id }, body: { requestId } }) => {
      await keptRequest(caller, id, requestId)
      return begin(caller, 'Score a request again', { deployment: id, requestId })
    },
    explainRequest: async ({ caller, params: { id }, body: { requestId, row } }) => {
      const { rows, release_id } = await keptRequest(caller, id, requestId)
      if (row >= rows) throw requestError('request.noRow', { row, rows })
      const release = (await store.releasesOf(database, id)).find((each) => each.id === release_id)
      const why = release && whyUnexplained(release)
      if (why !== undefined) throw requestError('request.unexplained', { why })
      return begin(caller, 'Explain a row of a request', { deployment: id, requestId, row })
    },
    listKeptRows: async ({ caller, params: { id }, query }) => {
      const { wanted, sight } = await wantedBy(caller, id, query)
      return { ...(await listRows(database, wanted, query, sight)), kept: await keptOf(database, id) }
    },
    downloadKeptRows: async ({ caller, params: { id }, query: { format = 'csv', ...asked } }) => {
      const { wanted, sight, releases } = await wantedBy(caller, id, asked)
      const numbers = new Map(releases.map((each) => [each.id, each.number]))
      const file = await rowsFile(database, wanted, format, sight, (release) => numbers.get(release) ?? null)
      return { ...file, fileName: `${id}-rows.${format}` }
    },
  }
}
