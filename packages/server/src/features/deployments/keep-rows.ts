import type { Queries } from '../../infra/database/database.ts'
import { noteBefore } from '../../infra/audit/recording.ts'
import { type HeldRow, referenceOf } from '../../infra/rights/objects.ts'
import type { Principal } from '../../infra/rights/principal.ts'
import { may } from '@modelsmith/domain'
import { deploymentError } from './errors.ts'
import * as store from './store.ts'

type Asked = { readonly keepRowsDays?: number; readonly keepRowsShare?: number }

/** Sets of how many requests rows are kept, and for how long: what is not kept any more is lost, so owners say it. */
export const setKeeping = async (
  queries: Queries,
  caller: Principal,
  object: HeldRow,
  { keepRowsDays, keepRowsShare }: Asked,
): Promise<void> => {
  if (keepRowsDays === undefined && keepRowsShare === undefined) return
  if (!may(caller, 'delete', referenceOf(object))) throw deploymentError('deployment.ownersKeepRows', {})
  const before = await store.keepingOf(queries, object.id)
  const after = { days: keepRowsDays ?? before.days, share: keepRowsShare ?? before.share }
  // Challengers have nothing to score where no rows are kept.
  if (after.days === 0 && (await store.hasChallengers(queries, object.id)))
    throw deploymentError('deployment.challengersNeedRows', {})
  noteBefore({ keepRowsDays: before.days, keepRowsShare: before.share })
  await store.setKeeping(queries, object.id, after)
}
