import type { Context } from '../../infra/context.ts'
import type { Queries } from '../../infra/database/database.ts'
import type { Deployment } from '@modelsmith/api'
import type { Action } from '@modelsmith/domain'
import type { Caller, Routes } from '../../infra/http/handler.ts'
import { authorise, pageOf, touch } from '../../infra/rights/objects.ts'
import { type ChangeRequestOperations, changeRequestRoutes } from './change-requests.ts'
import { deploymentError } from './errors.ts'
import { setFallback } from './fallback.ts'
import * as history from './history.ts'
import { checkAgainst, choose, replace, rollBack } from './release.ts'
import * as store from './store.ts'

export type GovernanceOperations =
  | 'checkReplacement'
  | 'replaceModel'
  | 'rollBackDeployment'
  | 'pauseDeployment'
  | 'resumeDeployment'
  | 'setFallback'
  | 'listDeploymentHistory'
  | ChangeRequestOperations

type Read = (caller: Caller, id: string) => Promise<Deployment>

/** Who changes what answers for a deployment; each change is an event of its history. */
export const governanceRoutes = ({ database }: Pick<Context, 'database'>, read: Read): Routes<GovernanceOperations> => {
  /** One change at a time, by whoever saw the deployment as it is. */
  const change = async (
    caller: Caller,
    action: Action,
    { id, ifMatch }: { readonly id: string; readonly ifMatch: number },
    work: (queries: Queries, row: store.DeploymentRow) => Promise<void>,
  ) => {
    await database.transaction(async (queries) => {
      await touch(queries, await authorise(queries, caller, action, 'deployment', id), ifMatch)
      await work(queries, (await store.findDeployment(queries, id)) as store.DeploymentRow)
    })
    return read(caller, id)
  }

  return {
    ...changeRequestRoutes({ database }),
    checkReplacement: async ({ caller, params, query }) => {
      await authorise(database, caller, 'deploy', 'deployment', params.id)
      const { changes, refused } = await database.transaction(async (queries) => {
        const row = (await store.findDeployment(queries, params.id)) as store.DeploymentRow
        return checkAgainst(row, await choose(queries, caller, query))
      })
      return { changes: changes.map((each) => ({ ...each })), refused }
    },
    replaceModel: ({ caller, params, body, ifMatch }) =>
      change(caller, 'deploy', { id: params.id, ifMatch }, (queries, row) => replace(queries, caller, row, body)),
    rollBackDeployment: ({ caller, params, body, ifMatch }) =>
      change(caller, 'deploy', { id: params.id, ifMatch }, (queries, row) =>
        rollBack(queries, caller, row, body.reason),
      ),
    pauseDeployment: ({ caller, params, body, ifMatch }) =>
      change(caller, 'edit', { id: params.id, ifMatch }, async (queries, row) => {
        if (row.pause !== null) throw deploymentError('deployment.pausedAlready', { by: row.pause.by.name })
        await store.setPause(queries, row.id, { by: caller.id, reason: body.reason })
        await store.wakeServing(queries)
        const { reason } = body
        await history.insertEvent(queries, { deployment: row.id, kind: 'paused', by: caller.id, reason })
      }),
    resumeDeployment: ({ caller, params, ifMatch }) =>
      change(caller, 'edit', { id: params.id, ifMatch }, async (queries, row) => {
        if (row.pause === null) throw deploymentError('deployment.notPaused', {})
        await store.setPause(queries, row.id, null)
        await store.wakeServing(queries)
        await history.insertEvent(queries, { deployment: row.id, kind: 'resumed', by: caller.id })
      }),
    setFallback: ({ caller, params, body, ifMatch }) =>
      change(caller, 'edit', { id: params.id, ifMatch }, (queries, row) =>
        setFallback(queries, caller, row, body.deploymentId, body),
      ),
    listDeploymentHistory: async ({ caller, params, query }) => {
      await authorise(database, caller, 'view', 'deployment', params.id)
      const page = await pageOf(query, (after, limit) => history.listEvents(database, params.id, after, limit))
      return { items: page.items.map(history.toEvent), nextCursor: page.nextCursor }
    },
  }
}
