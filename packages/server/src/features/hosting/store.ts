import type {
  AlgorithmCode,
  Application,
  ArchiveManifest,
  Experiment,
  HostedModel,
  LineageItem,
  ModelFile,
  ModelRelease,
  Origin,
  PublishConfiguration,
  Proof,
  RegisteredModel,
  UsedAlgorithm,
} from '@modelsmith/api'
import {
  declaredInputs,
  type ExperimentState,
  fieldsOf,
  type Hyperparameter,
  type ModelReleaseState,
  usualConfiguration,
} from '@modelsmith/domain'
import { type Outcome, servingPaths } from '@modelsmith/serving'
import { codedFile, isCoded, type SavedModel } from './coded/coded-file.ts'
import { json, type Queries, type Sql, sql } from '../../infra/database/database.ts'
import type { StoredFile } from '../../infra/objects/step-cache.ts'
import { type ObjectRow, objectFields } from '../../infra/rights/objects.ts'

export type RegisteredModelRow = {
  readonly id: string
  readonly alias: string
  readonly sensitivity: RegisteredModel['sensitivity']
  readonly experiments: number
  readonly releases: number
  readonly latest: {
    readonly id: string
    readonly number: number
    readonly algorithm: string
    readonly publishedAt: string
  } | null
}

const modelColumns = sql`m.id, m.alias,
  case when exists (select 1 from object_grant g where g.object_id = m.id and g.grantee_kind = 'organisation') then 'public' else 'private' end as sensitivity,
  (select count(*)::int from experiment e join object eo on eo.id = e.id where e.registered_model_id = m.id and eo.deleted_at is null) as experiments,
  (select count(*)::int from model_release r where r.registered_model_id = m.id and r.number is not null) as releases,
  (select jsonb_build_object('id', r.id, 'number', r.number, 'algorithm', r.serving->>'algorithm', 'publishedAt', to_char(r.published_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
     from model_release r where r.registered_model_id = m.id and r.state = 'latest') as latest`
const modelFrom = sql`registered_model m`

export const toRegisteredModel = (object: ObjectRow, row: RegisteredModelRow): RegisteredModel => ({
  ...objectFields(object),
  alias: row.alias,
  description: object.description,
  scene: 'custom',
  sensitivity: row.sensitivity,
  experiments: row.experiments,
  releases: row.releases,
  latestRelease: row.latest,
})

export const insertRegisteredModel = (
  queries: Queries,
  { id, alias }: { readonly id: string; readonly alias: string },
) => queries.run(sql`insert into registered_model (id, alias, scene) values (${id}, ${alias}, 'custom')`)
export const findRegisteredModel = (queries: Queries, id: string) =>
  queries.first<RegisteredModelRow>(sql`select ${modelColumns} from ${modelFrom} where m.id = ${id}`)
export const registeredModelsOf = (queries: Queries, ids: readonly string[]) =>
  queries.rows<RegisteredModelRow>(sql`select ${modelColumns} from ${modelFrom} where m.id = any(${ids})`)
export const setAlias = (queries: Queries, id: string, alias: string) =>
  queries.run(sql`update registered_model set alias = ${alias} where id = ${id}`)
/** A public model is shared with the whole organisation; nothing else says so, and the dialog of sharing says the same. */
export const setSeenBy = async (
  queries: Queries,
  { id: person, organisation }: { readonly id: string; readonly organisation: string },
  model: string,
  sensitivity: RegisteredModel['sensitivity'],
): Promise<void> => {
  if (sensitivity === 'private') {
    await queries.run(sql`delete from object_grant where object_id = ${model} and grantee_kind = 'organisation'`)
    return
  }
  await queries.run(sql`
    insert into object_grant (object_id, grantee_id, grantee_kind, role, granted_by, granted_at)
    values (${model}, ${organisation}, 'organisation', 'consumer', ${person}, now()) on conflict do nothing`)
}
/** The name of a deployment that serves a release of the model. */
export const deploymentOf = (queries: Queries, model: string) =>
  queries.first<{ name: string }>(sql`
    select o.name from release r join model_release mr on mr.id = r.model_release_id join object o on o.id = r.deployment_id
    where mr.registered_model_id = ${model} and o.deleted_at is null limit 1`)

/** What lies in the object store of a model file, with what its upload said. */
export type StoredModelFile = ModelFile & { readonly key: string; readonly saved?: SavedModel }

