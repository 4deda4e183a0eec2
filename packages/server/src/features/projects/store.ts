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
  /** Datasets whose rows it has beside those of the first. */
  readonly further_datasets: readonly string[]
  readonly content_id: string
  readonly blocks_key: string
  readonly columns: readonly FeatureColumn[]
  readonly features: readonly string[]
  /** Of anomalies the column that labels them. */
  readonly target: string | null
  readonly target_type: EstimatorType
  readonly classes: readonly string[]
  readonly metric: string | null
  readonly partitioning: Partitioning
  readonly partition: Buffer
  readonly rows: Project['rows']
  readonly weights: string | null
  readonly downsampling: Project['downsampling']
  readonly parts: Project['parts']
  readonly feature_lists: Project['featureLists']
  readonly holdout_unlocked: boolean
  readonly unlocked_at: Date | null
  readonly unlocked_by: string | null
  readonly unlocked_by_name: string | null
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
  weights: row.weights,
  downsampling: row.downsampling,
  parts: row.parts,
  featureLists: row.feature_lists,
  holdoutUnlocked: row.holdout_unlocked,
  unlocked:
    row.unlocked_at === null
      ? null
      : { at: row.unlocked_at.toISOString(), by: { id: row.unlocked_by ?? '', name: row.unlocked_by_name ?? '' } },
})

type NewProjectRow = Omit<
  ProjectRow,
  'feature_lists' | 'holdout_unlocked' | 'unlocked_at' | 'unlocked_by' | 'unlocked_by_name'
>

export const insertProject = (queries: Queries, row: NewProjectRow) =>
  queries.run(sql`
    insert into project (id, dataset_id, dataset_version_id, content_id, blocks_key, columns, features, target, target_type, classes, metric, partitioning, partition, rows,
      weights, downsampling, parts, further_datasets)
    values (${row.id}, ${row.dataset_id}, ${row.dataset_version_id}, ${row.content_id}, ${row.blocks_key}, ${json(row.columns)}, ${json(row.features)},
      ${row.target}, ${row.target_type}, ${json(row.classes)}, ${row.metric}, ${json(row.partitioning)}, ${row.partition}, ${json(row.rows)},
      ${row.weights}, ${row.downsampling === null ? null : json(row.downsampling)}, ${json(row.parts)}, ${json(row.further_datasets)})`)

const projects = sql`(select project.*, person.name as unlocked_by_name from project left join person on person.id = project.unlocked_by) as project`

export const findProject = (queries: Queries, id: string) =>
  queries.first<ProjectRow>(sql`select * from ${projects} where id = ${id}`)
export const projectsOf = (queries: Queries, ids: readonly string[]) =>
  queries.rows<ProjectRow>(sql`select * from ${projects} where id = any(${ids})`)

type Changed = {
  readonly metric: string | undefined
  readonly featureLists: Project['featureLists'] | undefined
  /** Who unlocks the holdout; the first one stays. */
  readonly unlockedBy: string | undefined
}

export const changeProject = (queries: Queries, id: string, { metric, featureLists, unlockedBy }: Changed) =>
  queries.run(sql`
    update project set metric = coalesce(${metric ?? null}, metric),
      feature_lists = coalesce(${featureLists === undefined ? null : json(featureLists)}, feature_lists),
      holdout_unlocked = holdout_unlocked or ${unlockedBy !== undefined},
      unlocked_at = case when holdout_unlocked or ${unlockedBy === undefined} then unlocked_at else now() end,
      unlocked_by = case when holdout_unlocked then unlocked_by else ${unlockedBy ?? null} end
    where id = ${id}`)

export const trainedOfRepository = (queries: Queries, project: string) =>
  queries.rows<{ repository_id: string; runs: number }>(sql`
    select r.repository_id, count(*)::integer as runs from training_run r join object o on o.id = r.id
    where r.project_id = ${project} and r.repository_id is not null and o.deleted_at is null group by r.repository_id`)

/** What a project may not be deleted for: a deployment of one of its models, an experiment that trains in it. */
export const userOf = (queries: Queries, project: string) =>
  queries.first<{ kind: 'deployment' | 'experiment'; id: string; name: string }>(sql`
    select o.kind, o.id, o.name from release r join model m on m.id = r.model_id join object o on o.id = r.deployment_id
    where m.project_id = ${project} and o.deleted_at is null
    union all select o.kind, o.id, o.name from experiment e join object o on o.id = e.id
    where e.project_id = ${project} and o.deleted_at is null limit 1`)

