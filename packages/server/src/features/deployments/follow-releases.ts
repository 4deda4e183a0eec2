import { may } from '@modelsmith/domain'
import { type Database, type Queries, sql } from '../../infra/database/database.ts'
import { findObjects, referenceOf, touchByPlatform } from '../../infra/rights/objects.ts'
import { principalOf } from '../../infra/rights/principal.ts'
import { follow } from './release.ts'
import { needsApproval } from './needs-approval.ts'
import * as store from './store.ts'

/**
 * Deployments that follow their registered model move to its latest release: where it was published to be followed, where their clients
 * would not notice, where a replacement needs no approval, and while whoever owns the deployment may deploy the model. Each moves by itself: what keeps one from it keeps no other.
 */
export const followReleases = async (database: Database, logBug: (error: unknown) => void): Promise<void> => {
  for (const behind of await store.followersBehind(database))
    if (isFollowed(behind)) await database.transaction((queries) => followOne(queries, behind.id)).catch(logBug)
}

/** Whoever changes the deployment meanwhile is waited for, and it is read again after that: what they decided stands. */
const followOne = async (queries: Queries, id: string): Promise<void> => {
  await queries.run(sql`select 1 from object where id = ${id} for update`)
  const row = await store.followerBehind(queries, id)
  if (row === undefined || !isFollowed(row) || !(await mayDeploy(queries, row))) return
  await follow(queries, row, row.newer)
  await touchByPlatform(queries, id)
}

type Followed = store.DeploymentRow & { readonly newer: NonNullable<store.DeploymentRow['newer']> }

const isFollowed = (row: store.DeploymentRow): row is Followed => {
  const { newer, hosted } = row
  // Nobody has asked for it, and nobody could be asked whether it may.
  if (needsApproval(row).includes('replace')) return false
  if (newer === null || hosted === null || newer.serving.configuration?.updatePolicy === 'manual') return false
  return store.changesOf(hosted, newer.serving).length === 0
}

const mayDeploy = async (
  queries: Queries,
  { owner_id: owner, registered_model_id: model }: Pick<store.DeploymentRow, 'owner_id' | 'registered_model_id'>,
): Promise<boolean> => {
  const caller = await principalOf(queries, owner)
  const [object] = await findObjects(queries, caller, [model ?? ''])
  return object !== undefined && may(caller, 'deploy', referenceOf(object))
}
