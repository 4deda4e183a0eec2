import { isOfOtherKind, type Signature, signatureChanges } from '@modelsmith/domain'
import type { Finding } from '@modelsmith/table'
import type { Queries } from '../../infra/database/database.ts'
import { newId } from '../../infra/ids.ts'
import type { StoredFile } from '../../infra/objects/step-cache.ts'
import { hold } from '../../infra/objects/references.ts'
import { authoriseUse } from '../../infra/rights/objects.ts'
import type { Principal } from '../../infra/rights/principal.ts'
import { hostingError, modelRelease, releasedFiles, runsUploadedFiles } from '../hosting/index.ts'
import { findModel } from '../models/index.ts'
import { demandModelFilesRun } from '../organisation/index.ts'
import { deploymentError } from './errors.ts'
import { insertEvent } from './history.ts'
import { demandNoApproval } from './needs-approval.ts'
import { signatureOf } from './signature.ts'
import * as store from './store.ts'

export type Choice = { readonly modelId?: string; readonly modelReleaseId?: string }

/** What was chosen to answer: it is there, and the caller may deploy it. */
type Chosen = {
  /** As people call it. */
  readonly name: string
  readonly model: string | null
  readonly modelRelease: string | null
  readonly files: readonly StoredFile[]
  readonly signature: Signature
  /** Whether a deployment that follows its model would not move on from it at once. */
  readonly isLatest: boolean
}

export const choose = async (
  queries: Queries,
  caller: Principal,
  { modelId, modelReleaseId }: Choice,
): Promise<Chosen> => {
  if ((modelId === undefined) === (modelReleaseId === undefined)) throw deploymentError('deployment.oneModel', {})
  return modelId === undefined ? hosted(queries, caller, modelReleaseId as string) : trained(queries, caller, modelId)
}

const trained = async (queries: Queries, caller: Principal, id: string): Promise<Chosen> => {
  const { name } = await authoriseUse(queries, caller, 'deploy', 'model', id)
  const row = await findModel(queries, id)
  if (row === undefined) throw new Error('A model without its row.')
  const { files, manifest } = row
  const signature = signatureOf({ manifest, hosted: null })
  return { name, model: id, modelRelease: null, files, signature, isLatest: true }
}

const hosted = async (queries: Queries, caller: Principal, id: string): Promise<Chosen> => {
  const row = await modelRelease(queries, caller, 'deploy', id)
  const { name } = await authoriseUse(queries, caller, 'deploy', 'registeredModel', row.registered_model_id)
  if (row.number === null) throw hostingError('release.notPublished', { state: row.state })
  if (runsUploadedFiles(row.serving)) await demandModelFilesRun(queries, caller.organisation)
  return {
    name: `${name}, release ${row.number}`,
    model: null,
    modelRelease: id,
    files: releasedFiles(row.serving),
    signature: signatureOf({ manifest: null, hosted: row.serving }),
    isLatest: row.state === 'latest',
  }
}

/** Puts it behind the deployment; its id as a release. */
const serve = async (
  queries: Queries,
  deployment: string,
  { model, modelRelease, files }: Pick<Chosen, 'model' | 'modelRelease' | 'files'>,
): Promise<string> => {
  const id = newId('release')
  await store.insertRelease(queries, { id, deployment, model, modelRelease })
  // A deployment outlives its project: the release holds the files itself.
  await hold(queries, id, files)
  await store.wakeServing(queries)
  return id
}

/** Its first release. One that waits for approval is deployed when it is approved. */
export const deployFirst = async (
  queries: Queries,
  caller: Principal,
  deployment: string,
  choice: Choice,
  waiting: boolean,
): Promise<void> => {
  const to = await serve(queries, deployment, await choose(queries, caller, choice))
  if (!waiting) await insertEvent(queries, { deployment, kind: 'deployed', by: caller.id, to })
}

/** What clients of the deployment would notice of what was chosen. */
export const checkAgainst = (
  row: store.DeploymentRow,
  { signature }: Chosen,
): { readonly changes: readonly Finding[]; readonly refused: boolean } => {
  const before = signatureOf(row)
  return { changes: signatureChanges(before, signature), refused: isOfOtherKind(before, signature) }
}

export type ReplacementOf = Choice & { readonly acceptChanges?: boolean }

/** What was chosen and what clients would notice of it, if it may take the place of what answers. */
export const fitting = async (
  queries: Queries,
  caller: Principal,
  row: store.DeploymentRow,
  asked: ReplacementOf,
): Promise<{ readonly chosen: Chosen; readonly changes: readonly Finding[] }> => {
  const chosen = await choose(queries, caller, asked)
  const { changes, refused } = checkAgainst(row, chosen)
  if (refused) throw deploymentError('deployment.otherKind', {}, { findings: changes })
  if (changes.length > 0 && asked.acceptChanges !== true)
    throw deploymentError('deployment.changesNotAccepted', {}, { findings: changes })
  return { chosen, changes }
}

/** Whoever puts another model behind a deployment comes through here; `approvedBy` is the second person, where one has approved it. */
export const replace = async (
  queries: Queries,
  caller: Principal,
  row: store.DeploymentRow,
  asked: ReplacementOf & { readonly reason: string },
  approvedBy?: string,
): Promise<void> => {
  if (approvedBy === undefined) demandNoApproval(row, 'replace', ['the model'])
  const { chosen, changes } = await fitting(queries, caller, row, asked)
  const to = await serve(queries, row.id, chosen)
  // Else the next look at who is behind would undo it.
  if (!chosen.isLatest) await store.setUpdates(queries, row.id, 'manual')
  await insertEvent(queries, {
    deployment: row.id,
    kind: 'replaced',
    by: caller.id,
    approvedBy,
    from: row.release_id,
    to,
    reason: asked.reason,
    changes: changes.map(({ message }) => message),
  })
}

/** A deployment that follows its model moves to the latest release of it. */
export const follow = async (
  queries: Queries,
  row: store.DeploymentRow,
  newer: NonNullable<store.DeploymentRow['newer']>,
): Promise<void> => {
  const to = await serve(queries, row.id, { model: null, modelRelease: newer.id, files: releasedFiles(newer.serving) })
  await insertEvent(queries, { deployment: row.id, kind: 'followed', by: null, from: row.release_id, to })
}

/** Serves again what the release of now took the place of, which its release has kept. */
export const rollBack = async (
  queries: Queries,
  caller: Principal,
  row: store.DeploymentRow,
  reason: string | undefined,
): Promise<void> => {
  if (row.previous === null) throw deploymentError('deployment.nothingBefore', { number: row.release_number })
  await store.makeLatest(queries, row.id, row.previous.id)
  // It was left for a reason: following would return to it.
  await store.setUpdates(queries, row.id, 'manual')
  await store.wakeServing(queries)
  const [from, to] = [row.release_id, row.previous.id]
  await insertEvent(queries, { deployment: row.id, kind: 'rolledBack', by: caller.id, from, to, reason })
}
