import { type Queries, sql } from '../../infra/database/database.ts'

/** A dataset with sensitive columns whose rows a job works on, and a file that has them; null where they are told by an error alone. */
export type JobRows = { readonly job: string; readonly dataset: string; readonly blocks: string | null }

/** What of these jobs is of sensitive columns: rows of the projects that they train in, or whose models they ask, rows that they predict for, and files that they read into a dataset. */
export const sensitiveRowsOf = (queries: Queries, jobs: readonly string[]): Promise<JobRows[]> =>
  queries.rows<JobRows>(sql`
    select j.id as job, s.dataset_id as dataset, p.blocks_key as blocks from job j
      left join training_run r on r.id = j.subject_id left join search h on h.id = j.subject_id left join experiment e on e.id = j.subject_id
      left join model_release mr on mr.id = j.payload ->> 'release' left join model m on m.id = coalesce(mr.model_id, j.payload ->> 'model', j.subject_id)
       join project p on p.id = coalesce(r.project_id, h.project_id, m.project_id, e.project_id, j.subject_id)
      join sensitive_column s on s.dataset_id = p.dataset_id or p.further_datasets ? s.dataset_id
      where j.id = any(${jobs})
    union
    select j.id, s.dataset_id, j.payload ->> 'sourceKey' from job j
      join sensitive_column s on s.dataset_id = j.payload ->> 'dataset'
        or s.dataset_id in (select v.dataset_id from dataset_version v where v.blocks_key = j.payload ->> 'sourceKey')
      where j.id = any(${jobs}) and j.kind in ('predictFile', 'scoreBatch') and j.payload ->> 'blocks' = 'true'
    union
    select j.id, s.dataset_id, j.payload ->> 'rowsKey' from job j join sensitive_column s on j.payload -> 'datasets' ? s.dataset_id
      where j.id = any(${jobs}) and j.kind = 'splitRows'
    union
    select j.id, s.dataset_id, null from job j join sensitive_column s on s.dataset_id = j.subject_id
      where j.id = any(${jobs}) and j.subject_kind = 'dataset'
    order by 1, 2, 3`)

export const blocksOfProject = async (queries: Queries, project: string): Promise<string | undefined> =>
  (await queries.first<{ blocks_key: string }>(sql`select blocks_key from project where id = ${project}`))?.blocks_key

export const projectOfModel = async (queries: Queries, model: string): Promise<string | undefined> =>
  (await queries.first<{ project_id: string }>(sql`select project_id from model where id = ${model}`))?.project_id
