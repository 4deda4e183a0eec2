import { signatureChanges } from '@modelsmith/domain'
import type { Queries } from '../../infra/database/database.ts'
import { authoriseUse } from '../../infra/rights/objects.ts'
import type { Principal } from '../../infra/rights/principal.ts'
import { deploymentError } from './errors.ts'
import { insertEvent } from './history.ts'
import { demandNoApproval } from './needs-approval.ts'
import { signatureOf } from './signature.ts'
import * as store from './store.ts'

type Named = { readonly id: string; readonly name: string }

/** The deployment that may answer in place of another: the caller may ask it, its callers would notice nothing, and it stands for itself. */
export const fittingFallback = async (
  queries: Queries,
  caller: Principal,
  row: store.DeploymentRow,
  id: string,
): Promise<Named> => {
  if (id === row.id) throw deploymentError('deployment.fallbackItself', {})
  const { name } = await authoriseUse(queries, caller, 'predict', 'deployment', id)
  // Two who name fallbacks at the same moment do not make a chain of them.
  await store.lockDeployments(queries, [row.id, id])
  const other = (await store.findDeployment(queries, id)) as store.DeploymentRow
  if (other.fallback !== null) throw deploymentError('deployment.fallbackHasOne', { name })
  if (await store.isFallback(queries, row.id)) throw deploymentError('deployment.fallbackOfOthers', {})
  const changes = signatureChanges(signatureOf(row), signatureOf(other))
  if (changes.length > 0) throw deploymentError('deployment.fallbackDiffers', { name }, { findings: changes })
  return { id, name }
}

type Told = { readonly reason: string; readonly approvedBy?: string | undefined }

/** Says which deployment answers while the model of one cannot; null: none does. */
export const setFallback = async (
  queries: Queries,
  caller: Principal,
  row: store.DeploymentRow,
  id: string | null,
  { reason, approvedBy }: Told,
): Promise<void> => {
  const before = row.fallback
  if (id === (before?.id ?? null)) return
  if (approvedBy === undefined) demandNoApproval(row, 'change', ['which deployment answers while its model cannot'])
  const next = id === null ? null : await fittingFallback(queries, caller, row, id)
  await store.setFallback(queries, row.id, id)
  await store.wakeServing(queries)
  const words = `Its fallback was ${wordsOf(before)}; it is ${wordsOf(next)}.`
  await insertEvent(queries, {
    deployment: row.id,
    kind: 'fallbackChanged',
    by: caller.id,
    approvedBy,
    reason,
    changes: [words],
  })
}

export const wordsOf = (named: Named | null): string => (named === null ? 'none' : `"${named.name}" (${named.id})`)