/** What works for a project: its training, its searches, and what asks its models, such as predictions and explanations. */
export const activeJobsOf = async (queries: Queries, project: string): Promise<string[]> =>
  (
    await queries.rows<{ id: string }>(sql`
      select j.id from job j where j.state in ('queued', 'running') and (
        j.id in (select job_id from training_run where project_id = ${project} union select job_id from search where project_id = ${project})
        or j.subject_id = ${project} or j.subject_id in (select id from model where project_id = ${project}))
      order by j.id for update of j`)
  ).map(({ id }) => id)

/** Marks them deleted as the project is; returns their ids. */
export const removeRunsAndModels = async (queries: Queries, project: string): Promise<string[]> =>
  (
    await queries.rows<{ id: string }>(sql`
      update object set deleted_at = now(), version = version + 1
      where id in (select id from training_run where project_id = ${project} union select id from search where project_id = ${project}
        union select id from model where project_id = ${project})
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
  readonly feature_list: string | null
  /** What it was trained on, where that is not all features of the project. */
  readonly features: readonly string[] | null
  /** Share of the training rows. */
  readonly sample_size: number
  readonly repository_id: string | null
  /** The model that this is once more, on all rows. */
  readonly retrained_from: string | null
  readonly retrained_name: string | null
}

const runColumns = sql`r.id, r.project_id, r.blueprint_id, r.blueprint_name, r.graph, r.state, r.job_id, r.model_id, r.error, r.steps, r.ended_at, o.created_at,
  r.feature_list, r.features, r.sample_size, r.repository_id, r.retrained_from,
  (select m.name from object m where m.id = r.retrained_from) as retrained_name`

type Retrained = Pick<RunRow, 'retrained_from' | 'retrained_name'>

export const toRetrained = ({ retrained_from: id, retrained_name: name }: Retrained): TrainingRun['retrainedFrom'] =>
  id === null ? null : { id, name: name ?? '' }

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
  featureList: row.feature_list,
  sampleSize: row.sample_size,
  retrainedFrom: toRetrained(row),
  repositoryId: row.repository_id,
})

export type NewRun = {
  readonly id: string
  readonly project: string
  readonly blueprint: string | null
  readonly name: string
  readonly graph: BlueprintGraph
  readonly job: string
  readonly featureList: string | null
  readonly features: readonly string[] | null
  readonly sampleSize: number
  readonly repository: string | null
  readonly retrainedFrom: string | null
}

export const insertRun = (queries: Queries, run: NewRun) =>
  queries.run(sql`
    insert into training_run (id, project_id, blueprint_id, blueprint_name, graph, state, job_id, feature_list, features, sample_size, repository_id, retrained_from)
    values (${run.id}, ${run.project}, ${run.blueprint}, ${run.name}, ${json(run.graph)}, 'queued', ${run.job}, ${run.featureList},
      ${run.features === null ? null : json(run.features)}, ${run.sampleSize}, ${run.repository}, ${run.retrainedFrom})`)

export const findRun = (queries: Queries, id: string) =>
  queries.first<RunRow>(sql`select ${runColumns} from training_run r join object o on o.id = r.id where r.id = ${id}`)

export const runOfModel = (queries: Queries, model: string) =>
  queries.first<RunRow>(
    sql`select ${runColumns} from training_run r join object o on o.id = r.id where r.id = (select training_run_id from model where id = ${model})`,
  )

export const setRunState = (queries: Queries, id: string, state: TrainingRunState, error: StoredError | null = null) =>
  queries.run(sql`
    update training_run set state = ${state}, error = ${error === null ? null : json(error)},
      ended_at = ${state === 'succeeded' || state === 'failed' || state === 'cancelled' ? new Date() : null} where id = ${id}`)

export const setRunSteps = (queries: Queries, id: string, steps: TrainingRun['steps']) =>
  queries.run(sql`update training_run set steps = ${json(steps)} where id = ${id}`)

export const setRunModel = (queries: Queries, id: string, model: string) =>
  queries.run(sql`update training_run set model_id = ${model} where id = ${id}`)

export type BoardRow = RunRow & { readonly scores: Scores | null; readonly starred: boolean }

export const leaderboard = (queries: Queries, project: string, person: string) =>
  queries.rows<BoardRow>(sql`
    select ${runColumns}, m.scores,
      exists (select from star s where s.training_run_id = r.id and s.person_id = ${person}) as starred
    from training_run r join object o on o.id = r.id left join model m on m.training_run_id = r.id
    where r.project_id = ${project} and o.deleted_at is null order by o.created_at desc`)

export const star = (queries: Queries, person: string, run: string) =>
  queries.run(sql`insert into star (person_id, training_run_id) values (${person}, ${run}) on conflict do nothing`)

export const unstar = (queries: Queries, person: string, run: string) =>
  queries.run(sql`delete from star where person_id = ${person} and training_run_id = ${run}`)