export type ExperimentRow = {
  readonly id: string
  readonly registered_model_id: string
  readonly number: number
  readonly state: ExperimentState
  readonly training: boolean
  readonly sample_set_id: string | null
  readonly sample_set_version: number | null
  readonly project_id: string | null
  readonly trained_model_id: string | null
  readonly file: StoredModelFile | null
  /** As the file itself calls its inputs; null where there is none, or only code can read it. */
  readonly model: HostedModel | null
  readonly algorithm: string | null
  readonly custom_algorithm: UsedAlgorithm | null
  readonly application: Application
  readonly proof: Proof | null
  readonly submitted_at: Date | null
}

/** The model under the names of the algorithm that was chosen; null where there is no file. */
export const modelOf = ({
  file,
  model,
  custom_algorithm: custom,
}: Pick<ExperimentRow, 'file' | 'model' | 'custom_algorithm'>): HostedModel | null => {
  const own = file !== null && isCoded(custom) ? codedFile(file, custom) : model
  return own === null ? null : declaredInputs<HostedModel>(own, custom?.definition)
}

const fileOf = ({ key: _, saved: __, ...file }: StoredModelFile): ModelFile => file

const rowsOf = ({
  sample_set_id: sampleSetId,
  sample_set_version: sampleSetVersion,
  project_id: projectId,
}: ExperimentRow): Experiment['rows'] =>
  sampleSetId === null || sampleSetVersion === null || projectId === null
    ? null
    : { sampleSetId, sampleSetVersion, projectId }

export const toExperiment = (object: ObjectRow, row: ExperimentRow): Experiment => ({
  ...objectFields(object),
  registeredModelId: row.registered_model_id,
  number: row.number,
  description: object.description,
  state: row.state,
  training: row.training,
  rows: rowsOf(row),
  modelId: row.trained_model_id,
  file: row.file === null ? null : fileOf(row.file),
  model: modelOf(row),
  algorithm: row.algorithm,
  customAlgorithm: row.custom_algorithm,
  application: row.application,
  proof: row.proof,
  submittedAt: row.submitted_at?.toISOString() ?? null,
})

/** The next number of the model's experiments; the caller holds the model's row. */
export const nextExperimentNumber = async (queries: Queries, model: string): Promise<number> => {
  await queries.run(sql`select 1 from registered_model where id = ${model} for update`)
  const found = await queries.first<{ next: number }>(
    sql`select coalesce(max(number), 0) + 1 as next from experiment where registered_model_id = ${model}`,
  )
  return found?.next ?? 1
}
export const insertExperiment = (
  queries: Queries,
  experiment: { id: string; model: string; number: number; training: boolean },
) =>
  queries.run(sql`insert into experiment (id, registered_model_id, number, state, training, application)
    values (${experiment.id}, ${experiment.model}, ${experiment.number}, 'developing', ${experiment.training}, ${json({ inputs: [], passThrough: [] })})`)
export const findExperiment = (queries: Queries, id: string) =>
  queries.first<ExperimentRow>(sql`select * from experiment where id = ${id}`)
/** The same, kept from others until the transaction ends. */
export const lockExperiment = (queries: Queries, id: string) =>
  queries.first<ExperimentRow>(sql`select * from experiment where id = ${id} for update`)
export const listExperiments = (queries: Queries, model: string, after: Sql, limit: number) =>
  queries.rows<ObjectRow & { experiment: ExperimentRow }>(sql`
    select o.*, p.name as owner_name from object o join experiment e on e.id = o.id join person p on p.id = o.owner_id
    where e.registered_model_id = ${model} and o.deleted_at is null ${after} order by o.created_at desc, o.id desc limit ${limit}`)
export const experimentsOf = (queries: Queries, ids: readonly string[]) =>
  queries.rows<ExperimentRow>(sql`select * from experiment where id = any(${ids})`)
export const setFile = (
  queries: Queries,
  id: string,
  {
    file,
    model,
    algorithm,
    application,
  }: Pick<ExperimentRow, 'algorithm' | 'application'> & { file: StoredModelFile; model: HostedModel | null },
) =>
  queries.run(sql`update experiment set file = ${json(file)}, model = ${model === null ? null : json(model)}, algorithm = ${algorithm},
    application = ${json(application)}, proof = null where id = ${id}`)
export const setRows = (
  queries: Queries,
  id: string,
  { sampleSetId, sampleSetVersion, projectId }: NonNullable<Experiment['rows']>,
) =>
  queries.run(sql`update experiment set sample_set_id = ${sampleSetId}, sample_set_version = ${sampleSetVersion}, project_id = ${projectId}
    where id = ${id}`)
