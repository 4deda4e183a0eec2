import type { Context } from '../../infra/context.ts'
import type { Queries } from '../../infra/database/database.ts'
import type { Caller, Routes } from '../../infra/http/handler.ts'
import { newId } from '../../infra/ids.ts'
import { hold, letGo } from '../../infra/objects/references.ts'
import {
  authorise,
  authoriseCreate,
  authoriseUse,
  createObject,
  listObjects,
  type ObjectRow,
  pageOf,
  removeObject,
  touch,
} from '../../infra/rights/objects.ts'
import { hostingError, modelRelease, releasedFiles } from '../hosting/index.ts'
import { demandModelFilesRun } from '../organisation/index.ts'
import { findModel } from '../models/index.ts'
import type { Masking } from '../sensitive-columns/index.ts'
import { deploymentError } from './errors.ts'
import type { Forward } from './forward.ts'
import * as store from './store.ts'

type Operations =
  | 'listDeployments'
  | 'createDeployment'
  | 'getDeployment'
  | 'changeDeployment'
  | 'deleteDeployment'
  | 'listReleases'
  | 'predict'
  | 'listPredictionLog'

type Chosen = { readonly modelId?: string; readonly modelReleaseId?: string }

/** One of the two, or, where nothing need change, none. */
const demandOne = ({ modelId, modelReleaseId }: Chosen, least: number) => {
  const count = [modelId, modelReleaseId].filter((id) => id !== undefined).length
  if (count < least || count > 1) throw deploymentError('deployment.oneModel', {})
}

export const deploymentRoutes = (
  { database, settings }: Context,
  forward: Forward,
  masking: Pick<Masking, 'ofModel'>,
): Routes<Operations> => {
  const host = settings.host === '0.0.0.0' ? '127.0.0.1' : settings.host
  const addressOf = (id: string) => `http://${host}:${settings.servingPort}/api/v1/deployments/${id}/predictions`

  /** As the caller may see it: what keeps code from answering may cite rows that it was trained on. */
  const shown = async (caller: Caller, object: ObjectRow, row: store.DeploymentRow) => {
    const { problem, model_id: model } = row
    const told = problem === null || model === null ? problem : (await masking.ofModel(caller, model)).text(problem)
    return store.toDeployment(object, { ...row, problem: told }, addressOf)
  }

  const read = async (caller: Caller, id: string) => {
    const object = await authorise(database, caller, 'view', 'deployment', id)
    return shown(caller, object, (await store.findDeployment(database, id)) as store.DeploymentRow)
  }

  const release = async (queries: Queries, caller: Caller, deployment: string, chosen: Chosen) => {
    const [model, modelRelease] = [chosen.modelId ?? null, chosen.modelReleaseId ?? null]
    const id = newId('release')
    const files =
      model === null ? await hostedFiles(queries, caller, modelRelease) : await modelFiles(queries, caller, model)
    await store.insertRelease(queries, { id, deployment, model, modelRelease })
    // A deployment outlives its project: the release holds the files itself.
    await hold(queries, id, files)
    await store.wakeServing(queries)
  }

  const modelFiles = async (queries: Queries, caller: Caller, model: string) => {
    await authoriseUse(queries, caller, 'deploy', 'model', model)
    return (await findModel(queries, model))?.files ?? []
  }

  const hostedFiles = async (queries: Queries, caller: Caller, id: string | null) => {
    const row = await modelRelease(queries, caller, 'deploy', id ?? '')
    await authoriseUse(queries, caller, 'deploy', 'registeredModel', row.registered_model_id)
    if (row.number === null) throw hostingError('release.notPublished', { state: row.state })
    if (row.serving.coded !== undefined) await demandModelFilesRun(queries, caller.organisation)
    return releasedFiles(row.serving)
  }

  return {
    listDeployments: async ({ caller, query }) => {
      const page = await listObjects(database, caller, 'deployment', query)
      const rows = new Map(
        (
          await store.deploymentsOf(
            database,
            page.items.map(({ id }) => id),
          )
        ).map((row) => [row.id, row]),
      )
      return {
        items: await Promise.all(
          page.items.map((object) => shown(caller, object, rows.get(object.id) as store.DeploymentRow)),
        ),
        nextCursor: page.nextCursor,
      }
    },
    createDeployment: async ({ caller, body }) => {
      demandOne(body, 1)
      authoriseCreate(caller, 'deployment')
      const id = await database.transaction(async (queries) => {
        const made = await createObject(queries, caller, 'deployment', body.name, body.description)
        await store.insertDeployment(queries, made)
        if (body.updates !== undefined) await store.setUpdates(queries, made, body.updates)
        await release(queries, caller, made, body)
        return made
      })
      return read(caller, id)
    },
    getDeployment: ({ caller, params }) => read(caller, params.id),
    changeDeployment: async ({ caller, params, body, ifMatch }) => {
      demandOne(body, 0)
      await database.transaction(async (queries) => {
        await touch(queries, await authorise(queries, caller, 'edit', 'deployment', params.id), ifMatch, body)
        if (body.state !== undefined) await store.setPaused(queries, params.id, body.state === 'paused')
        if (body.updates !== undefined) await store.setUpdates(queries, params.id, body.updates)
        if (body.associationColumn !== undefined)
          await store.setAssociationColumn(queries, params.id, body.associationColumn)
        if (body.modelId !== undefined || body.modelReleaseId !== undefined)
          await release(queries, caller, params.id, body)
        await store.wakeServing(queries)
      })
      return read(caller, params.id)
    },
    deleteDeployment: async ({ caller, params, ifMatch }) => {
      await database.transaction(async (queries) => {
        await removeObject(queries, await authorise(queries, caller, 'delete', 'deployment', params.id), ifMatch)
        await letGo(queries, await store.releaseIds(queries, params.id))
        await store.wakeServing(queries)
      })
    },
    listReleases: async ({ caller, params, query }) => {
      await authorise(database, caller, 'view', 'deployment', params.id)
      const page = await pageOf(query, (after, limit) => store.listReleases(database, params.id, after, limit))
      return { items: page.items.map(store.toRelease), nextCursor: page.nextCursor }
    },
    predict: async ({ caller, params, query, body, bytes, requestId, accept }) => {
      await authorise(database, caller, 'predict', 'deployment', params.id)
      return forward(params.id, bytes ?? { type: 'application/json', data: Buffer.from(JSON.stringify(body)) }, {
        requestId,
        accept,
        parameters: query.parameters,
      })
    },
    listPredictionLog: async ({ caller, params, query }) => {
      await authorise(database, caller, 'view', 'deployment', params.id)
      const page = await pageOf(query, (after, limit) => store.listLog(database, params.id, after, limit))
      return { items: page.items.map(store.toLogRow), nextCursor: page.nextCursor }
    },
  }
}
