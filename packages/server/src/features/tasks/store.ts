import type { Task, TaskVersion } from '@modelsmith/api'
import { environmentOf, type TargetType, type TaskMetadata } from '@modelsmith/domain'
import type { Finding } from '@modelsmith/table'
import { json, type Queries, type Sql, sql } from '../../infra/database/database.ts'
import type { StoredFile } from '../../infra/objects/step-cache.ts'
import { type ObjectRow, objectFields } from '../../infra/rights/objects.ts'

export type TaskVersionRow = {
  readonly id: string
  readonly task_id: string
  readonly task_name: string
  readonly major: number
  readonly minor: number
  readonly language: 'python' | 'r'
  readonly metadata: TaskMetadata
  readonly target_types: readonly TargetType[]
  readonly files: readonly StoredFile[]
  readonly content_hash: string
  readonly warnings: readonly Finding[]
  readonly note: string | null
  readonly created_at: Date
}

const columns = sql`o.id, o.task_id, t.name as task_name, o.major, o.minor, o.language, o.metadata, o.target_types, o.files, o.content_hash, o.warnings, o.note, o.created_at`
const from = sql`task_version o join object t on t.id = o.task_id`

export const toTaskVersion = (row: TaskVersionRow): TaskVersion => ({
  id: row.id,
  taskId: row.task_id,
  taskName: row.task_name,
  kind: 'custom',
  number: `${row.major}.${row.minor}`,
  description: row.metadata.description ?? '',
  language: row.language,
  targetTypes: [...row.target_types],
  typeSchema: row.metadata.typeSchema ?? {},
  hyperparameters: row.metadata.hyperparameters ?? [],
  environment: environmentOf(row),
  group: null,
  citation: null,
  files: row.files.map(({ path, bytes, key }) => ({ path, bytes, sha256: key })),
  contentHash: row.content_hash,
  warnings: row.warnings.map((finding) => ({ ...finding })) as TaskVersion['warnings'],
  note: row.note,
  createdAt: row.created_at.toISOString(),
})

export const toTask = (object: ObjectRow, latest: TaskVersionRow): Task => ({
  ...objectFields(object),
  description: object.description,
  latest: toTaskVersion(latest),
})

export const findTaskVersion = (queries: Queries, id: string) =>
  queries.first<TaskVersionRow>(sql`select ${columns} from ${from} where o.id = ${id}`)

export const findLatest = (queries: Queries, task: string) =>
  queries.first<TaskVersionRow>(
    sql`select ${columns} from ${from} where o.task_id = ${task} order by o.major desc, o.minor desc limit 1`,
  )

export const latestOf = (queries: Queries, tasks: readonly string[]) =>
  queries.rows<TaskVersionRow>(
    sql`select distinct on (o.task_id) ${columns} from ${from} where o.task_id = any(${tasks}) order by o.task_id, o.major desc, o.minor desc`,
  )

export const listVersions = (queries: Queries, task: string, after: Sql, limit: number) =>
  queries.rows<TaskVersionRow>(
    sql`select ${columns} from ${from} where o.task_id = ${task} ${after} order by o.created_at desc, o.id desc limit ${limit}`,
  )

export const insertVersion = (queries: Queries, version: Omit<TaskVersionRow, 'task_name' | 'created_at'>) =>
  queries.run(sql`
    insert into task_version (id, task_id, major, minor, language, metadata, target_types, files, content_hash, warnings, note, created_at)
    values (${version.id}, ${version.task_id}, ${version.major}, ${version.minor}, ${version.language}, ${json(version.metadata)},
      ${json(version.target_types)}, ${json(version.files)}, ${version.content_hash}, ${json(version.warnings)}, ${version.note}, now())`)

export const versionIds = async (queries: Queries, task: string): Promise<string[]> =>
  (await queries.rows<{ id: string }>(sql`select id from task_version where task_id = ${task}`)).map(({ id }) => id)

/** Something of its organisation that names a version of the task: a saved blueprint, or a run. */
export const userOf = (queries: Queries, task: string) =>
  queries.first<{ name: string }>(sql`
    select o.name from object o
    left join blueprint_version b on b.blueprint_id = o.id left join training_run r on r.id = o.id
    join task_version v on v.task_id = ${task} and coalesce(b.graph, r.graph)::text like '%' || v.id || '%'
    where o.deleted_at is null and o.organisation_id = (select organisation_id from object where id = ${task}) limit 1`)