export const setTrained = (
  queries: Queries,
  id: string,
  {
    trained_model_id,
    model,
    algorithm,
    application,
  }: Pick<ExperimentRow, 'trained_model_id' | 'model' | 'algorithm' | 'application'>,
) =>
  queries.run(sql`update experiment set trained_model_id = ${trained_model_id}, model = ${json(model)}, algorithm = ${algorithm},
    application = ${json(application)} where id = ${id}`)
export const setChoices = (
  queries: Queries,
  id: string,
  { algorithm, custom_algorithm, application }: Pick<ExperimentRow, 'algorithm' | 'custom_algorithm' | 'application'>,
) =>
  queries.run(sql`update experiment set proof = case when application = ${json(application)}::jsonb and custom_algorithm->'code' is not distinct from ${json(custom_algorithm)}::jsonb->'code' then proof end,
    algorithm = ${algorithm}, custom_algorithm = ${json(custom_algorithm)}, application = ${json(application)} where id = ${id}`)
export const setProof = (queries: Queries, id: string, proof: Proof) =>
  queries.run(sql`update experiment set proof = ${json(proof)} where id = ${id}`)
export const setState = (queries: Queries, id: string, state: ExperimentState) =>
  queries.run(sql`update experiment set state = ${state},
    submitted_at = case when ${state} = 'submitted' then now() else submitted_at end where id = ${id}`)
export const releaseOfExperiment = (queries: Queries, id: string) =>
  queries.first<{ number: number | null }>(
    sql`select number from model_release where experiment_id = ${id} and state <> 'failed' limit 1`,
  )

export type FileUploadRow = {
  readonly id: string
  readonly experiment_id: string
  readonly file_name: string
  readonly bytes: number
  readonly sha256: string
  readonly received: number
  readonly parts: readonly string[]
}
export const insertFileUpload = (queries: Queries, row: Omit<FileUploadRow, 'received' | 'parts'>) =>
  queries.first<FileUploadRow>(sql`
    insert into file_upload (id, experiment_id, file_name, bytes, sha256, created_at)
    values (${row.id}, ${row.experiment_id}, ${row.file_name}, ${row.bytes}, ${row.sha256}, now())
    on conflict (experiment_id, sha256) do update set file_name = excluded.file_name returning *`)
export const findFileUpload = (queries: Queries, id: string) =>
  queries.first<FileUploadRow>(sql`select * from file_upload where id = ${id}`)
export const lockFileUpload = (queries: Queries, id: string) =>
  queries.first<FileUploadRow>(sql`select * from file_upload where id = ${id} for update`)
export const addPart = (queries: Queries, id: string, key: string, bytes: number) =>
  queries.run(
    sql`update file_upload set parts = parts || ${json([key])}::jsonb, received = received + ${bytes} where id = ${id}`,
  )
export const removeFileUpload = (queries: Queries, id: string) =>
  queries.run(sql`delete from file_upload where id = ${id}`)
export const fileUploadsOf = (queries: Queries, experiment: string) =>
  queries.rows<FileUploadRow>(
    sql`select * from file_upload where experiment_id = ${experiment} order by created_at desc, id desc`,
  )
export const setWhole = (queries: Queries, id: string, key: string, bytes: number) =>
  queries.run(sql`update file_upload set parts = ${json([key])}, received = ${bytes} where id = ${id}`)

/** All that the answers of a release depend on; never changed. */
export type Served = {
  /** null: of a model that was trained. */
  readonly file: StoredModelFile | null
  readonly algorithm: string
  readonly application: Application
  readonly outcome: Outcome
  /** Releases of before there was one serve everything. */
  readonly configuration?: PublishConfiguration
  readonly proof: Proof | null
  readonly coded?: ServedCode
  readonly trained?: ServedModel
}
/** Of a release of a trained model: its folder, and what it may be told. */
export type ServedModel = {
  /** null: it was trained in another installation. */
  readonly modelId: string | null
  readonly parameters: readonly Hyperparameter[]
  readonly files: readonly StoredFile[]
}
/** Of a release whose file code runs: the code, what it gives, what it may be told, and the folder of it all once it is published. */
export type ServedCode = {
  /** null: its task is one of another installation. */
  readonly code: AlgorithmCode | null
  readonly outputs: HostedModel['outputs']
  readonly parameters: readonly Hyperparameter[]
  readonly files: readonly StoredFile[]
}
/** The folder of a release, for whoever serves it. */
export const releasedFiles = ({ file, coded, trained }: Served): readonly StoredFile[] =>
  trained?.files ?? coded?.files ?? (file === null ? [] : [{ ...file, path: servingPaths.modelFile }])

