import type { Explanation, FeatureInsights, Model, NativeScoring, TrainingRun } from '@modelsmith/api'
import { type BlueprintGraph, predictionParametersOf } from '@modelsmith/domain'
import { packVersion } from '@modelsmith/scoring'
import type { ModelManifest } from '@modelsmith/runner'
import { json, type Queries, type Sql, sql } from '../../infra/database/database.ts'
import { newId } from '../../infra/ids.ts'
import type { StoredFile } from '../../infra/objects/step-cache.ts'
import { type ObjectRow, objectFields } from '../../infra/rights/objects.ts'
import { type Scores, toRetrained } from '../projects/index.ts'
import type { Charts, FoldFile, InsightPart } from '../training/index.ts'
import { mediaTypeOf } from './media-types.ts'

export type ModelRow = {
  readonly id: string
  readonly project_id: string
  readonly training_run_id: string
  readonly retrained_from: string | null
  readonly retrained_name: string | null
  readonly manifest: ModelManifest
  readonly scores: Scores
  readonly files: readonly StoredFile[]
  /** What the fits of its folds wrote; nothing of a model that was trained before that was kept. */
  readonly fold_files: readonly FoldFile[]
  readonly out_of_fold_key: string
  readonly graph: BlueprintGraph
  /** Of the project: labels of anomalies, which the model was not told of. */
  readonly target: string | null
  readonly classes: readonly string[]
  readonly steps: TrainingRun['steps']
  readonly holdout_unlocked: boolean
  readonly native: StoredNative | null
}

/** What came of trying the native scorer: by which version of it, and where it lies for browsers. */
export type StoredNative = NativeScoring & {
  readonly version: number
  readonly key: string | null
  /** Training rows, as column blocks, that requests are explained against; not of models that were tried before these were kept. */
  readonly background?: string
}

const columns = sql`m.id, m.project_id, m.training_run_id, m.manifest, m.scores, m.files, m.fold_files, m.out_of_fold_key, r.graph, r.steps, r.retrained_from,
  (select f.name from object f where f.id = r.retrained_from) as retrained_name, p.target, p.classes, p.holdout_unlocked,
  (select i.value from model_insight i where i.model_id = m.id and i.name = 'native') as native`
const from = sql`model m join training_run r on r.id = m.training_run_id join project p on p.id = m.project_id`

const artifactPath = /^artifacts\/([^/]+)\/(.+)$/

type StoredArtifact = Model['artifacts'][number] & { readonly key: string }

const artifactIn = ({ path, key, bytes }: StoredFile): StoredArtifact[] => {
  const [, node, file] = artifactPath.exec(path) ?? []
  return node === undefined || file === undefined
    ? []
    : [{ node, path: file, bytes, sha256: key, mediaType: mediaTypeOf(file), key }]
}

export const artifactsOf = (row: Pick<ModelRow, 'files'>): StoredArtifact[] => row.files.flatMap(artifactIn)

export const foldArtifactsOf = ({ fold_files }: Pick<ModelRow, 'fold_files'>) =>
  fold_files.flatMap((file) => artifactIn(file).map((artifact) => ({ fold: file.fold, ...artifact })))

export const toModel = (object: ObjectRow, row: ModelRow, hidden: ReadonlySet<string>): Model => ({
  ...objectFields(object),
  projectId: row.project_id,
  trainingRunId: row.training_run_id,
  retrainedFrom: toRetrained(row),
  targetType: row.manifest.targetType,
  target: row.target,
  classes: [...row.classes],
  inputs: row.manifest.inputs as Model['inputs'],
  predictionParameters: predictionParametersOf(row.manifest.nodes),
  graph: row.graph,
  scores: { ...row.scores, holdout: row.holdout_unlocked ? row.scores.holdout : null },
  steps: row.steps,
  artifacts: artifactsOf(row).map(({ key: _key, ...artifact }) => artifact),
  foldArtifacts: foldArtifactsOf(row).map(({ key: _key, ...artifact }) => artifact),
  native: nativeOf(row),
  hidden: [...hidden],
})

const nativeOf = ({ native }: ModelRow): Model['native'] => {
  if (native === null) return null
  const { version, key: _key, background: _background, ...told } = native
  return version === packVersion ? told : null
}

