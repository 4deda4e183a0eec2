import type { BodyOf, Endpoints, Evaluation, Leaderboard, StoredError } from '@modelsmith/api'
import type { CustomMetric, ParameterValues } from '@modelsmith/domain'
import { json, type Queries, sql } from '../../infra/database/database.ts'
import type { Caller } from '../../infra/http/handler.ts'
import { newId } from '../../infra/ids.ts'
import { announceChange, authorise } from '../../infra/rights/objects.ts'
import { queueJob } from '../jobs/index.ts'
import { projectError } from './errors.ts'
import { useFunction } from './functions.ts'

export type EvaluationRow = {
  readonly id: string
  readonly project_id: string
  readonly task_version_id: string
  readonly name: string
  readonly parameters: ParameterValues
  readonly metrics: CustomMetric[]
  readonly job_id: string | null
}

export type Measured = Leaderboard['entries'][number]['evaluations'][number]['outOfFold']
export type ResultRow = {
  readonly evaluation_id: string
  readonly model_id: string
  readonly out_of_fold: Measured
  readonly holdout: Measured
  readonly error: StoredError | null
}

const mostEvaluations = 20

export const toEvaluation = (row: EvaluationRow): Evaluation => ({
  id: row.id,
  taskVersionId: row.task_version_id,
  name: row.name,
  parameters: row.parameters,
  metrics: row.metrics,
  jobId: row.job_id,
})

export const findEvaluation = (queries: Queries, id: string) =>
  queries.first<EvaluationRow>(sql`select * from evaluation where id = ${id}`)

export const evaluationsOf = (queries: Queries, project: string) =>
  queries.rows<EvaluationRow>(sql`select * from evaluation where project_id = ${project} order by created_at, id`)

export const resultsOf = (queries: Queries, project: string) =>
  queries.rows<ResultRow>(sql`
    select r.* from evaluation_result r join evaluation e on e.id = r.evaluation_id where e.project_id = ${project}`)

/** Models of the project that the evaluation has not measured yet. */
export const unmeasured = (queries: Queries, { id, project_id }: EvaluationRow) =>
  queries.rows<{ id: string; out_of_fold_key: string; holdout_key: string | null }>(sql`
    select m.id, m.out_of_fold_key, m.holdout_key from model m join object o on o.id = m.id
    where m.project_id = ${project_id} and o.deleted_at is null
      and not exists (select 1 from evaluation_result r where r.evaluation_id = ${id} and r.model_id = m.id)
    order by m.id`)

/** Nothing is kept for an evaluation that was taken away meanwhile. */
export const keepResult = (queries: Queries, row: ResultRow) =>
  queries.run(sql`
    insert into evaluation_result (evaluation_id, model_id, out_of_fold, holdout, error)
    select id, ${row.model_id}, ${orNull(row.out_of_fold)}, ${orNull(row.holdout)}, ${orNull(row.error)} from evaluation
    where id = ${row.evaluation_id} on conflict do nothing`)

const orNull = (value: unknown) => (value === null ? null : json(value))

type Owner = { readonly id: string; readonly organisation: string }

const queue = async (queries: Queries, owner: Owner, { id, name, project_id, task_version_id }: EvaluationRow) => {
  const job = await queueJob(queries, {
    kind: 'evaluateModels',
    title: `Evaluate models by ${name}`,
    owner: owner.id,
    organisation: owner.organisation,
    subject: { kind: 'project', id: project_id },
    payload: { evaluation: id, code: { taskVersionId: task_version_id } },
  })
  await queries.run(sql`update evaluation set job_id = ${job} where id = ${id}`)
}

/** Each evaluation of a project measures the model that was just made. */
export const measureNew = async (queries: Queries, owner: Owner, project: string): Promise<void> => {
  for (const row of await evaluationsOf(queries, project)) await queue(queries, owner, row)
}

export const addEvaluation = async (
  queries: Queries,
  caller: Caller,
  project: string,
  { taskVersionId, parameters = {} }: BodyOf<Endpoints['addEvaluation']>,
): Promise<EvaluationRow> => {
  await authorise(queries, caller, 'edit', 'project', project)
  const asked = { id: taskVersionId, parameters, pointer: '/parameters' }
  const version = await useFunction(queries, caller, 'evaluation', asked)
  await queries.run(sql`select 1 from object where id = ${project} for update`)
  const known = await evaluationsOf(queries, project)
  if (known.length >= mostEvaluations)
    throw projectError('project.evaluation', { problem: `a project has ${mostEvaluations} at the most` })
  const id = newId('evaluation')
  const made = await queries.first<EvaluationRow>(sql`
    insert into evaluation (id, project_id, task_version_id, name, parameters, metrics, created_at)
    values (${id}, ${project}, ${version.id}, ${`${version.taskName} ${version.number}`}, ${json(parameters)}, ${json(version.metrics)}, now())
    on conflict do nothing returning *`)
  if (made === undefined)
    throw projectError('project.evaluation', { problem: `${version.taskName} with these parameters is there already` })
  await queue(queries, caller, made)
  await announceChange(queries, project)
  return (await findEvaluation(queries, id)) as EvaluationRow
}

export const removeEvaluation = async (queries: Queries, caller: Caller, project: string, id: string) => {
  await authorise(queries, caller, 'edit', 'project', project)
  await queries.run(sql`delete from evaluation where id = ${id} and project_id = ${project}`)
  await announceChange(queries, project)
}