/** Whether code runs what somebody uploaded: a model file, or what a training in another installation wrote. */
export const runsUploadedFiles = ({ coded, trained }: Pick<Served, 'coded' | 'trained'>): boolean =>
  coded !== undefined || trained?.modelId === null

export type ModelReleaseRow = {
  readonly id: string
  readonly registered_model_id: string
  /** null: it came from another installation, which `origin` tells of. */
  readonly experiment_id: string | null
  readonly experiment_name: string
  readonly origin: StoredOrigin | null
  readonly number: number | null
  readonly state: ModelReleaseState
  readonly tags: readonly string[]
  readonly description: string
  readonly serving: Served
  readonly error: ModelRelease['error']
  readonly job_id: string | null
  readonly created_at: Date
  readonly published_at: Date | null
}
/** What the archive of a release said of where it comes from; what it was made from is of there, and has no ids here. */
export type StoredOrigin = Origin & { readonly lineage: readonly LineageItem[]; readonly archive: ArchiveOf }
type ArchiveOf = Pick<ArchiveManifest, 'environments' | 'files'>
const releaseFrom = sql`(select r.*, coalesce(eo.name, r.origin ->> 'experiment') as experiment_name
  from model_release r left join object eo on eo.id = r.experiment_id) o`

export const toModelRelease = (row: ModelReleaseRow): ModelRelease => {
  const { file, trained, algorithm, application, outcome, proof, configuration, coded } = row.serving
  return {
    id: row.id,
    registeredModelId: row.registered_model_id,
    experimentId: row.experiment_id,
    experimentName: row.experiment_name,
    number: row.number,
    state: row.state,
    tags: [...row.tags],
    description: row.description,
    algorithm,
    configuration: configuration ?? usualConfiguration,
    fields: [...fieldsOf(application)],
    passThrough: application.passThrough.map(({ field }) => field),
    predictionParameters: [...((trained ?? coded)?.parameters ?? [])],
    targetType: outcome.targetType,
    classes: [...outcome.classes],
    proof,
    file: file === null ? null : fileOf(file),
    modelId: trained?.modelId ?? null,
    origin: originOf(row),
    error: row.error,
    jobId: row.job_id,
    createdAt: row.created_at.toISOString(),
    publishedAt: row.published_at?.toISOString() ?? null,
  }
}

const originOf = ({ origin }: ModelReleaseRow): Origin | null => {
  if (origin === null) return null
  const { lineage: _, archive: __, ...told } = origin
  return told
}

/** Versions of the tasks that answer by a release: those of the code of its file, or of what was trained. */
export const taskVersionsOf = async (
  queries: Queries,
  { serving: { coded, trained } }: Pick<ModelReleaseRow, 'serving'>,
): Promise<readonly string[]> => {
  if (coded !== undefined) return coded.code === null ? [] : [coded.code.taskVersionId]
  if (trained === undefined || trained.modelId === null) return []
  const rows = await queries.rows<{ version: string }>(sql`
    select distinct node->>'taskVersion' as version from model m join training_run r on r.id = m.training_run_id
      cross join lateral jsonb_array_elements(r.graph->'nodes') node where m.id = ${trained.modelId}`)
  return rows.map(({ version }) => version)
}

/** Whoever changes releases of a model takes it first, and its experiments after that: in another order two would wait for each other. */
export const lockModel = (queries: Queries, model: string) =>
  queries.run(sql`select 1 from object where id = ${model} for update`)

/** Undefined where another release of the model is being prepared. */
export const insertModelRelease = (
  queries: Queries,
  row: { id: string; model: string; experiment: string; description: string; serving: Served },
) =>
  queries.first<{ id: string }>(sql`
    insert into model_release (id, registered_model_id, experiment_id, model_id, state, description, serving, created_at)
    values (${row.id}, ${row.model}, ${row.experiment}, ${row.serving.trained?.modelId ?? null}, 'preparing', ${row.description}, ${json(row.serving)}, now())
    on conflict (registered_model_id) where state = 'preparing' do nothing returning id`)
export const setReleaseJob = (queries: Queries, id: string, job: string) =>
  queries.run(sql`update model_release set job_id = ${job} where id = ${id}`)
export const findModelRelease = (queries: Queries, id: string) =>
  queries.first<ModelReleaseRow>(sql`select o.* from ${releaseFrom} where o.id = ${id}`)
