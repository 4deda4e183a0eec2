import { randomBytes } from 'node:crypto'
import type { BlueprintGraph } from '@modelsmith/domain'
import type { Dataset, DatasetVersion, Deployment, Job, Operation, Project, Task, TrainingRun } from '@modelsmith/api'
import type { FittedManifest } from '@modelsmith/runner'
import { packVersion } from '@modelsmith/scoring'
import { expect } from 'vitest'
import { ingestJob } from '../features/datasets/index.ts'
import { buildJob } from '../features/environments/index.ts'
import { type JobHandlers, startJobRunner } from '../features/jobs/index.ts'
import { handlersWith } from './handlers.ts'
import { publishJob } from '../features/hosting/index.ts'
import type { TrainingSupplies } from '../features/training/index.ts'
import { importJob } from '../features/tasks/index.ts'
import { insertGroup } from '../features/people/store.ts'
import { insertTrusted } from '../features/registry/store.ts'
import { json, sql } from '../infra/database/database.ts'
import { newId } from '../infra/ids.ts'
import { hold } from '../infra/objects/references.ts'
import { insertVersion as insertEnvironmentVersion } from '../features/environments/store.ts'
import { insertBeside, insertObject } from '../infra/rights/objects.ts'
import { makeKeys } from '../infra/secrets/seal.ts'
import { makeSigningKey } from '../infra/secrets/signing.ts'
import { jobEndings } from '../job-endings.ts'
import { call, type CallParts } from './call.ts'
import type { Platform, TestPerson } from './platform.ts'

export const rowsCsv = `size,colour,sold\n${Array.from({ length: 40 }, (_, row) => `${row},${row % 3 === 0 ? 'red' : 'blue'},${row % 2 === 0 ? 'yes' : 'no'}`).join('\n')}\n`

export const taskFiles = {
  'custom.py':
    'class CustomTask:\n    def fit(self, X, y, **kwargs):\n        pass\n\n    def transform(self, X):\n        return X\n',
  'model-metadata.yaml': 'name: Same\ntargetType: transform\n',
}

const graphOf = (taskVersion: string): BlueprintGraph => ({
  nodes: [{ id: 'model', taskVersion, inputs: [{ from: 'data', dataTypes: ['NUM'] }] }],
})
export const libraryGraph = graphOf('builtin:random-forest@1')

const refuse = async (): Promise<never> => {
  throw new Error('Nothing of this kind is run here.')
}

/** Files that are scored natively need none. */
export const noSessions: TrainingSupplies = {
  runner: { probe: refuse, probeContainers: refuse, open: refuse, close: async () => {} },
  sandboxed: false,
}

/** What a worker of a test runs: readings of files, imports, releases, and what is named. */
export const handlersOf = ({ context }: Platform, others: Partial<JobHandlers> = {}): JobHandlers =>
  handlersWith({
    ingestDataset: ingestJob(context),
    importTask: importJob(context),
    buildEnvironment: buildJob(context),
    // Packages are fetched in the tests of the runner.
    prepareRequirements: async () => ({ result: {}, keep: async () => {} }),
    publishRelease: publishJob(context, noSessions),
    ...others,
  })

