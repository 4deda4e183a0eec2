import type { Search, SearchSummary, SearchTrial, StoredError } from '@modelsmith/api'
import {
  type BlueprintGraph,
  compareScores,
  higherIsBetter,
  type SearchDimension,
  type SearchJudgement,
  type SearchPoint,
  type TrainingRunState,
} from '@modelsmith/domain'
import { json, type Queries, sql } from '../../infra/database/database.ts'
import { type ObjectRow, objectFields } from '../../infra/rights/objects.ts'

export type SearchRow = {
  readonly id: string
  readonly project_id: string
  readonly blueprint_id: string | null
  readonly blueprint_name: string
  readonly repository_id: string | null
  readonly graph: BlueprintGraph
  readonly space: readonly SearchDimension[]
  readonly metric: string
  readonly judged_by: SearchJudgement
  readonly trials: number | null
  readonly minutes: number | null
  readonly seed: number
  readonly feature_list: string | null
  readonly features: readonly string[] | null
  readonly sample_size: number
  readonly state: TrainingRunState
  readonly job_id: string
  readonly error: StoredError | null
}

export type TrialRow = {
  readonly number: number
  readonly parameters: SearchPoint
  /** Null where it failed. */
  readonly score: number | null
  readonly spread: number | null
  readonly error: StoredError | null
  readonly wall_ms: number
  readonly training_run_id: string | null
  readonly model_id: string | null
}

const columns = sql`id, project_id, blueprint_id, blueprint_name, repository_id, graph, space, metric, judged_by, trials, minutes, seed,
  feature_list, features, sample_size, state, job_id, error`

export const findSearch = (queries: Queries, id: string) =>
  queries.first<SearchRow>(sql`select ${columns} from search where id = ${id}`)

/** As it is, and as it stays until the transaction ends. */
export const lockSearch = (queries: Queries, id: string) =>
  queries.first<SearchRow>(sql`select ${columns} from search where id = ${id} for update`)

export const insertSearch = (queries: Queries, row: Omit<SearchRow, 'state' | 'error'>) =>
  queries.run(sql`
    insert into search (id, project_id, blueprint_id, blueprint_name, repository_id, graph, space, metric, judged_by, trials, minutes, seed,
      feature_list, features, sample_size, state, job_id)
    values (${row.id}, ${row.project_id}, ${row.blueprint_id}, ${row.blueprint_name}, ${row.repository_id}, ${json(row.graph)}, ${json(row.space)},
      ${row.metric}, ${row.judged_by}, ${row.trials}, ${row.minutes}, ${row.seed}, ${row.feature_list},
      ${row.features === null ? null : json(row.features)}, ${row.sample_size}, 'queued', ${row.job_id})`)

export const setState = (queries: Queries, id: string, state: TrainingRunState, error: StoredError | null = null) =>
  queries.run(sql`update search set state = ${state}, error = ${error === null ? null : json(error)} where id = ${id}`)

export const setResumed = (
  queries: Queries,
  id: string,
  { trials, minutes, job }: Pick<SearchRow, 'trials' | 'minutes'> & { readonly job: string },
) =>
  queries.run(sql`
    update search set state = 'queued', error = null, trials = ${trials}, minutes = ${minutes}, job_id = ${job} where id = ${id}`)

const trialColumns = sql`t.search_id, t.number, t.parameters, t.score, t.spread, t.error, t.wall_ms, t.training_run_id, r.model_id`
const trialTables = sql`search_trial t left join training_run r on r.id = t.training_run_id`

/** The trials that have ended, in their order. */
export const trialsOf = (queries: Queries, search: string) =>
  queries.rows<TrialRow>(
    sql`select ${trialColumns} from ${trialTables} where t.search_id = ${search} order by t.number`,
  )

export const insertTrial = (
  queries: Queries,
  search: string,
  { number, parameters, score, spread, error, wall_ms }: Omit<TrialRow, 'training_run_id' | 'model_id'>,
) =>
  queries.run(sql`
    insert into search_trial (search_id, number, parameters, score, spread, error, wall_ms)
    values (${search}, ${number}, ${json(parameters)}, ${score}, ${spread}, ${error === null ? null : json(error)}, ${wall_ms})`)

export const setTrialRun = (queries: Queries, search: string, number: number, run: string) =>
  queries.run(sql`update search_trial set training_run_id = ${run} where search_id = ${search} and number = ${number}`)

/** Whoever began a search, with the training that a trial has already; nobody where the search is deleted. */
export const makerOf = (queries: Queries, search: string, number: number) =>
  queries.first<{ owner: string; organisation: string; workspace: string; run: string | null }>(sql`
    select o.owner_id as owner, o.organisation_id as organisation, o.workspace_id as workspace, t.training_run_id as run
    from object o join search_trial t on t.search_id = o.id and t.number = ${number} where o.id = ${search} and o.deleted_at is null`)

/** The searches of a project with their trials, newest first. */
export const searchesOf = async (queries: Queries, project: string) => {
  const searches = await queries.rows<SearchRow & { readonly created_at: Date }>(sql`
    select s.* from (select ${columns} from search where project_id = ${project}) s join object o on o.id = s.id
    where o.deleted_at is null order by o.created_at desc, o.id desc`)
  const trials = await queries.rows<TrialRow & { readonly search_id: string }>(sql`
    select ${trialColumns} from ${trialTables} where t.search_id = any(${searches.map(({ id }) => id)}) order by t.number`)
  const bySearch = Map.groupBy(trials, ({ search_id }) => search_id)
  return searches.map((row) => ({ row, trials: bySearch.get(row.id) ?? [] }))
}

/** The best trial, of equal ones the first. */
export const bestOf = <T extends Pick<TrialRow, 'score'>>(metric: string, trials: readonly T[]): T | undefined => {
  const compare = compareScores(metric)
  return trials.filter(({ score }) => score !== null).toSorted((a, b) => compare(a.score, b.score))[0]
}

export const toSummary = (object: ObjectRow, row: SearchRow, trials: readonly TrialRow[]): SearchSummary => {
  const best = bestOf(row.metric, trials)
  return {
    ...objectFields(object),
    projectId: row.project_id,
    metric: row.metric,
    higherIsBetter: higherIsBetter(row.metric),
    judgedBy: row.judged_by,
    budget: {
      ...(row.trials === null ? {} : { trials: row.trials }),
      ...(row.minutes === null ? {} : { minutes: row.minutes }),
    },
    seed: row.seed,
    state: row.state,
    jobId: row.job_id,
    done: trials.length,
    best: best === undefined ? null : { number: best.number, score: best.score as number },
  }
}

const toTrial = (row: TrialRow): SearchTrial => ({
  number: row.number,
  parameters: row.parameters,
  state: row.error === null ? 'succeeded' : 'failed',
  score: row.score,
  spread: row.spread,
  error: row.error,
  seconds: row.wall_ms / 1000,
  runId: row.training_run_id,
  modelId: row.model_id,
})

export const toSearch = (object: ObjectRow, row: SearchRow, trials: readonly TrialRow[]): Search => ({
  ...toSummary(object, row, trials),
  graph: row.graph,
  space: row.space.map((dimension) => ({ ...dimension })),
  featureList: row.feature_list,
  sampleSize: row.sample_size,
  error: row.error,
  trials: trials.map(toTrial),
})