export const listModelReleases = (queries: Queries, model: string, after: Sql, limit: number) =>
  queries.rows<ModelReleaseRow>(
    sql`select o.* from ${releaseFrom} where o.registered_model_id = ${model} ${after} order by o.created_at desc, o.id desc limit ${limit}`,
  )
/** A release that came in an archive: it stands by, unless the model has no other. */
export const insertImported = (
  queries: Queries,
  row: { id: string; model: string; description: string; serving: Served; origin: StoredOrigin },
) =>
  queries.run(sql`
    insert into model_release (id, registered_model_id, state, number, description, serving, origin, created_at, published_at)
    select ${row.id}, ${row.model}, case when exists (select 1 from model_release where registered_model_id = ${row.model} and state = 'latest')
        then 'standby' else 'latest' end,
      (select coalesce(max(number), 0) + 1 from model_release where registered_model_id = ${row.model}),
      ${row.description}, ${json(row.serving)}, ${json(row.origin)}, now(), now()`)
/** A release that answers from other files than the one that it is of: it stands by, with the next number. */
export const insertRebuilt = (
  queries: Queries,
  { id, of, description, serving }: { id: string; of: ModelReleaseRow; description: string; serving: Served },
) =>
  queries.run(sql`
    insert into model_release (id, registered_model_id, experiment_id, origin, state, number, description, serving, created_at, published_at)
    select ${id}, registered_model_id, experiment_id, origin, 'standby',
      (select max(number) + 1 from model_release where registered_model_id = ${of.registered_model_id}), ${description}, ${json(serving)}, now(), now()
    from model_release where id = ${of.id}`)
/** The release of a model that came of the same one of the same installation. */
export const importedBefore = (
  queries: Queries,
  model: string,
  { fingerprint, releaseId }: Pick<Origin, 'fingerprint' | 'releaseId'>,
) =>
  queries.first<{ number: number }>(sql`
    select number from model_release where registered_model_id = ${model} and origin ->> 'fingerprint' = ${fingerprint}
      and origin ->> 'releaseId' = ${releaseId} limit 1`)
/** The release becomes the latest, with the next number where it has none; the one before stands by. */
export const publishRelease = async (
  queries: Queries,
  { id, registered_model_id: model }: Pick<ModelReleaseRow, 'id' | 'registered_model_id'>,
) => {
  await lockModel(queries, model)
  await queries.run(
    sql`update model_release set state = 'standby' where registered_model_id = ${model} and state = 'latest' and id <> ${id}`,
  )
  await queries.run(sql`
    update model_release set state = 'latest', published_at = coalesce(published_at, now()),
      number = coalesce(number, (select coalesce(max(number), 0) + 1 from model_release where registered_model_id = ${model}))
    where id = ${id}`)
}
export const setTags = (queries: Queries, id: string, tags: readonly string[]) =>
  queries.run(sql`update model_release set tags = ${json(tags)} where id = ${id}`)
export const setServing = (queries: Queries, id: string, serving: Served) =>
  queries.run(sql`update model_release set serving = ${json(serving)} where id = ${id}`)
export const failRelease = (queries: Queries, id: string, error: ModelRelease['error']) =>
  queries.run(
    sql`update model_release set state = 'failed', error = ${json(error)} where id = ${id} and state = 'preparing'`,
  )

/** What is deleted with a model: its jobs under way, its experiments, and all that holds objects. */
export const partsOfModel = async (queries: Queries, model: string) => {
  const experiments = await queries.rows<{ id: string }>(
    sql`select id from experiment where registered_model_id = ${model}`,
  )
  const releases = await queries.rows<{ id: string }>(
    sql`select id from model_release where registered_model_id = ${model}`,
  )
  const jobs = await queries.rows<{ id: string }>(sql`
    select id from job where subject_id = any(${[model, ...experiments.map(({ id }) => id)]}) and state in ('queued', 'running')
    order by id for update`)
  const uploads = await queries.rows<{ id: string }>(sql`
    select u.id from file_upload u join experiment e on e.id = u.experiment_id where e.registered_model_id = ${model}`)
  return {
    experiments: experiments.map(({ id }) => id),
    jobs: jobs.map(({ id }) => id),
    holders: [...experiments, ...releases, ...uploads].map(({ id }) => id),
  }
}
export const removeExperiments = async (queries: Queries, ids: readonly string[]): Promise<void> => {
  await queries.run(
    sql`update object set deleted_at = now(), version = version + 1 where id = any(${ids}) and deleted_at is null`,
  )
  await queries.run(sql`delete from file_upload where experiment_id = any(${ids})`)
}
