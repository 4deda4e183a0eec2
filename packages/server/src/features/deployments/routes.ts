import type { Context } from '../../infra/context.ts'
import type { Routes } from '../../infra/http/handler.ts'
import { authorise, authoriseCreate, createObject, listObjects, pageOf, touch } from '../../infra/rights/objects.ts'
import { listRequests, toLogRow } from '../request-log/index.ts'
import type { Masking } from '../sensitive-columns/index.ts'
import { ask } from './ask.ts'
import { setSettings, takeDown } from './change.ts'
import { deploymentError } from './errors.ts'
import type { Forward } from './forward.ts'
import { type GovernanceOperations, governanceRoutes } from './govern.ts'
import { setKeeping } from './keep-rows.ts'
import { deploymentReader } from './read.ts'
import { deployFirst } from './release.ts'
import { type ReportOperations, reportRoutes } from './report/routes.ts'
import * as store from './store.ts'

type Own =
  | 'listDeployments'
  | 'createDeployment'
  | 'getDeployment'
  | 'changeDeployment'
  | 'deleteDeployment'
  | 'listReleases'
  | 'predict'
  | 'listPredictionLog'

export const deploymentRoutes = (
  { database, settings, library }: Context,
  forward: Forward,
  masking: Pick<Masking, 'ofModel'>,
): Routes<Own | GovernanceOperations | ReportOperations> => {
  const { shown, read } = deploymentReader({ database, settings }, masking)

  return {
    ...governanceRoutes({ database }, read),
    ...reportRoutes({ database, library }, read),
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
      authoriseCreate(caller, 'deployment')
      const { name, description, updates, importance = 'low', reason } = body
      const id = await database.transaction(async (queries) => {
        const policy = await store.approvalPolicyOf(queries, caller.organisation)
        const waiting = policy[importance].includes('create')
        const made = await createObject(queries, caller, 'deployment', name, description)
        await store.insertDeployment(queries, { id: made, importance, waiting })
        if (updates !== undefined) await store.setUpdates(queries, made, updates)
        await deployFirst(queries, caller, made, body, waiting)
        if (!waiting) return made
        if (reason === undefined) throw deploymentError('deployment.reasonMissing', { importance })
        const row = (await store.findDeployment(queries, made)) as store.DeploymentRow
        await ask(queries, caller, { ...row, name, version: 1 }, { action: 'create', reason })
        return made
      })
      return read(caller, id)
    },
    getDeployment: ({ caller, params }) => read(caller, params.id),
    changeDeployment: async ({ caller, params, body, ifMatch }) => {
      await database.transaction(async (queries) => {
        const object = await authorise(queries, caller, 'edit', 'deployment', params.id)
        await touch(queries, object, ifMatch, body)
        const row = (await store.findDeployment(queries, params.id)) as store.DeploymentRow
        await setSettings(queries, row, body, { approved: false })
        await setKeeping(queries, caller, object, body)
      })
      return read(caller, params.id)
    },
    deleteDeployment: async ({ caller, params, ifMatch }) => {
      await database.transaction(async (queries) => {
        const object = await authorise(queries, caller, 'delete', 'deployment', params.id)
        await takeDown(queries, object, ifMatch, { by: caller.id, approved: false })
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
        explanations: query.explanations,
      })
    },
    listPredictionLog: async ({ caller, params, query }) => {
      await authorise(database, caller, 'view', 'deployment', params.id)
      const page = await pageOf(query, (after, limit, position) =>
        listRequests(database, params.id, query, { after, limit, position }),
      )
      return { items: page.items.map(toLogRow), nextCursor: page.nextCursor }
    },
  }
}
