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

/** Datasets with sensitive columns of which something was made: rows of a project, rows that a job predicts for, a baseline. */
type Made = { readonly of: string; readonly dataset_id: string }

/** The hidden columns of what was made of datasets, by what was made; what has none is left out. */
const hiddenOfMade = async (
  queries: Queries,
  caller: Principal,
  made: readonly Made[],
): Promise<ReadonlyMap<string, ReadonlySet<string>>> => {
  const hidden = new Map<string, ReadonlySet<string>>()
  for (const [of, rows] of Map.groupBy(made, (row) => row.of)) {
    const columns = await hiddenOf(queries, caller, [...new Set(rows.map(({ dataset_id }) => dataset_id))])
    if (columns.size > 0) hidden.set(of, columns)
  }
  return hidden
}

const none: ReadonlySet<string> = new Set()

/** As `hiddenOf`, for the datasets whose rows these projects have; by project. */
export const hiddenOfProjects = async (
  queries: Queries,
  caller: Principal,
  projects: readonly string[],
): Promise<ReadonlyMap<string, ReadonlySet<string>>> =>
  hiddenOfMade(
    queries,
    caller,
    await queries.rows<Made>(sql`
      select distinct p.id as of, s.dataset_id from project p
        join sensitive_column s on s.dataset_id = p.dataset_id or p.further_datasets ? s.dataset_id where p.id = any(${projects})`),
  )

export const hiddenOfProject = async (
  queries: Queries,
  caller: Principal,
  project: string,
): Promise<ReadonlySet<string>> => (await hiddenOfProjects(queries, caller, [project])).get(project) ?? none

/** Of a release of a deployment: what its model was trained on, and whatever it is measured against. */
export const hiddenOfRelease = async (
  queries: Queries,
  caller: Principal,
  release: string,
): Promise<ReadonlySet<string>> => {
  const made = await queries.rows<Made>(sql`
    select r.id as of, s.dataset_id from release r left join model_release mr on mr.id = r.model_release_id
      join model m on m.id = coalesce(r.model_id, mr.model_id) join project p on p.id = m.project_id
      join sensitive_column s on s.dataset_id = p.dataset_id or p.further_datasets ? s.dataset_id where r.id = ${release}
    union select b.release_id, s.dataset_id from monitoring_baseline b join dataset_version v on v.id = b.dataset_version_id
      join sensitive_column s on s.dataset_id = v.dataset_id where b.release_id = ${release}`)
  const hidden = (await hiddenOfMade(queries, caller, made)).get(release) ?? none
  return hidden.size === 0 ? hidden : new Set([...hidden, ...(await fieldsOf(queries, release, hidden))])
}

/** What an application calls these columns, of a release of a model that was trained here. */
const fieldsOf = async (queries: Queries, release: string, columns: ReadonlySet<string>): Promise<string[]> => {
  const rows = await queries.rows<{ field: string }>(sql`
    select i->>'field' as field from release r join model_release mr on mr.id = r.model_release_id
      cross join lateral jsonb_array_elements(mr.serving->'application'->'inputs') i
    where r.id = ${release} and mr.model_id is not null and i->>'input' = any(${[...columns]})`)
  return rows.map(({ field }) => field)
}

/** Of the rows of a dataset that a job predicted for; jobs of before there were marks name the rows alone. */
export const hiddenOfPrediction = async (
  queries: Queries,
  caller: Principal,
  job: string,
): Promise<ReadonlySet<string>> => {
  const made = await queries.rows<Made>(sql`
    select distinct j.id as of, s.dataset_id from job j
      join sensitive_column s on s.dataset_id = j.payload ->> 'dataset'
        or s.dataset_id in (select v.dataset_id from dataset_version v where v.blocks_key = j.payload ->> 'sourceKey')
      where j.id = ${job} and j.kind in ('predictFile', 'scoreBatch') and j.payload ->> 'blocks' = 'true'`)
  return (await hiddenOfMade(queries, caller, made)).get(job) ?? none
}

/** A project that tells the values of one of these columns of a dataset: as its target, its weights, or what parts its rows. */
export const projectTelling = (queries: Queries, dataset: string, names: readonly string[]) =>
  queries.first<{ readonly id: string; readonly name: string; readonly column: string }>(sql`
    select o.id, o.name, c.name as column from project p join object o on o.id = p.id
      join unnest(${names}::text[]) as c(name) on c.name = p.target or c.name = p.weights or c.name = p.downsampling ->> 'weights'
        or (c.name = p.partitioning ->> 'column' and p.partitioning ->> 'method' in ('column', 'date'))
    where (p.dataset_id = ${dataset} or p.further_datasets ? ${dataset}) and o.deleted_at is null
    order by c.name collate "C", o.id limit 1`)
