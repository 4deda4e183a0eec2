import type { SettingsAsked } from '@modelsmith/api'
import { governedChanges } from '@modelsmith/domain'
import type { Queries } from '../../infra/database/database.ts'
import { letGo } from '../../infra/objects/references.ts'
import { type HeldRow, removeObject } from '../../infra/rights/objects.ts'
import { tellOfDecided } from '../alerts/index.ts'
import * as requests from './change-request-store.ts'
import { demandNoApproval } from './needs-approval.ts'
import * as store from './store.ts'

const words = {
  importance: 'a lower importance',
  updates: 'whether it follows its model',
  associationColumn: 'the column that tells rows apart',
  fallbackId: 'which deployment answers while its model cannot',
} as const

export const settingsOf = ({ importance, updates, association_column, fallback }: store.DeploymentRow) => ({
  importance,
  updates,
  associationColumn: association_column,
  fallbackId: fallback?.id ?? null,
})

/** Sets what is asked for; `approved` where a second person has approved it. */
export const setSettings = async (
  queries: Queries,
  row: store.DeploymentRow,
  asked: SettingsAsked,
  { approved }: { readonly approved: boolean },
): Promise<void> => {
  const governed = governedChanges(settingsOf(row), asked)
  if (!approved)
    demandNoApproval(
      row,
      'change',
      governed.map((each) => words[each]),
    )
  const { importance, updates, associationColumn } = asked
  if (importance !== undefined) await store.setImportance(queries, row.id, importance)
  if (updates !== undefined) await store.setUpdates(queries, row.id, updates)
  if (associationColumn !== undefined) await store.setAssociationColumn(queries, row.id, associationColumn)
  await store.wakeServing(queries)
}

export const takeDown = async (
  queries: Queries,
  object: HeldRow,
  ifMatch: number,
  { by, approved }: { readonly by: string; readonly approved: boolean },
): Promise<void> => {
  const row = (await store.findDeployment(queries, object.id)) as store.DeploymentRow
  if (!approved) demandNoApproval(row, 'delete', ['to delete it'])
  await removeObject(queries, object, ifMatch)
  await letGo(queries, await store.releaseIds(queries, object.id))
  for (const withdrawn of await requests.withdrawAll(queries, object.id, by)) await tellOfDecided(queries, withdrawn)
  await store.wakeServing(queries)
}
