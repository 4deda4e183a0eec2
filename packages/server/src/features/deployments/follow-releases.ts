import { may } from '@modelsmith/domain'
import type { Queries } from '../../infra/database/database.ts'
import { findObjects, referenceOf, touchByPlatform } from '../../infra/rights/objects.ts'
import { principalOf } from '../../infra/rights/principal.ts'
import { follow } from './release.ts'
import * as store from './store.ts'

/**
 * Deployments that follow their registered model move to its latest release: where it was published to be followed, where their clients
 * would not notice, and while whoever owns the deployment may deploy the model.
 */
export const followReleases = async (queries: Queries): Promise<void> => {
  for (const row of await store.followersBehind(queries)) {
    const { newer, hosted } = row
    if (newer === null || hosted === null || newer.serving.configuration?.updatePolicy === 'manual') continue
    if (store.changesOf(hosted, newer.serving).length > 0 || !(await mayDeploy(queries, row))) continue
    await follow(queries, row, newer)
    await touchByPlatform(queries, row.id)
  }
}

const mayDeploy = async (
  queries: Queries,
  { owner_id: owner, registered_model_id: model }: Pick<store.DeploymentRow, 'owner_id' | 'registered_model_id'>,
): Promise<boolean> => {
  const caller = await principalOf(queries, owner)
  const [object] = await findObjects(queries, caller, [model ?? ''])
  return object !== undefined && may(caller, 'deploy', referenceOf(object))
}
