import type { CustomEnvironment, EnvironmentVersion, StoredError } from '@modelsmith/api'
import type { EnvironmentVersionState } from '@modelsmith/domain'
import type { Inventory } from '@modelsmith/runner'
import type { Finding } from '@modelsmith/table'
import { json, type Queries, type Sql, sql } from '../../infra/database/database.ts'
import type { StoredFile } from '../../infra/objects/step-cache.ts'
import { type ObjectRow, objectFields } from '../../infra/rights/objects.ts'
import type { Principal } from '../../infra/rights/principal.ts'
import { allowed } from '../../infra/rights/visible.ts'

export type EnvironmentVersionRow = {
  readonly id: string
  readonly environment_id: string
  readonly environment_name: string
  readonly organisation_id: string
  readonly number: number
  readonly state: EnvironmentVersionState
  readonly error: StoredError | null
  readonly files: readonly StoredFile[]
  readonly content_hash: string
  readonly inventory: Inventory | null
  readonly image_id: string | null
  readonly note: string | null
  readonly warnings: readonly Finding[]
  readonly job_id: string | null
  readonly created_at: Date
}

const columns = sql`o.id, o.environment_id, e.name as environment_name, e.organisation_id, o.number, o.state, o.error, o.files, o.content_hash, o.inventory,
  o.image_id, o.note, o.warnings, o.job_id, o.created_at`
const from = sql`environment_version o join object e on e.id = o.environment_id`

export const referenceOf = ({ environment_name, number }: EnvironmentVersionRow): string =>
  `${environment_name}@${number}`

export const languagesOf = (inventory: Inventory | null): EnvironmentVersion['languages'] =>
  inventory === null
    ? []
    : (['python', 'r'] as const).flatMap((language) => {
        const found = inventory[language]
        if (found === undefined) return []
        const packages = found.packages.map((each) => ({ ...each }))
        return [{ language, version: found.version, packages, missing: [...found.missing] }]
      })

export const toEnvironmentVersion = (row: EnvironmentVersionRow): EnvironmentVersion => ({
  id: row.id,
  environmentId: row.environment_id,
  environmentName: row.environment_name,
  number: row.number,
  reference: referenceOf(row),
  state: row.state,
  error: row.error,
  files: row.files.map(({ path, bytes, key }) => ({ path, bytes, sha256: key })),
  contentHash: row.content_hash,
  languages: languagesOf(row.inventory),
  imageId: row.image_id,
  warnings: row.warnings.map((finding) => ({ ...finding })) as EnvironmentVersion['warnings'],
  note: row.note,
  jobId: row.job_id,
  createdAt: row.created_at.toISOString(),
})

export const toEnvironment = (object: ObjectRow, latest: EnvironmentVersionRow): CustomEnvironment => ({
  ...objectFields(object),
  description: object.description,
  latest: toEnvironmentVersion(latest),
})

export const findVersion = (queries: Queries, id: string) =>
  queries.first<EnvironmentVersionRow>(sql`select ${columns} from ${from} where o.id = ${id}`)

export const findLatest = (queries: Queries, environment: string) =>
  queries.first<EnvironmentVersionRow>(
    sql`select ${columns} from ${from} where o.environment_id = ${environment} order by o.number desc limit 1`,
  )

export const latestOf = (queries: Queries, environments: readonly string[]) =>
  queries.rows<EnvironmentVersionRow>(
    sql`select distinct on (o.environment_id) ${columns} from ${from} where o.environment_id = any(${environments}) order by o.environment_id, o.number desc`,
  )

export const listVersions = (queries: Queries, environment: string, after: Sql, limit: number) =>
  queries.rows<EnvironmentVersionRow>(
    sql`select ${columns} from ${from} where o.environment_id = ${environment} ${after} order by o.created_at desc, o.id desc limit ${limit}`,
  )

