import type { Queries } from '../../infra/database/database.ts'
import { type Range, rangeOf } from './range.ts'
import { databaseNow } from './store.ts'

/** The asked time, by the clock that counts are kept by; and what that says now. */
export const rangeFromDatabase = async (
  queries: Queries,
  asked: { readonly from?: string; readonly to?: string },
): Promise<{ readonly now: Date; readonly range: Range }> => {
  const now = await databaseNow(queries)
  return { now, range: rangeOf(asked, now) }
}
