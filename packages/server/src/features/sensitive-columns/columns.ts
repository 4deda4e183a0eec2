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

/** The columns of these datasets whose values the caller does not see; of a dataset that is deleted, nobody sees them. */
export const hiddenOf = async (
  queries: Queries,
  caller: Principal,
  datasets: readonly string[],
): Promise<ReadonlySet<string>> => {
  const sensitive = await sensitiveOf(queries, datasets)
  if (sensitive.size === 0) return new Set()
  const objects = new Map((await findObjects(queries, caller, [...sensitive.keys()])).map((row) => [row.id, row]))
  return new Set(
    [...sensitive].flatMap(([id, columns]) => {
      const row = objects.get(id)
      return row === undefined ? columns : [...hiddenColumns(caller, referenceOf(row), columns)]
    }),
  )
}

/** As `hiddenOf`, for the datasets whose rows a project has. */
export const hiddenOfProject = async (
  queries: Queries,
  caller: Principal,
  project: string,
): Promise<ReadonlySet<string>> => {
  const rows = await queries.rows<{ dataset_id: string }>(sql`
    select distinct s.dataset_id from project p
      join sensitive_column s on s.dataset_id = p.dataset_id or p.further_datasets ? s.dataset_id where p.id = ${project}`)
  return hiddenOf(
    queries,
    caller,
    rows.map(({ dataset_id }) => dataset_id),
  )
}

/** A project that tells the values of one of these columns of a dataset: as its target, its weights, or what parts its rows. */
export const projectTelling = (queries: Queries, dataset: string, names: readonly string[]) =>
  queries.first<{ readonly id: string; readonly name: string; readonly column: string }>(sql`
    select o.id, o.name, c.name as column from project p join object o on o.id = p.id
      join unnest(${names}::text[]) as c(name) on c.name = p.target or c.name = p.weights or c.name = p.downsampling ->> 'weights'
        or (c.name = p.partitioning ->> 'column' and p.partitioning ->> 'method' in ('column', 'date'))
    where (p.dataset_id = ${dataset} or p.further_datasets ? ${dataset}) and o.deleted_at is null
    order by c.name collate "C", o.id limit 1`)
