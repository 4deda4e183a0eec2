import type { ModelScores, Project, StoredError, TrainingRun } from '@modelsmith/api'
import type { BlueprintGraph, EstimatorType, FeatureColumn, Partitioning, TrainingRunState } from '@modelsmith/domain'
import type { Static } from 'typebox'
import { json, type Queries, sql } from '../../infra/database/database.ts'
import { type ObjectRow, objectFields } from '../../infra/rights/objects.ts'

export type Scores = Static<typeof ModelScores>

export type ProjectRow = {
  readonly id: string
  readonly dataset_id: string
  readonly dataset_version_id: string
  readonly content_id: string
  readonly blocks_key: string
  readonly columns: readonly FeatureColumn[]
  readonly features: readonly string[]
  readonly target: string
  readonly target_type: EstimatorType
  readonly classes: readonly string[]
  readonly metric: string
  readonly partitioning: Partitioning
  readonly partition: Buffer
  readonly rows: Project['rows']
  readonly holdout_unlocked: boolean
}

export const toProject = (object: ObjectRow, row: ProjectRow): Project => ({
  ...objectFields(object),
  datasetId: row.dataset_id,
  datasetVersionId: row.dataset_version_id,
  columns: row.columns.map(({ missing: _missing, ...column }) => column) as Project['columns'],
  features: [...row.features],
  target: row.target,
  targetType: row.target_type,
  classes: [...row.classes],
  metric: row.metric,
  partitioning: row.partitioning,
  rows: row.rows,
  holdoutUnlocked: row.holdout_unlocked,
})

export const insertProject = (queries: Queries, row: ProjectRow) =>
  queries.run(sql`
    insert into project (id, dataset_id, dataset_version_id, content_id, blocks_key, columns, features, target, target_type, classes, metric, partitioning, partition, rows)
    values (${row.id}, ${row.dataset_id}, ${row.dataset_version_id}, ${row.content_id}, ${row.blocks_key}, ${json(row.columns)}, ${json(row.features)},
      ${row.target}, ${row.target_type}, ${json(row.classes)}, ${row.metric}, ${json(row.partitioning)}, ${row.partition}, ${json(row.rows)})`)

export const findProject = (queries: Queries, id: string) =>
  queries.first<ProjectRow>(sql`select * from project where id = ${id}`)
export const projectsOf = (queries: Queries, ids: readonly string[]) =>
  queries.rows<ProjectRow>(sql`select * from project where id = any(${ids})`)

export const changeProject = (
  queries: Queries,
  id: string,
  { metric, unlock }: { metric: string | undefined; unlock: boolean },
) =>
  queries.run(
    sql`update project set metric = coalesce(${metric ?? null}, metric), holdout_unlocked = holdout_unlocked or ${unlock} where id = ${id}`,
  )

export const deploymentOf = (queries: Queries, project: string) =>
  queries.first<{ id: string; name: string }>(sql`
    select o.id, o.name from release r join model m on m.id = r.model_id join object o on o.id = r.deployment_id
    where m.project_id = ${project} and o.deleted_at is null limit 1`)

export const activeJobsOf = async (queries: Queries, project: string): Promise<string[]> =>
  (
    await queries.rows<{ id: string }>(sql`
      select j.id from training_run r join job j on j.id = r.job_id
      where r.project_id = ${project} and j.state in ('queued', 'running') for update of j`)
  ).map(({ id }) => id)

/** Marks them deleted as the project is; returns their ids. */
export const removeRunsAndModels = async (queries: Queries, project: string): Promise<string[]> =>
  (
    await queries.rows<{ id: string }>(sql`
      update object set deleted_at = now(), version = version + 1
      where id in (select id from training_run where project_id = ${project} union select id from model where project_id = ${project})
      returning id`)
  ).map(({ id }) => id)

export type RunRow = {
  readonly id: string
  readonly project_id: string
  readonly blueprint_id: string | null
  readonly blueprint_name: string
  readonly graph: BlueprintGraph
  readonly state: TrainingRunState
  readonly job_id: string
  readonly model_id: string | null
  readonly error: StoredError | null
  readonly steps: TrainingRun['steps']
  readonly ended_at: Date | null
  readonly created_at: Date
}

const runColumns = sql`r.id, r.project_id, r.blueprint_id, r.blueprint_name, r.graph, r.state, r.job_id, r.model_id, r.error, r.steps, r.ended_at, o.created_at`

export const toRun = (row: RunRow): TrainingRun => ({
  id: row.id,
  projectId: row.project_id,
  blueprintId: row.blueprint_id,
  blueprintName: row.blueprint_name,
  graph: row.graph,
  state: row.state,
  jobId: row.job_id,
  modelId: row.model_id,
  error: row.error,
  steps: row.steps,
  createdAt: row.created_at.toISOString(),
  endedAt: row.ended_at?.toISOString() ?? null,
})

export const insertRun = (
  queries: Queries,
  run: { id: string; project: string; blueprint: string | null; name: string; graph: BlueprintGraph; job: string },
) =>
  queries.run(sql`
    insert into training_run (id, project_id, blueprint_id, blueprint_name, graph, state, job_id)
    values (${run.id}, ${run.project}, ${run.blueprint}, ${run.name}, ${json(run.graph)}, 'queued', ${run.job})`)

export const findRun = (queries: Queries, id: string) =>
  queries.first<RunRow>(sql`select ${runColumns} from training_run r join object o on o.id = r.id where r.id = ${id}`)

export const setRunState = (queries: Queries, id: string, state: TrainingRunState, error: StoredError | null = null) =>
  queries.run(sql`
    update training_run set state = ${state}, error = ${error === null ? null : json(error)},
      ended_at = ${state === 'succeeded' || state === 'failed' || state === 'cancelled' ? new Date() : null} where id = ${id}`)

export const setRunSteps = (queries: Queries, id: string, steps: TrainingRun['steps']) =>
  queries.run(sql`update training_run set steps = ${json(steps)} where id = ${id}`)

export const setRunModel = (queries: Queries, id: string, model: string) =>
  queries.run(sql`update training_run set model_id = ${model} where id = ${id}`)

export type BoardRow = RunRow & { readonly scores: Scores | null }

export const leaderboard = (queries: Queries, project: string) =>
  queries.rows<BoardRow>(sql`
    select ${runColumns}, m.scores from training_run r join object o on o.id = r.id left join model m on m.training_run_id = r.id
    where r.project_id = ${project} and o.deleted_at is null order by o.created_at desc`)
