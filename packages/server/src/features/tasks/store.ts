import type { StoredError, Task, TaskOrigin, TaskUse, TaskVersion } from '@modelsmith/api'
import { environmentOf, type JobState, type TaskMetadata, type TaskType } from '@modelsmith/domain'
import { type EnvironmentLock, nameOfLock } from '@modelsmith/runner'
import type { Finding } from '@modelsmith/table'
import { json, type Queries, type Sql, sql } from '../../infra/database/database.ts'
import type { StoredFile } from '../../infra/objects/step-cache.ts'
import { type ObjectRow, objectFields } from '../../infra/rights/objects.ts'
import type { Principal } from '../../infra/rights/principal.ts'
import { allowed } from '../../infra/rights/visible.ts'

export type TaskVersionRow = {
  readonly id: string
  readonly task_id: string
  readonly task_name: string
  readonly owner_id: string
  readonly owner_name: string
  readonly major: number
  readonly minor: number
  readonly language: 'python' | 'r'
  readonly metadata: TaskMetadata
  readonly target_types: readonly TaskType[]
  readonly files: readonly StoredFile[]
  readonly content_hash: string
  readonly warnings: readonly Finding[]
  readonly note: string | null
  readonly origin: TaskOrigin | null
  readonly archived: boolean
  readonly environment_lock: EnvironmentLock | null
  readonly environment_job: string | null
  readonly environment_state: JobState | null
  readonly created_at: Date
}

const columns = sql`o.id, o.task_id, t.name as task_name, t.owner_id, p.name as owner_name, o.major, o.minor, o.language, o.metadata, o.target_types, o.files, o.content_hash, o.warnings, o.note, o.origin, o.environment_lock, o.environment_job, j.state as environment_state, t.archived_at is not null as archived, o.created_at`
const from = sql`task_version o join object t on t.id = o.task_id join person p on p.id = t.owner_id left join job j on j.id = o.environment_job`

/** The number of a version, as people say it. */
export const numberOf = ({ major, minor }: Pick<TaskVersionRow, 'major' | 'minor'>): string => `${major}.${minor}`

export const toTaskVersion = (row: TaskVersionRow): TaskVersion => ({
  id: row.id,
  taskId: row.task_id,
  taskName: row.task_name,
  kind: 'custom',
  number: numberOf(row),
  description: row.metadata.description ?? '',
  language: row.language,
  targetTypes: [...row.target_types],
  typeSchema: row.metadata.typeSchema ?? {},
  hyperparameters: row.metadata.hyperparameters ?? [],
  predictionParameters: row.metadata.predictionParameters ?? [],
  metrics: row.metadata.metrics ?? [],
  environment: environmentOf(row),
  requirements: requirementsOf(row),
  group: null,
  citation: null,
  files: row.files.map(({ path, bytes, key }) => ({ path, bytes, sha256: key })),
  contentHash: row.content_hash,
  warnings: row.warnings.map((finding) => ({ ...finding })) as TaskVersion['warnings'],
  note: row.note,
  origin: row.origin,
  access: 'full',
  owner: { id: row.owner_id, name: row.owner_name },
  createdAt: row.created_at.toISOString(),
})

/** A version for whoever may only execute it: what a blueprint needs to show and to check, and nothing of how it works. */
export const toExecutedVersion = (row: TaskVersionRow): TaskVersion => ({
  ...toTaskVersion(row),
  requirements: null,
  files: [],
  contentHash: '',
  warnings: [],
  note: null,
  origin: null,
  access: 'execute',
})

/** What was made of its `requirements.txt`, as far as it is. */
const requirementsOf = ({
  environment_job: jobId,
  environment_state: state,
  environment_lock: lock,
}: TaskVersionRow) =>
  jobId === null || state === null
    ? null
    : {
        jobId,
        state,
        environment: lock === null ? null : nameOfLock(lock),
        why: lock?.why ?? null,
        packages: lock?.packages.map(({ name, version }) => ({ name, version })) ?? [],
      }

export const setLock = (queries: Queries, id: string, lock: EnvironmentLock) =>
  queries.run(sql`update task_version set environment_lock = ${json(lock)} where id = ${id}`)

export const setEnvironmentJob = (queries: Queries, id: string, job: string) =>
  queries.run(sql`update task_version set environment_job = ${job} where id = ${id}`)

export const toTask = (object: ObjectRow, latest: TaskVersionRow): Task => ({
  ...objectFields(object),
  description: object.description,
  archived: latest.archived,
  latest: toTaskVersion(latest),
})

export const findTaskVersion = (queries: Queries, id: string) =>
  queries.first<TaskVersionRow>(sql`select ${columns} from ${from} where o.id = ${id}`)

export const findTaskVersions = (queries: Queries, ids: readonly string[]) =>
  queries.rows<TaskVersionRow>(sql`select ${columns} from ${from} where o.id = any(${ids})`)

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

export const insertVersion = (
  queries: Queries,
  version: Omit<TaskVersionRow, 'task_name' | 'archived' | 'created_at' | `owner_${string}` | `environment_${string}`>,
) =>
  queries.run(sql`
    insert into task_version (id, task_id, major, minor, language, metadata, target_types, files, content_hash, warnings, note, origin, created_at)
    values (${version.id}, ${version.task_id}, ${version.major}, ${version.minor}, ${version.language}, ${json(version.metadata)},
      ${json(version.target_types)}, ${json(version.files)}, ${version.content_hash}, ${json(version.warnings)}, ${version.note},
      ${version.origin === null ? null : json(version.origin)}, now())`)