export const findModel = (queries: Queries, id: string) =>
  queries.first<ModelRow>(sql`select ${columns} from ${from} where m.id = ${id}`)
export const modelsOf = (queries: Queries, ids: readonly string[]) =>
  queries.rows<ModelRow>(sql`select ${columns} from ${from} where m.id = any(${ids})`)

/** Chart data of a part; nothing where the part has no rows. Not read with the model: lists would carry all of it. */
export const chartsOf = async (queries: Queries, id: string, part: InsightPart) =>
  (
    await queries.first<{ charts: Partial<Charts> | null }>(
      sql`select insights->${part} as charts from model where id = ${id}`,
    )
  )?.charts ?? {}

export type FeatureInsightsRow = {
  readonly value: FeatureInsights['computed']
  readonly created_at: Date
}

export const findInsight = (queries: Queries, model: string, name: 'features') =>
  queries.first<FeatureInsightsRow>(
    sql`select value, created_at from model_insight where model_id = ${model} and name = ${name}`,
  )

export const keepInsight = (
  queries: Queries,
  model: string,
  name: 'features' | 'native',
  value: FeatureInsights['computed'] | StoredNative,
) =>
  queries.run(sql`
    insert into model_insight (model_id, name, value, created_at) values (${model}, ${name}, ${json(value)}, now())
    on conflict (model_id, name) do update set value = excluded.value, created_at = excluded.created_at`)

/** What is needed to explain models natively, by their ids. */
export const nativesOf = async (queries: Queries, models: readonly string[]) =>
  new Map(
    (
      await queries.rows<Pick<ModelRow, 'id' | 'graph' | 'native'>>(sql`
        select m.id, r.graph, (select i.value from model_insight i where i.model_id = m.id and i.name = 'native') as native
        from model m join training_run r on r.id = m.training_run_id where m.id = any(${models})`)
    ).map((row) => [row.id, row]),
  )

/** The job that computes it, or that last tried to. */
export const insightJobOf = async (queries: Queries, model: string): Promise<string | null> =>
  (
    await queries.first<{ id: string }>(
      sql`select id from job where kind = 'computeInsights' and subject_id = ${model} order by created_at desc limit 1`,
    )
  )?.id ?? null

export type StoredExplanation = Omit<Explanation, 'id' | 'modelId' | 'jobId' | 'createdAt'>

export type ExplanationRow = {
  readonly id: string
  readonly model_id: string
  readonly job_id: string
  readonly value: StoredExplanation
  readonly created_at: Date
}

/** Those of before there were exact ones say nothing of scores. */
export const toExplanation = ({ id, model_id, job_id, value, created_at }: ExplanationRow): Explanation => ({
  id,
  modelId: model_id,
  jobId: job_id,
  createdAt: created_at.toISOString(),
  ...value,
  whySampled: value.whySampled ?? null,
  outputs: value.outputs.map((output) => ({ ...output, score: output.score ?? null })),
})

/** So many of a person and a model stay. */
const mostExplanations = 500

/** The first is listed first. */
export const keepExplanations = async (
  queries: Queries,
  job: { readonly id: string; readonly owner_id: string },
  model: string,
  explanations: readonly StoredExplanation[],
): Promise<void> => {
  const now = Date.now()
  // Those of one job are of one moment: their ids say in which order they are listed.
  for (const [at, value] of explanations.toReversed().entries())
    await queries.run(sql`
      insert into explanation (id, model_id, owner_id, job_id, value, created_at)
      values (${newId('explanation', now + at)}, ${model}, ${job.owner_id}, ${job.id}, ${json(value)}, ${new Date(now)})`)
  await queries.run(sql`
    delete from explanation where id in (
      select id from explanation where model_id = ${model} and owner_id = ${job.owner_id}
      order by created_at desc, id desc offset ${mostExplanations})`)
}

export const explanationsOf = (
  queries: Queries,
  model: string,
  owner: string,
  job: string | undefined,
  after: Sql,
  limit: number,
) =>
  queries.rows<ExplanationRow>(sql`
    select o.id, o.model_id, o.job_id, o.value, o.created_at from explanation o
    where o.model_id = ${model} and o.owner_id = ${owner} ${job === undefined ? sql`` : sql`and o.job_id = ${job}`} ${after}
    order by o.created_at desc, o.id desc limit ${limit}`)
