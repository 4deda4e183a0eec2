import type { AnswersAgain } from '@modelsmith/api'
import { json, type Queries, type Sql, sql } from '../../infra/database/database.ts'
import type { Served } from '../hosting/index.ts'
import type { Predicted } from '../models/index.ts'
import { findRequest, type LogRow } from '../request-log/index.ts'

/** A release of the deployment, and what answers by it. */
export type ReleaseRow = {
  readonly id: string
  readonly number: number
  readonly current: boolean
  readonly model_id: string | null
  readonly model_release_id: string | null
  readonly registered_model_id: string | null
  readonly model_name: string
  /** Of a trained model, or of a release of one. */
  readonly target: string | null
  readonly hosted: Served | null
}

export const releasesOf = (queries: Queries, deployment: string) =>
  queries.rows<ReleaseRow>(sql`
    select r.id, r.number, r.state = 'latest' as current, r.model_id, r.model_release_id, mr.registered_model_id, mo.name as model_name,
      tm.manifest ->> 'target' as target, mr.serving as hosted
    from release r left join model_release mr on mr.id = r.model_release_id left join model tm on tm.id = coalesce(r.model_id, mr.model_id)
      join object mo on mo.id = coalesce(r.model_id, mr.registered_model_id)
    where r.deployment_id = ${deployment} order by r.number desc`)

export const predictedOf = ({ model_id, model_release_id }: ReleaseRow): Predicted =>
  model_id === null ? { release: model_release_id as string } : { model: model_id }

/** A request of the log, and the part of the kept rows that has its own, while it is there. */
export type LoggedRow = LogRow & { readonly segment: Buffer | undefined }

export const findLogged = async (
  queries: Queries,
  deployment: string,
  request: string,
): Promise<LoggedRow | undefined> => {
  const logged = await findRequest(queries, deployment, request)
  if (logged === undefined) return undefined
  const kept = await queries.first<{ segment: Buffer }>(
    sql`select segment from kept_rows where sequence = ${logged.kept_sequence}`,
  )
  return { ...logged, segment: kept?.segment }
}

/** Requests of one hour that are kept together. */
export type Part = { readonly sequence: number; readonly hour: Date; readonly segment: Buffer }
/** Where in the kept rows one is: a part, and how many of its rows have been passed. */
export type Place = { readonly hour: Date; readonly sequence: number; readonly passed: number }

const bytesAtOnce = 8 * 2 ** 20
const partsAtOnce = 200

/** Some parts of a time, newest first, from a place on: as much as is read at once. */
export const nextParts = (
  queries: Queries,
  deployment: string,
  { from, to }: { readonly from: Date; readonly to: Date },
  place: Place | undefined,
): Promise<Part[]> => {
  const onwards: Sql =
    place === undefined
      ? sql``
      : sql`and (hour, sequence) <= (${place.hour.toISOString()}::timestamptz, ${place.sequence}::bigint)`
  return queries.rows<Part>(sql`
    select sequence, hour, segment from (
      select k.*, sum(bytes) over (order by hour desc, sequence desc) - bytes as before from (
        select * from kept_rows where deployment_id = ${deployment} and hour >= date_trunc('hour', ${from.toISOString()}::timestamptz)
          and hour < ${to.toISOString()}::timestamptz ${onwards} order by hour desc, sequence desc limit ${partsAtOnce}) k) t
    where before < ${bytesAtOnce} order by hour desc, sequence desc`)
}

export const associationOf = async (queries: Queries, deployment: string): Promise<string | null> =>
  (
    await queries.first<{ name: string | null }>(
      sql`select association_column as name from deployment where id = ${deployment}`,
    )
  )?.name ?? null

type Made<T> = { readonly job_id: string; readonly created_at: Date; readonly found: T }

/** Answers of a release to the rows of a request, as a job has found them. */
export type FoundAnswers = {
  readonly releaseId: string
  readonly problem: string | null
  readonly different: number | null
  readonly largestDifference: number | null
  readonly answers: AnswersAgain['releases'][number]['answers']
}

export const answersAgainOf = (queries: Queries, request: string) =>
  queries.first<Made<readonly FoundAnswers[]>>(
    sql`select job_id, created_at, found from request_answers where request_id = ${request}`,
  )

/** Nothing of rows that were let go meanwhile. */
export const putAnswers = (
  queries: Queries,
  { request, sequence, job, found }: { request: string; sequence: number; job: string; found: readonly FoundAnswers[] },
) =>
  queries.run(sql`
    insert into request_answers (request_id, sequence, job_id, found, created_at)
    select ${request}, k.sequence, ${job}, ${json(found)}, now() from kept_rows k where k.sequence = ${sequence}
    on conflict (request_id) do update set job_id = excluded.job_id, found = excluded.found, created_at = excluded.created_at`)

export const explanationsOf = (queries: Queries, request: string) =>
  queries.rows<Made<object> & { readonly row: number }>(
    sql`select row, job_id, created_at, found from request_explanation where request_id = ${request} order by row`,
  )

export const putExplanation = (
  queries: Queries,
  explained: { request: string; row: number; sequence: number; job: string; found: object },
) =>
  queries.run(sql`
    insert into request_explanation (request_id, row, sequence, job_id, found, created_at)
    select ${explained.request}, ${explained.row}, k.sequence, ${explained.job}, ${json(explained.found)}, now()
    from kept_rows k where k.sequence = ${explained.sequence}
    on conflict (request_id, row) do update set job_id = excluded.job_id, found = excluded.found, created_at = excluded.created_at`)

export type FoundImportance = {
  readonly problem: string | null
  readonly rows: number
  readonly features: readonly { readonly name: string; readonly value: number }[]
}

export const importanceOfRelease = (queries: Queries, release: string) =>
  queries.first<Made<FoundImportance>>(
    sql`select job_id, created_at, found from release_importance where release_id = ${release}`,
  )

export const putImportance = (queries: Queries, release: string, job: string, found: FoundImportance) =>
  queries.run(sql`
    insert into release_importance (release_id, job_id, found, created_at) values (${release}, ${job}, ${json(found)}, now())
    on conflict (release_id) do update set job_id = excluded.job_id, found = excluded.found, created_at = excluded.created_at`)
