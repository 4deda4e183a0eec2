import type { Queries } from '../../infra/database/database.ts'
import { authorise, touch } from '../../infra/rights/objects.ts'
import { principalOf } from '../../infra/rights/principal.ts'
import { rightOf } from './ask.ts'
import { setSettings, takeDown } from './change.ts'
import type { RequestRow } from './change-request-store.ts'
import { deploymentError } from './errors.ts'
import { setFallback } from './fallback.ts'
import { insertEvent } from './history.ts'
import { choose, replace } from './release.ts'
import * as store from './store.ts'

/** Does what was asked for, for whoever asked, with the rights that they have now and to the deployment as they saw it. */
export const carryOut = async (queries: Queries, request: RequestRow, approvedBy: string): Promise<void> => {
  const { action, deployment_id: id, asked_by, reason, seen_version, settings, replacement } = request
  if (asked_by.isGone) throw deploymentError('changeRequest.askerGone', { name: asked_by.name })
  const asker = await principalOf(queries, asked_by.id)
  const object = await authorise(queries, asker, rightOf[action], 'deployment', id)
  if (action === 'delete') return takeDown(queries, object, seen_version, { by: approvedBy, approved: true })
  await touch(queries, object, seen_version)
  const row = (await store.findDeployment(queries, id)) as store.DeploymentRow
  if (action === 'change') {
    const { fallbackId, ...others } = settings ?? {}
    await setSettings(queries, row, others, { approved: true })
    if (fallbackId !== undefined) await setFallback(queries, asker, row, fallbackId, { reason, approvedBy })
    return
  }
  if (action === 'replace') return replace(queries, asker, row, { ...replacement, reason }, approvedBy)
  if (!row.waiting) throw deploymentError('changeRequest.notWaiting', {})
  await choose(queries, asker, store.choiceOf(row))
  await store.endWaiting(queries, id)
  await insertEvent(queries, { deployment: id, kind: 'deployed', by: asker.id, approvedBy, to: row.release_id, reason })
  await store.wakeServing(queries)
}