export const versionIds = async (queries: Queries, task: string): Promise<string[]> =>
  (await queries.rows<{ id: string }>(sql`select id from task_version where task_id = ${task}`)).map(({ id }) => id)

/** Whether the task is not deleted, nor will be until the transaction ends. */
export const isThere = async (queries: Queries, task: string): Promise<boolean> =>
  (await queries.first(sql`select 1 from object where id = ${task} and deleted_at is null for update`)) !== undefined

/** Keeps the task as it is until the transaction ends: of two that add a version, the second sees the first one's. */
export const lockTask = (queries: Queries, task: string) =>
  queries.run(sql`select 1 from object where id = ${task} for update`)

export const setArchived = (queries: Queries, task: string, archived: boolean) =>
  queries.run(
    sql`update object set archived_at = case when ${archived} then coalesce(archived_at, now()) end where id = ${task}`,
  )

/** Something of its organisation that names a version of the task: a saved blueprint, a run, a project that it split, an algorithm, or an experiment with one. */
export const userOf = (queries: Queries, task: string) =>
  queries.first<{ id: string; name: string }>(sql`
    select o.id, o.name from object o
    left join blueprint_version b on b.blueprint_id = o.id left join training_run r on r.id = o.id
    left join algorithm a on a.id = o.id left join experiment e on e.id = o.id left join project p on p.id = o.id
    join task_version v on v.task_id = ${task}
      and (p.partitioning->>'function' = v.id or exists (select from evaluation x where x.project_id = o.id and x.task_version_id = v.id) or coalesce(b.graph, r.graph)::text like '%' || v.id || '%' or coalesce(a.code, e.custom_algorithm->'code')->>'taskVersionId' = v.id)
    where o.deleted_at is null and o.organisation_id = (select organisation_id from object where id = ${task}) limit 1`)

type UseRow = {
  readonly kind: TaskUse['kind']
  readonly id: string
  readonly name: string
  readonly state: string | null
  readonly error: StoredError | null
  readonly version: string
  readonly major: number
  readonly minor: number
  readonly at: Date
}

const mostUses = 500

/** The code of an algorithm as the graph of one node that it is run as. */
const ofOne = (code: Sql): Sql =>
  sql`jsonb_build_object('nodes', jsonb_build_array(jsonb_build_object('taskVersion', ${code}->>'taskVersionId')))`

/**
 * What uses the versions of a task, newest first: blueprints as they are now, algorithms, the runs of training, and through them models and
 * the deployments that serve those; of all these what the caller may see.
 */
export const listUses = async (
  queries: Queries,
  caller: Principal,
  task: string,
  builtIn: readonly { readonly id: string; readonly major: number; readonly minor: number }[],
): Promise<TaskUse[]> => {
  const rows = await queries.rows<UseRow>(sql`
    with version as (
      select id, major, minor from task_version where task_id = ${task}
      union all select id, major, minor from jsonb_to_recordset(${JSON.stringify(builtIn)}::jsonb) as known(id text, major int, minor int)
    ),
    blueprint as (
      select distinct on (blueprint_id) blueprint_id as id, graph from blueprint_version order by blueprint_id, number desc
    ),
    used as (
      select 'blueprint' as kind, b.id, null as state, null::jsonb as error, b.graph from blueprint b
      union all select 'trainingRun', r.id, r.state, r.error, r.graph from training_run r
      union all select 'model', m.id, null, null, r.graph from model m join training_run r on r.id = m.training_run_id
      union all select 'deployment', d.id, case when d.paused_at is null then d.serving_state else 'paused' end, null, r.graph
        from deployment d join release l on l.deployment_id = d.id and l.state = 'latest'
        left join model_release mr on mr.id = l.model_release_id
        join model m on m.id = coalesce(l.model_id, mr.model_id) join training_run r on r.id = m.training_run_id
      union all select 'algorithm', a.id, null, null, ${ofOne(sql`a.code`)} from algorithm a where a.code is not null
      union all select 'deployment', d.id, case when d.paused_at is null then d.serving_state else 'paused' end, null, ${ofOne(sql`mr.serving->'coded'->'code'`)}
        from deployment d join release l on l.deployment_id = d.id and l.state = 'latest'
        join model_release mr on mr.id = l.model_release_id where mr.serving->'coded' is not null
    )
    select distinct on (o.created_at, u.id, v.id) u.kind, u.id, o.name, u.state, u.error, v.id as version, v.major, v.minor, o.updated_at as at
    from used u
    cross join lateral jsonb_array_elements(u.graph->'nodes') node
    join version v on v.id = node->>'taskVersion'
    join object o on o.id = u.id and o.deleted_at is null
    where ${allowed(caller, 'view', ['blueprint', 'trainingRun', 'model', 'algorithm', 'deployment'])}
    order by o.created_at desc, u.id, v.id limit ${mostUses}`)
  return rows.map(({ kind, id, name, state, error, version, major, minor, at }) => ({
    kind,
    id,
    name,
    state,
    error,
    versionId: version,
    number: numberOf({ major, minor }),
    at: at.toISOString(),
  }))
}