/** Versions that have an image, newest first, of environments that the person may use, and of the one of this name. */
export const readyVersions = (queries: Queries, person: Principal, name: string | undefined) =>
  queries.rows<EnvironmentVersionRow>(sql`
    select ${columns} from ${from} where e.organisation_id = ${person.organisation} and e.deleted_at is null and o.state = 'ready'
      and (e.name = ${name ?? null} or ${allowed(person, 'use', ['environment'], sql`e`)})
    order by e.name, o.number desc`)

/** By name, of the newest that has an image unless a number is given. */
export const findNamed = (queries: Queries, organisation: string, name: string, number: number | undefined) =>
  queries.first<EnvironmentVersionRow>(sql`
    select ${columns} from ${from} where e.organisation_id = ${organisation} and e.deleted_at is null and e.name = ${name}
      and ${number === undefined ? sql`true` : sql`o.number = ${number}`}
    order by (o.state = 'ready') desc, o.number desc limit 1`)

/** Waits for whoever adds a version to the same environment, or takes the same name. */
export const lockNames = (queries: Queries, organisation: string) =>
  queries.run(sql`select pg_advisory_xact_lock(hashtext(${`environment ${organisation}`}))`)

export const isNameTaken = async (queries: Queries, organisation: string, name: string): Promise<boolean> =>
  (await queries.first(
    sql`select 1 from object where kind = 'environment' and organisation_id = ${organisation} and name = ${name} and deleted_at is null`,
  )) !== undefined

type NewVersion = Pick<
  EnvironmentVersionRow,
  'id' | 'environment_id' | 'number' | 'files' | 'content_hash' | 'note' | 'warnings'
>

export const insertVersion = (queries: Queries, version: NewVersion) =>
  queries.run(sql`
    insert into environment_version (id, environment_id, number, state, files, content_hash, note, warnings, created_at)
    values (${version.id}, ${version.environment_id}, ${version.number}, 'building', ${json(version.files)}, ${version.content_hash},
      ${version.note}, ${json(version.warnings)}, now())`)

export const setBuilding = (queries: Queries, id: string, job: string) =>
  queries.run(sql`update environment_version set state = 'building', error = null, job_id = ${job} where id = ${id}`)

export const setReady = (queries: Queries, id: string, imageId: string, inventory: Inventory) =>
  queries.run(
    sql`update environment_version set state = 'ready', error = null, image_id = ${imageId}, inventory = ${json(inventory)} where id = ${id}`,
  )

export const setEnded = (queries: Queries, id: string, state: 'failed' | 'cancelled', error: StoredError | null) =>
  queries.run(
    sql`update environment_version set state = ${state}, error = ${error === null ? null : json(error)} where id = ${id} and state = 'building'`,
  )

export const versionIds = async (queries: Queries, environment: string): Promise<string[]> =>
  (
    await queries.rows<{ id: string }>(sql`select id from environment_version where environment_id = ${environment}`)
  ).map(({ id }) => id)

/** A task whose latest version names the environment, or a model that was trained in it. */
export const userOf = (queries: Queries, environment: ObjectRow) =>
  queries.first<{ id: string; name: string }>(sql`
    select t.id, t.name from object t
    join lateral (select metadata from task_version v where v.task_id = t.id order by v.major desc, v.minor desc limit 1) latest on true
    where t.kind = 'task' and t.deleted_at is null and t.organisation_id = ${environment.organisation_id}
      and split_part(latest.metadata->>'environment', '@', 1) = ${environment.name}
    union all
    select m.id, m.name from object m join model d on d.id = m.id join environment_version v on v.environment_id = ${environment.id}
    where m.deleted_at is null and d.manifest::text like '%' || v.id || '%'
    limit 1`)

/** Whether a version is one of an environment that is there: another installation's on the same machine are not ours to judge. */
export const isWanted = async (queries: Queries, version: string): Promise<boolean> => {
  const row = await queries.first<{ deleted: boolean }>(sql`
    select e.deleted_at is not null as deleted from environment_version v join object e on e.id = v.environment_id where v.id = ${version}`)
  return row?.deleted !== true
}
