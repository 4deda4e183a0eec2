import type { Batch } from '@modelsmith/api'
import { type Queries, type Sql, sql } from '../../infra/database/database.ts'
import type { Principal } from '../../infra/rights/principal.ts'
import { allowedJob } from '../../infra/rights/visible.ts'
import type { JobRow } from '../jobs/index.ts'
import type { BatchPayload } from './payload.ts'

type BatchRow = Pick<JobRow, 'id' | 'state' | 'owner_id' | 'owner_name' | 'result' | 'created_at' | 'ended_at'> & {
  readonly payload: BatchPayload
  readonly total_rows: number | null
  readonly scored_rows: number
}

export const insertBatch = (queries: Queries, job: string, deployment: string) =>
  queries.run(sql`insert into batch (job_id, deployment_id) values (${job}, ${deployment})`)

export const toBatch = ({ payload, ...row }: BatchRow): Batch => ({
  id: row.id,
  deploymentId: payload.deployment,
  releaseId: payload.deploymentRelease,
  state: row.state,
  owner: { id: row.owner_id, name: row.owner_name },
  source: payload.source,
  sink: payload.sink,
  passThrough: [...payload.passThrough],
  logged: payload.logged,
  totalRows: row.total_rows,
  scoredRows: row.scored_rows,
  datasetId: (row.result['datasetId'] as string | undefined) ?? null,
  createdAt: row.created_at.toISOString(),
  endedAt: row.ended_at?.toISOString() ?? null,
})

export const listBatches = (queries: Queries, caller: Principal, deployment: string, after: Sql, limit: number) =>
  queries.rows<BatchRow>(sql`
    select o.id, o.state, o.owner_id, p.name as owner_name, o.result, o.created_at, o.ended_at, o.payload, b.total_rows::float8 as total_rows,
      case when o.state = 'succeeded' then b.total_rows else (select coalesce(sum(c.rows), 0) from batch_chunk c where c.job_id = o.id) end::float8 as scored_rows
    from batch b join job o on o.id = b.job_id join person p on p.id = o.owner_id
    where b.deployment_id = ${deployment} and ${allowedJob(caller, 'view')} ${after}
    order by o.created_at desc, o.id desc limit ${limit}`)

export const totalOf = async (queries: Queries, job: string): Promise<number | null> =>
  (
    await queries.first<{ total: number | null }>(
      sql`select total_rows::float8 as total from batch where job_id = ${job}`,
    )
  )?.total ?? null

export const setTotal = (queries: Queries, job: string, rows: number) =>
  queries.run(sql`update batch set total_rows = ${rows} where job_id = ${job}`)

export type Chunk = { readonly number: number; readonly rows: number; readonly key: string }

/** What is scored already, in order. */
export const chunksOf = (queries: Queries, job: string) =>
  queries.rows<Chunk>(sql`select number, rows, key from batch_chunk where job_id = ${job} order by number`)

export const insertChunk = (queries: Queries, job: string, { number, rows, key }: Chunk) =>
  queries.run(sql`insert into batch_chunk (job_id, number, rows, key) values (${job}, ${number}, ${rows}, ${key})`)

export const deliveryOf = async (queries: Queries, job: string): Promise<string | null> =>
  (await queries.first<{ delivery: string | null }>(sql`select delivery from batch where job_id = ${job}`))?.delivery ??
  null
export const setDelivery = (queries: Queries, job: string, transaction: string) =>
  queries.run(sql`update batch set delivery = ${transaction} where job_id = ${job}`)

/** Whether all rows are here. */
export const isFetched = async (queries: Queries, job: string): Promise<boolean> =>
  (await queries.first<{ fetched: boolean }>(sql`select fetched from batch where job_id = ${job}`))?.fetched === true
export const setFetched = (queries: Queries, job: string) =>
  queries.run(sql`update batch set fetched = true where job_id = ${job}`)
/** Rows of a query, or a whole file under its name. */
type Fetched = Chunk & { readonly name: string | null; readonly blocks: boolean }
export const fetchedOf = (queries: Queries, job: string) =>
  queries.rows<Fetched>(
    sql`select number, rows, key, name, blocks from batch_fetched where job_id = ${job} order by number`,
  )
export const insertFetched = (queries: Queries, job: string, { number, rows, key, name, blocks }: Fetched) =>
  queries.run(sql`insert into batch_fetched (job_id, number, rows, key, name, blocks)
    values (${job}, ${number}, ${rows}, ${key}, ${name}, ${blocks})`)
export const deleteFetched = (queries: Queries, job: string) =>
  queries.run(sql`delete from batch_fetched where job_id = ${job}`)

/** An upload that may be left; without a name where nobody heard it yet. */
export type Upload = {
  readonly job_id: string
  readonly upload: string | null
  /** Those to the same place that were there before. */
  readonly others: readonly string[] | null
}
export const uploadOf = (queries: Queries, job: string) =>
  queries.first<Upload>(sql`select job_id, upload, others from batch_upload where job_id = ${job}`)
export const setUpload = (queries: Queries, { job_id, upload, others }: Upload) =>
  queries.run(sql`insert into batch_upload (job_id, upload, others, begun_at) values (${job_id}, ${upload}, ${others}, now())
    on conflict (job_id) do update set upload = excluded.upload, others = excluded.others, begun_at = excluded.begun_at`)
export const uploadNames = async (queries: Queries): Promise<readonly string[]> =>
  (await queries.rows<{ upload: string }>(sql`select upload from batch_upload where upload is not null`)).map(
    ({ upload }) => upload,
  )
export const deleteUpload = (queries: Queries, job: string) =>
  queries.run(sql`delete from batch_upload where job_id = ${job}`)
export const deleteOldUpload = (queries: Queries, job: string) =>
  queries.run(sql`delete from batch_upload where job_id = ${job} and begun_at < now() - interval '3 days'`)
/** Of batches that have ended. */
export const uploadsLeft = (queries: Queries) =>
  queries.rows<
    Upload & { readonly owner_id: string; readonly sink: Extract<BatchPayload['sink'], { kind: 's3' }> }
  >(sql`
    select u.job_id, u.upload, u.others, j.owner_id, j.payload->'sink' as sink from batch_upload u join job j on j.id = u.job_id
    where j.state in ('succeeded', 'failed', 'cancelled')`)

export const credentialType = async (queries: Queries, id: string): Promise<string | undefined> =>
  (await queries.first<{ type: string }>(sql`select type from credential where id = ${id}`))?.type

export const deleteChunks = (queries: Queries, job: string) =>
  queries.run(sql`delete from batch_chunk where job_id = ${job}`)

/** What keeps a deployment from answering; undefined where it is deleted. */
export const answeringOf = (queries: Queries, deployment: string) =>
  queries.first<{
    readonly waiting: boolean
    readonly paused_at: Date | null
    readonly paused_by: string | null
    readonly pause_reason: string | null
  }>(sql`
    select d.waiting, d.paused_at, p.name as paused_by, d.pause_reason from deployment d join object o on o.id = d.id
      left join person p on p.id = d.paused_by where d.id = ${deployment} and o.deleted_at is null`)