/** Runs the queued readings of files and imports, until a job has ended. */
export const runJob = async (
  platform: Platform,
  person: TestPerson,
  id: string,
  others: Partial<JobHandlers> = {},
): Promise<Job> => {
  const runner = startJobRunner({
    database: platform.context.database,
    worker: 'test',
    handlers: handlersOf(platform, others),
    endings: jobEndings,
    logBug: (error) => platform.bugs.push(error),
  })
  try {
    for (;;) {
      const { body } = await call(platform, person, 'getJob', { params: { id } })
      const job = body as unknown as Job
      if (job.endedAt !== null) return job
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  } finally {
    await runner.stop()
  }
}

/** A dataset that has been read. */
export const addDataset = async (platform: Platform, person: TestPerson, csv: string = rowsCsv): Promise<Dataset> => {
  const { body } = await call(platform, person, 'uploadDataset', { files: { 'things.csv': csv } })
  const { dataset, job } = body as unknown as { dataset: Dataset; job: Job }
  expect((await runJob(platform, person, job.id)).error).toBe(null)
  return (await call(platform, person, 'getDataset', { params: { id: dataset.id } })).body as unknown as Dataset
}

const addTask = async (platform: Platform, person: TestPerson): Promise<Task> =>
  ((await call(platform, person, 'uploadTask', { files: taskFiles })).body as { task: unknown }).task as Task

const addProject = async (platform: Platform, person: TestPerson, version: DatasetVersion): Promise<Project> => {
  const body = { name: 'Sales', datasetVersionId: version.id, target: 'sold', partitioning: { folds: 2 } }
  return (await call(platform, person, 'createProject', { body })).body as unknown as Project
}

const manifest: FittedManifest & { target: string; targetType: 'binary' } = {
  version: 1,
  inputs: [{ name: 'size', type: 'integer' }],
  target: 'sold',
  targetType: 'binary',
  classes: ['no', 'yes'],
  seed: 1,
  nodes: [],
}

/** A run whose job a worker has ended with this model, of one file for each of these nodes. */
export const addModel = async (
  { context }: Platform,
  run: TrainingRun,
  nodes: readonly string[] = ['model'],
): Promise<string> => {
  const { database, objects } = context
  const id = newId('model')
  const stored = await objects.putBytes(Buffer.from(`model ${id}`))
  const scorer = await objects.putBytes(Buffer.from('{}'))
  const drawn = ['table.csv', 'notes.txt', 'page.html']
  const files = nodes.flatMap((node) =>
    ['task.pkl', ...drawn].map((file) => ({ path: `artifacts/${node}/${file}`, ...stored })),
  )
  const scores = { validation: {}, crossValidation: {}, crossValidationSpread: {}, holdout: null }
  await database.transaction(async (queries) => {
    await insertBeside(queries, run.id, { id, kind: 'model', name: run.blueprintName })
    await queries.run(sql`
      insert into model (id, project_id, training_run_id, manifest, scores, insights, files, fold_files, out_of_fold_key)
      values (${id}, ${run.projectId}, ${run.id}, ${json(manifest)}, ${json(scores)}, '{}',
        ${json(files)}, ${json(files.map((file) => ({ fold: 1, ...file })))}, ${stored.key})`)
    const native = {
      version: packVersion,
      key: scorer.key,
      state: 'equal',
      reasons: [],
      rows: 8,
      madeUp: 5,
      refused: 0,
      identical: 13,
      largestDifference: 0,
      scorerBytes: scorer.bytes,
      provenAt: new Date().toISOString(),
    }
    await queries.run(sql`
      insert into model_insight (model_id, name, value, created_at) values (${id}, 'native', ${json(native)}, now())`)
    await hold(queries, id, [stored, scorer])
    await queries.run(sql`update training_run set state = 'succeeded', model_id = ${id} where id = ${run.id}`)
    await queries.run(sql`update job set state = 'succeeded', ended_at = now() where id = ${run.jobId}`)
  })
  return id
}

/** An environment whose image nobody has built; members cannot make one themselves. */
const addEnvironment = async ({ context }: Platform, person: TestPerson) => {
  const { database, objects } = context
  const environment = newId('environment')
  const environmentVersion = newId('environmentVersion')
  const stored = await objects.putBytes(Buffer.from('FROM debian:12-slim\n'))
  await database.transaction(async (queries) => {
    await insertObject(queries, {
      id: environment,
      kind: 'environment',
      name: environment,
      owner: person.id,
      organisation: person.organisation,
      workspace: person.workspace,
    })
    const files = [{ path: 'Dockerfile', ...stored }]
    await insertEnvironmentVersion(queries, {
      id: environmentVersion,
      environment_id: environment,
      number: 1,
      files,
      content_hash: stored.key,
      note: null,
      warnings: [],
    })
    await hold(queries, environmentVersion, [stored])
  })
  return { environment, environmentVersion }
}

/** A hosted model with an experiment, an upload under way and a release that a worker has published. */
const addHosted = async (platform: Platform, person: TestPerson) => {
  const { database, objects } = platform.context
  const ask = async (operation: Operation, parts: CallParts) =>
    (await call(platform, person, operation, parts)).body as unknown as { id: string }
  const model = await ask('createRegisteredModel', { body: { name: 'Hosted' } })
  const definition = {
    inputs: [{ name: 'sepal length', type: 'number', role: 'feature' }],
    variableInput: { fewerThan: 4 },
    outputs: [{ name: 'prediction', type: 'text' }],
    trainingParameters: [],
    predictionParameters: [],
  }
  const algorithm = await ask('createCustomAlgorithm', {
    body: { name: 'Our trees', nativeAlgorithm: 'sklearn.DecisionTreeClassifier', definition },
  })
  const experiment = await ask('createExperiment', { params: { id: model.id }, body: {} })
  const trainingExperiment = await ask('createExperiment', { params: { id: model.id }, body: { training: true } })
  const upload = await ask('beginFileUpload', {
    params: { id: experiment.id },
    body: { fileName: 'model.pkl', bytes: 10, sha256: '0'.repeat(64) },
  })
  const release = newId('modelRelease')
  const stored = await objects.putBytes(Buffer.from(`hosted ${release}`))
  const file = { ...stored, fileName: 'model.pkl', sha256: stored.key, format: 'pickle', compression: null }
  const serving = {
    file: { ...file, uploadedAt: '2026-01-31T12:00:00.000Z' },
    algorithm: 'sklearn.Ridge',
    application: { inputs: [], passThrough: [] },
    outcome: { targetType: 'regression', classes: [] },
    proof: null,
  }
  await database.transaction(async (queries) => {
    await queries.run(sql`
      insert into model_release (id, registered_model_id, experiment_id, number, state, description, serving, created_at, published_at)
      values (${release}, ${model.id}, ${experiment.id}, 1, 'latest', '', ${json(serving)}, now(), now())`)
    await hold(queries, release, [stored])
  })
  return {
    registeredModel: model.id,
    algorithm: algorithm.id,
    experiment: experiment.id,
    trainingExperiment: trainingExperiment.id,
    fileUpload: upload.id,
    modelRelease: release,
  }
}

/** The things of a world whose roles stand on themselves; what belongs to a project or a model has theirs. */
export const sharedKinds = [
  'dataset',
  'sampleSet',
  'task',
  'environment',
  'blueprint',
  'project',
  'registeredModel',
  'algorithm',
  'deployment',
  'credential',
] as const

/** Alerts of a deployment that is not watched. */
export const unwatched = {
  hours: 24,
  minimum: 20,
  errorShare: null,
  p95Ms: null,
  psi: null,
  metric: null,
  metricLimit: null,
  mail: false,
}

/** One of everything that a person can own. */
export const makeWorld = async (platform: Platform, person: TestPerson) => {
  const dataset = await addDataset(platform, person)
  const task = await addTask(platform, person)
  const blueprint = (await call(platform, person, 'createBlueprint', { body: { name: 'Forest', graph: libraryGraph } }))
    .body as unknown as { id: string }
  const project = await addProject(platform, person, dataset.latest)
  const started = await call(platform, person, 'train', {
    params: { id: project.id },
    body: { name: 'Forest', graph: libraryGraph },
  })
  const { run, job } = started.body as unknown as { run: TrainingRun; job: Job }
  const model = await addModel(platform, run)
  const searching = await call(platform, person, 'startSearch', {
    params: { id: project.id },
    body: { name: 'Forest', graph: libraryGraph, trials: 2 },
  })
  const { search } = searching.body as unknown as { search: { id: string; jobId: string } }
  // No worker of a test runs it.
  await platform.context.database.run(sql`update job set state = 'failed', ended_at = now() where id = ${search.jobId}`)
  const deployment = (await call(platform, person, 'createDeployment', { body: { name: 'Shop', modelId: model } }))
    .body as unknown as Deployment
  const changeRequest = (
    await call(platform, person, 'createChangeRequest', {
      params: { id: deployment.id },
      body: { action: 'change', settings: { importance: 'high' }, reason: 'Much depends on it' },
      ifMatch: deployment.version,
    })
  ).body as unknown as { id: string }
  const sampleSet = (
    await call(platform, person, 'createSampleSet', {
      body: {
        name: 'Sold or not',
        datasetVersionIds: [dataset.latest.id],
        fields: [
          { name: 'size', role: 'feature' },
          { name: 'sold', role: 'label' },
        ],
      },
    })
  ).body as unknown as { id: string }
  const token = ((await call(platform, person, 'createToken', { body: { name: 'Mine' } })).body as { token: unknown })
    .token as { id: string }
  const { secretsKeyFile, signingKeyFile } = platform.context.settings
  makeKeys(secretsKeyFile)
  makeSigningKey(signingKeyFile)
  const credential = (
    await call(platform, person, 'createCredential', {
      body: { name: 'Warehouse', type: 'database', fields: { password: 'never shown' } },
    })
  ).body as unknown as { id: string }
  const group = newId('group')
  await insertGroup(platform.context.database, {
    id: group,
    organisation: person.organisation,
    name: group,
    description: '',
  })
  const trustedInstallation = newId('trustedInstallation')
  await insertTrusted(platform.context.database, {
    id: trustedInstallation,
    organisation: person.organisation,
    name: 'Elsewhere',
    publicKey: randomBytes(32).toString('base64'),
    by: person.id,
  })
  return {
    person: person.id,
    group,
    trustedInstallation,
    dataset: dataset.id,
    datasetVersion: dataset.latest.id,
    sampleSet: sampleSet.id,
    task: task.id,
    taskVersion: task.latest.id,
    ...(await addEnvironment(platform, person)),
    blueprint: blueprint.id,
    project: project.id,
    trainingRun: run.id,
    search: search.id,
    model,
    deployment: deployment.id,
    changeRequest: changeRequest.id,
    credential: credential.id,
    ...(await addHosted(platform, person)),
    job: job.id,
    token: token.id,
  }
}

export type World = Awaited<ReturnType<typeof makeWorld>>
