import type { Deployment } from '@modelsmith/api'
import type { Context } from '../../infra/context.ts'
import type { Caller } from '../../infra/http/handler.ts'
import { authorise, type ObjectRow } from '../../infra/rights/objects.ts'
import type { Masking } from '../sensitive-columns/index.ts'
import * as store from './store.ts'

/** Deployments as the API tells them. */
export const deploymentReader = (
  { database, settings }: Pick<Context, 'database' | 'settings'>,
  masking: Pick<Masking, 'ofModel'>,
) => {
  const host = settings.host === '0.0.0.0' ? '127.0.0.1' : settings.host
  const addressOf = (id: string) => `http://${host}:${settings.servingPort}/api/v1/deployments/${id}/predictions`

  /** As the caller may see it: what keeps code from answering may cite rows that it was trained on. */
  const shown = async (caller: Caller, object: ObjectRow, row: store.DeploymentRow) => {
    const { problem, hosted } = row
    const model = row.model_id ?? hosted?.trained?.modelId ?? null
    const told = problem === null || model === null ? problem : (await masking.ofModel(caller, model)).text(problem)
    return store.toDeployment(object, { ...row, problem: told }, addressOf)
  }

  const read = async (caller: Caller, id: string): Promise<Deployment> => {
    const object = await authorise(database, caller, 'view', 'deployment', id)
    return shown(caller, object, (await store.findDeployment(database, id)) as store.DeploymentRow)
  }

  return { shown, read }
}
