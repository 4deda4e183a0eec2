import type { Queries } from '../../infra/database/database.ts'
import type { Principal } from '../../infra/rights/principal.ts'
import { hiddenOfRelease } from '../sensitive-columns/index.ts'
import { associationOf, type ReleaseRow } from './store.ts'
import type { LoggedRows } from '@modelsmith/serving'

/** What somebody does not see of the rows of a deployment. */
export type Sight = {
  /** Columns that are sensitive to any of its releases: another release has the same people's values under the same name. */
  readonly hidden: ReadonlySet<string>
  /** By the column that told rows apart when they came, and by the one that does now. */
  readonly hidesIds: (rows: LoggedRows) => boolean
  readonly hidesActuals: boolean
}

export const sightOf = async (
  queries: Queries,
  caller: Principal,
  deployment: string,
  releases: readonly ReleaseRow[],
): Promise<Sight> => {
  const hidden = new Set<string>()
  for (const { id } of releases) for (const name of await hiddenOfRelease(queries, caller, id)) hidden.add(name)
  const association = await associationOf(queries, deployment)
  return {
    hidden,
    hidesIds: ({ ids }) =>
      (association !== null && hidden.has(association)) ||
      (ids?.schema.columns.some(({ name }) => hidden.has(name)) ?? false),
    hidesActuals: releases.some(({ target }) => target !== null && hidden.has(target)),
  }
}
