import { hiddenColumns } from '@modelsmith/domain'
import { type Queries, sql } from '../../infra/database/database.ts'
import { findObjects, referenceOf } from '../../infra/rights/objects.ts'
import type { Principal } from '../../infra/rights/principal.ts'

/** The sensitive columns of these datasets, by dataset, each in the order of names. */
export const sensitiveOf = async (
  queries: Queries,
  datasets: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> => {
  const rows = await queries.rows<{ dataset_id: string; name: string }>(
    sql`select dataset_id, name from sensitive_column where dataset_id = any(${datasets}) order by name collate "C"`,
  )
  const found = Map.groupBy(rows, (row) => row.dataset_id)
  return new Map([...found].map(([dataset, columns]) => [dataset, columns.map(({ name }) => name)]))
}

export const setSensitive = async (queries: Queries, dataset: string, names: readonly string[]): Promise<void> => {
  await queries.run(sql`delete from sensitive_column where dataset_id = ${dataset}`)
  await queries.run(
    sql`insert into sensitive_column (dataset_id, name) select distinct ${dataset}, name from unnest(${names}::text[]) as t(name)`,
  )
}

/** The columns of these datasets whose values the caller does not see. */
export const hiddenOf = async (
  queries: Queries,
  caller: Principal,
  datasets: readonly string[],
): Promise<ReadonlySet<string>> => {
  const sensitive = await sensitiveOf(queries, datasets)
  if (sensitive.size === 0) return new Set()
  const objects = await findObjects(queries, caller, [...sensitive.keys()])
  return new Set(objects.flatMap((row) => [...hiddenColumns(caller, referenceOf(row), sensitive.get(row.id) ?? [])]))
}
