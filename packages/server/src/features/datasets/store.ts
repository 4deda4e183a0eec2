import type { ColumnProfile, Dataset, DatasetVersion, StoredError } from '@modelsmith/api'
import type { ColumnSchema } from '@modelsmith/table'
import { json, type Queries, type Sql, sql } from '../../infra/database/database.ts'
import { type ObjectRow, objectFields } from '../../infra/rights/objects.ts'

export type VersionRow = {
  readonly id: string
  readonly dataset_id: string
  readonly number: number
  readonly state: 'processing' | 'ready' | 'failed'
  readonly error: StoredError | null
  readonly file_name: string
  readonly bytes: number
  readonly sha256: string
  readonly format: 'csv' | 'parquet'
  readonly blocks_key: string | null
  readonly rows: number | null
  readonly columns: readonly ColumnSchema[]
  readonly schema_revision: number
  readonly job_id: string | null
  readonly created_at: Date
}

const columns = sql`o.id, o.dataset_id, o.number, o.state, o.error, o.file_name, o.bytes, o.sha256, o.format, o.blocks_key, o.rows,
  o.columns, o.schema_revision, o.job_id, o.created_at`

export const toVersion = (row: VersionRow): DatasetVersion => ({
  id: row.id,
  datasetId: row.dataset_id,
  number: row.number,
  state: row.state,
  error: row.error,
  source: { fileName: row.file_name, bytes: row.bytes, sha256: row.sha256, format: row.format },
  rows: row.rows,
  columns: row.columns as DatasetVersion['columns'],
  schemaRevision: row.schema_revision,
  jobId: row.job_id,
  createdAt: row.created_at.toISOString(),
})

export const toDataset = (object: ObjectRow, latest: VersionRow, sensitive: readonly string[] = []): Dataset => ({
  ...objectFields(object),
  description: object.description,
  sensitive: [...sensitive],
  latest: toVersion(latest),
})

export const insertVersion = (
  queries: Queries,
  version: { id: string; dataset: string; fileName: string; bytes: number; sha256: string; format: string },
) =>
  queries.run(sql`
    insert into dataset_version (id, dataset_id, number, state, file_name, bytes, sha256, format, created_at)
    select ${version.id}, ${version.dataset}, coalesce(max(number), 0) + 1, 'processing', ${version.fileName}, ${version.bytes},
      ${version.sha256}, ${version.format}, now()
    from dataset_version where dataset_id = ${version.dataset}`)

export const setJob = (queries: Queries, id: string, job: string) =>
  queries.run(sql`update dataset_version set job_id = ${job} where id = ${id}`)

export const findVersion = (queries: Queries, id: string) =>
  queries.first<VersionRow>(sql`select ${columns} from dataset_version o where o.id = ${id}`)

export const findLatest = (queries: Queries, dataset: string) =>
  queries.first<VersionRow>(
    sql`select ${columns} from dataset_version o where o.dataset_id = ${dataset} order by o.number desc limit 1`,
  )

export const latestOf = (queries: Queries, datasets: readonly string[]) =>
  queries.rows<VersionRow>(
    sql`select distinct on (o.dataset_id) ${columns} from dataset_version o where o.dataset_id = any(${datasets}) order by o.dataset_id, o.number desc`,
  )

export const listVersions = (queries: Queries, dataset: string, after: Sql, limit: number) =>
  queries.rows<VersionRow>(
    sql`select ${columns} from dataset_version o where o.dataset_id = ${dataset} ${after} order by o.created_at desc, o.id desc limit ${limit}`,
  )

export const activeJobsOf = async (queries: Queries, dataset: string): Promise<string[]> =>
  (
    await queries.rows<{ id: string }>(sql`
      select id from job where subject_kind = 'dataset' and subject_id = ${dataset} and state in ('queued', 'running') for update`)
  ).map(({ id }) => id)

export const versionIds = async (queries: Queries, dataset: string): Promise<string[]> =>
  (await queries.rows<{ id: string }>(sql`select id from dataset_version where dataset_id = ${dataset}`)).map(
    ({ id }) => id,
  )

export const findProfile = (queries: Queries, id: string) =>
  queries.first<{ rows: number; profile: ColumnProfile[] | null }>(
    sql`select rows, profile from dataset_version where id = ${id}`,
  )

export const setReady = (
  queries: Queries,
  id: string,
  found: { rows: number; columns: readonly ColumnSchema[]; profile: unknown; blocksKey: string },
) =>
  queries.run(sql`
    update dataset_version set state = 'ready', error = null, rows = ${found.rows}, columns = ${json(found.columns)}, profile = ${json(found.profile)},
      schema_revision = schema_revision + (case when blocks_key is null then 0 else 1 end), blocks_key = ${found.blocksKey}
    where id = ${id}`)

/** A version that was ready before stays so, under its old types; the job tells what was wrong with the new ones. */
export const setFailed = (queries: Queries, id: string, error: StoredError) =>
  queries.run(
    sql`update dataset_version set state = case when blocks_key is null then 'failed' else 'ready' end, error = ${json(error)} where id = ${id}`,
  )

/** False when it is being read already. */
export const setProcessing = async (queries: Queries, id: string): Promise<boolean> =>
  (await queries.run(sql`update dataset_version set state = 'processing' where id = ${id} and state <> 'processing'`)) >
  0

export const projectUsing = (queries: Queries, dataset: string) =>
  queries.first<{ id: string; name: string }>(
    sql`select o.id, o.name from project p join object o on o.id = p.id where (p.dataset_id = ${dataset} or p.further_datasets ? ${dataset}) and o.deleted_at is null limit 1`,
  )
