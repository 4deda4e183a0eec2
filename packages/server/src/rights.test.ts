import { type Endpoint, endpoints, type Operation } from '@modelsmith/api'
import { writeBlueprint } from '@modelsmith/domain'
import { beforeAll, describe, expect, it } from 'vitest'
import { sql } from './infra/database/database.ts'
import { call, type CallParts } from './testing/call.ts'
import { withPlatform } from './testing/platform.ts'
import { libraryGraph, makeWorld, rowsCsv, sharedKinds, taskFiles, unwatched, type World } from './testing/world.ts'

// Each operation is asked by several strangers within a minute.
const platform = withPlatform({ MODELSMITH_ANONYMOUS_PER_MINUTE: '6000' })
let ours: World
let theirs: World
let expired: string

beforeAll(async () => {
  ours = await makeWorld(platform, platform.people.ann)
  theirs = await makeWorld(platform, platform.people.bob)
  const made = await call(platform, platform.people.ann, 'createToken', { body: { name: 'Old' } })
  expired = String(made.body['secret'])
  await platform.context.database.run(sql`update token set expires_at = now() where name = 'Old'`)
})

const operations = Object.keys(endpoints) as Operation[]
const guarded = operations.filter((name) => endpoints[name].auth === 'required')

it.each(guarded)('%s is refused without credentials', async (operation) => {
  const { status, body } = await call(platform, undefined, operation, { params: { id: ours.dataset } })
  expect([status, body.code]).toEqual([401, 'account.unauthenticated'])
})

it.each(guarded)('%s is refused with a token that nobody has', async (operation) => {
  const { status, body } = await call(platform, { ...platform.people.ann, token: 'msk_0' }, operation, {
    params: { id: ours.dataset },
  })
  expect([status, body.code]).toEqual([401, 'account.wrongToken'])
})

it.each(guarded)('%s is refused with a token that has expired', async (operation) => {
  const { status, body } = await call(platform, { ...platform.people.ann, token: expired }, operation, {
    params: { id: ours.dataset },
  })
  expect([status, body.code]).toEqual([401, 'account.wrongToken'])
})

/** What the `{id}` of a path names, by the path's first word. */
const named: Readonly<Record<string, keyof World>> = {
  tokens: 'token',
  datasets: 'dataset',
  'dataset-versions': 'datasetVersion',
  'sample-sets': 'sampleSet',
  tasks: 'task',
  'task-versions': 'taskVersion',
  'custom-environments': 'environment',
  'environment-versions': 'environmentVersion',
  blueprints: 'blueprint',
  projects: 'project',
  'training-runs': 'trainingRun',
  searches: 'search',
  models: 'model',
  'registered-models': 'registeredModel',
  'custom-algorithms': 'algorithm',
  experiments: 'experiment',
  'file-uploads': 'fileUpload',
  releases: 'modelRelease',
  'trusted-installations': 'trustedInstallation',
  deployments: 'deployment',
  'change-requests': 'changeRequest',
  credentials: 'credential',
  jobs: 'job',
  objects: 'task',
  people: 'person',
  groups: 'group',
}

/** The rest of a request that would succeed for the owner. */
const rest = (operation: Operation, world: World): CallParts => {
  const endpoint: Endpoint = endpoints[operation]
  const bodies: Partial<Record<Operation, CallParts>> = {
    changeDatasetSchema: { body: { columns: [{ name: 'size', type: 'text' }] } },
    adviseTarget: { query: { column: 'sold' } },
    compareTaskVersions: { query: { with: world.taskVersion } },
    cloneTaskVersion: { body: {} },
    importTaskVersion: { body: { url: 'https://example.org/a' } },
    importBlueprintVersion: { body: { yaml: '' } },
    getTaskFile: { query: { path: 'custom.py' } },
    downloadArtifact: { query: { node: 'model', path: 'task.pkl' } },
    getCustomInsight: { query: { node: 'model', path: 'table.csv' } },
    renderCustomInsight: { query: { node: 'model', path: 'page.html' } },
    grantNetwork: { body: { reason: 'It asks a service.' } },
    grantCredential: { body: { taskVersionId: world.taskVersion, prefix: 'WH' } },
    revokeCredential: { query: { taskVersionId: world.taskVersion } },
    train: { body: { name: 'Forest', graph: libraryGraph } },
    createSampleSetProject: { body: { name: 'S' } },
    previewSplit: { body: {} },
    addEvaluation: { body: { taskVersionId: world.taskVersion } },
    removeEvaluation: { query: { evaluation: 'evaluation_00000000000000000000000000' } },
    trainRepository: { body: { ids: ['none'] } },
    getSearchSpace: { body: { name: 'Forest', graph: libraryGraph } },
    startSearch: { body: { name: 'Forest', graph: libraryGraph, trials: 1 } },
    resumeSearch: { body: {} },
    trainTrial: { body: { trial: 1 } },
    predictDataset: { body: { datasetVersionId: world.datasetVersion } },
    predict: { body: { rows: [{ size: 1 }] } },
    replaceModel: { body: { modelId: world.model, reason: 'Better' } },
    rollBackDeployment: { body: {} },
    pauseDeployment: { body: { reason: 'Wrong' } },
    setFallback: { body: { deploymentId: null, reason: 'None' } },
    createChangeRequest: { body: { action: 'delete', reason: 'Nobody asks it' } },
    rejectChangeRequest: { body: { reason: 'Somebody does' } },
    getLoggedRequest: { query: { request: 'nobody' } },
    scoreRequestAgain: { body: { requestId: 'nobody' } },
    computeFeatureImportance: { body: {} },
    explainRequest: { body: { requestId: 'nobody', row: 0 } },
    getFeatureDrift: { query: { name: 'size' } },
    setBaseline: { body: { source: 'firstRows' } },
    setAlerts: { body: unwatched },
    startBatch: { body: { source: { kind: 'dataset', datasetVersionId: world.datasetVersion } } },
    createBatchSchedule: {
      body: {
        name: 'Nightly',
        cron: '0 2 * * *',
        batch: { source: { kind: 'dataset', datasetVersionId: world.datasetVersion } },
      },
    },
    changeBatchSchedule: { body: { scheduleId: 'schedule_00000000000000000000000000' } },
    deleteBatchSchedule: { query: { schedule: 'schedule_00000000000000000000000000' } },
    runBatchSchedule: { body: { scheduleId: 'schedule_00000000000000000000000000' } },
    addChallenger: { body: { modelId: world.model } },
    removeChallenger: { query: { challenger: 'challenger_00000000000000000000000000' } },
    replayChallenger: { body: { challengerId: 'challenger_00000000000000000000000000' } },
    promoteChallenger: { body: { challengerId: 'challenger_00000000000000000000000000', reason: 'Better' } },
    addActuals: { body: { actuals: [{ associationId: 'a', actual: 'yes' }] } },
    computeFeatureInsights: { body: {} },
    explainRows: { body: {} },
    explainByRelease: { body: { rows: [{ size: 1 }] } },
    deactivatePerson: { body: {} },
    share: { body: { grantee: platform.people.mia.id, role: 'consumer' } },
    unshare: { query: { grantee: platform.people.mia.id } },
    transferOwnership: { body: { person: platform.people.mia.id } },
    createExperiment: { body: {} },
    chooseExperimentRows: { body: { sampleSetId: world.sampleSet } },
    trainExperiment: { body: { algorithms: [{ repositoryId: 'baseline' }] } },
    beginFileUpload: { body: { fileName: 'a.pkl', bytes: 1, sha256: '0'.repeat(64) } },
    sendFilePart: { query: { offset: 0 }, body: 'x', headers: { 'content-type': 'application/octet-stream' } },
    tryExperiment: { body: { rows: [{ size: 1 }] } },
    proveExperiment: { body: { rows: [{ size: 1 }] } },
    releaseExperiment: { body: { experimentId: world.experiment } },
    compareReleases: { query: { with: world.modelRelease } },
    tagRelease: { body: { tags: [] } },
    rebuildDeployment: { body: { package: 'numpy', atLeast: '99' } },
  }
  if (endpoint.body?.kind === 'multipart') {
    return {
      files: operation === 'uploadTaskVersion' ? taskFiles : { 'rows.csv': rowsCsv },
      ...(operation === 'editTask' ? { fields: { base: world.taskVersion } } : {}),
    }
  }
  return {
    ...(endpoint.method === 'PATCH' ? { body: {} } : bodies[operation]),
    ...(endpoint.ifMatch === true ? { ifMatch: 1 } : {}),
  }
}

const withObject = guarded.filter((name) => endpoints[name].path.includes('{id}'))

describe('an object of another organisation', () => {
  it.each(withObject)('looks to %s as if it did not exist', async (operation) => {
    const kind = named[endpoints[operation].path.split('/')[1] ?? ''] as keyof World
    const asked = (id: string) =>
      call(platform, platform.people.ann, operation, { params: { id }, ...rest(operation, ours) })
    const foreign = await asked(theirs[kind])
    const absent = await asked(theirs[kind].replace(/.{6}$/, '000000'))
    expect([foreign.status, foreign.body.code]).toEqual([404, 'object.notFound'])
    const { requestId: _first, ...said } = foreign.body
    const { requestId: _second, ...saidOfNothing } = absent.body
    expect(JSON.stringify(said).replaceAll(theirs[kind], 'ID')).toBe(
      JSON.stringify(saidOfNothing).replaceAll(theirs[kind].replace(/.{6}$/, '000000'), 'ID'),
    )
  })

  const inBody: readonly [string, Operation, () => CallParts][] = [
    [
      'a dataset version',
      'createProject',
      () => ({ body: { name: 'P', datasetVersionId: theirs.datasetVersion, target: 'sold' } }),
    ],
    [
      'a dataset version',
      'predictDataset',
      () => ({ params: { id: ours.model }, body: { datasetVersionId: theirs.datasetVersion } }),
    ],
    [
      'a task version',
      'compareTaskVersions',
      () => ({ params: { id: ours.taskVersion }, query: { with: theirs.taskVersion } }),
    ],
    [
      'a task version',
      'editTask',
      () => ({ params: { id: ours.task }, files: taskFiles, fields: { base: theirs.taskVersion } }),
    ],
    [
      'a task version',
      'grantCredential',
      () => ({ params: { id: ours.credential }, body: { taskVersionId: theirs.taskVersion, prefix: 'WH' } }),
    ],
    [
      'a task version',
      'createCustomAlgorithm',
      () => ({
        body: {
          name: 'A',
          taskVersionId: theirs.taskVersion,
          definition: {
            inputs: [{ name: 'a', type: 'number', role: 'feature' }],
            variableInput: null,
            outputs: [{ name: 'b', type: 'number' }],
            trainingParameters: [],
            predictionParameters: [],
          },
        },
      }),
    ],
    ['a blueprint', 'train', () => ({ params: { id: ours.project }, body: { blueprintId: theirs.blueprint } })],
    ['a project', 'checkBlueprint', () => ({ body: { graph: libraryGraph, projectId: theirs.project } })],
    [
      'a sample set',
      'chooseExperimentRows',
      () => ({ params: { id: ours.trainingExperiment }, body: { sampleSetId: theirs.sampleSet } }),
    ],
    [
      'a function',
      'addEvaluation',
      () => ({ params: { id: ours.project }, body: { taskVersionId: theirs.taskVersion } }),
    ],
    [
      'a function',
      'previewSplit',
      () => ({
        params: { id: ours.sampleSet },
        body: { partitioning: { method: 'function', function: theirs.taskVersion } },
      }),
    ],
    ['a model', 'createDeployment', () => ({ body: { name: 'D', modelId: theirs.model } })],
    ['a release', 'createDeployment', () => ({ body: { name: 'D', modelReleaseId: theirs.modelRelease } })],
    [
      'an experiment',
      'releaseExperiment',
      () => ({ params: { id: ours.registeredModel }, body: { experimentId: theirs.experiment } }),
    ],
    [
      'a dataset version',
      'startBatch',
      () => ({
        params: { id: ours.deployment },
        body: { source: { kind: 'dataset', datasetVersionId: theirs.datasetVersion } },
      }),
    ],
    [
      'a credential',
      'startBatch',
      () => ({
        params: { id: ours.deployment },
        body: { source: { kind: 'postgres', credentialId: theirs.credential, query: 'select 1' } },
      }),
    ],
    [
      'a credential',
      'createBatchSchedule',
      () => ({
        params: { id: ours.deployment },
        body: {
          name: 'Nightly',
          cron: '0 2 * * *',
          batch: { source: { kind: 's3', credentialId: theirs.credential, url: 's3://bucket/key' } },
        },
      }),
    ],
    [
      'a release',
      'compareReleases',
      () => ({ params: { id: ours.modelRelease }, query: { with: theirs.modelRelease } }),
    ],
    [
      'a registered model',
      'importRelease',
      () => ({ files: { 'a.zip': 'a' }, fields: { registeredModelId: theirs.registeredModel } }),
    ],
    ['a model', 'addChallenger', () => ({ params: { id: ours.deployment }, body: { modelId: theirs.model } })],
    [
      'a model',
      'replaceModel',
      () => ({ params: { id: ours.deployment }, ifMatch: 1, body: { modelId: theirs.model, reason: 'Better' } }),
    ],
    [
      'a model',
      'createChangeRequest',
      () => ({
        params: { id: ours.deployment },
        ifMatch: 1,
        body: { action: 'replace', replacement: { modelId: theirs.model }, reason: 'Better' },
      }),
    ],
  ]
  it.each(inBody)('cannot be named: %s in the body of %s', async (_, operation, parts) => {
    const { status, body } = await call(platform, platform.people.ann, operation, parts())
    expect([status, body.code]).toEqual([404, 'object.notFound'])
  })

  it('cannot be used as a task of a blueprint', async () => {
    const nodes = [{ id: 'model', taskVersion: theirs.taskVersion, inputs: [{ from: 'data' }] }]
    const { status, body } = await call(platform, platform.people.ann, 'train', {
      params: { id: ours.project },
      body: { name: 'Theirs', graph: { nodes } },
    })
    expect([status, body.code]).toEqual([422, 'project.blueprint'])
    expect(body.findings?.map(({ code }) => code)).toContain('blueprint.unknownTask')
  })

  it('is in no list and in no search', async () => {
    for (const operation of operations.filter(
      (name) => name.startsWith('list') && !endpoints[name].path.includes('{'),
    )) {
      const { text } = await call(platform, platform.people.ann, operation)
      for (const id of Object.values(theirs)) expect(text).not.toContain(id)
    }
    const found = await call(platform, platform.people.ann, 'search', { query: { q: 'sale' } })
    expect(found.text).toContain(ours.project)
    for (const id of Object.values(theirs)) expect(found.text).not.toContain(id)
  })
})

describe('within an organisation', () => {
  const writes = withObject.filter((name) => endpoints[name].method === 'PATCH' || endpoints[name].method === 'DELETE')

  beforeAll(async () => {
    for (const kind of sharedKinds)
      await call(platform, platform.people.ann, 'share', {
        params: { id: ours[kind] },
        body: { grantee: platform.people.vera.id, role: 'editor' },
      })
  })

  // Tokens, stars and schedules are one's own.
  const ofOneself: readonly Operation[] = ['deleteToken', 'unstarTrainingRun', 'deleteBatchSchedule']
  it.each(writes.filter((name) => !ofOneself.includes(name)))('a viewer may not %s', async (operation) => {
    const kind = named[endpoints[operation].path.split('/')[1] ?? ''] as keyof World
    const { status, body } = await call(platform, platform.people.vera, operation, {
      params: { id: ours[kind] },
      ...rest(operation, ours),
    })
    expect([status, body.code]).toEqual([403, 'object.forbidden'])
  })

  it('a viewer sees what is shared with them, and asks what is deployed', async () => {
    const { vera } = platform.people
    expect((await call(platform, vera, 'getModel', { params: { id: ours.model } })).status).toBe(200)
    // The right is there: only the prediction process is not.
    const asked = await call(platform, vera, 'predict', {
      params: { id: ours.deployment },
      body: { rows: [{ size: 1 }] },
    })
    expect([asked.status, asked.body.code]).toEqual([503, 'deployment.servingDown'])
  })

  it.each([
    'uploadDataset',
    'createBlueprint',
    'importBlueprint',
    'createProject',
    'createSampleSet',
    'createDeployment',
    'createRegisteredModel',
    'createExperiment',
    'uploadModelFile',
    'submitExperiment',
    'releaseExperiment',
    'setLatestRelease',
    'tagRelease',
    'importRelease',
    'train',
    'uploadTask',
    'createTask',
    'importTask',
    'importTaskVersion',
    'editTask',
    'uploadTaskVersion',
    'cloneTaskVersion',
  ] as const)('a viewer may not %s', async (operation) => {
    const bodies: Partial<Record<Operation, CallParts>> = {
      uploadDataset: { files: { 'rows.csv': rowsCsv } },
      uploadTask: { files: taskFiles },
      createTask: { body: { template: 'starter:python:binary', metadata: { name: 'T' } } },
      importTask: { body: { url: 'https://example.org/a' } },
      importTaskVersion: { params: { id: ours.task }, body: { url: 'https://example.org/a' } },
      editTask: { params: { id: ours.task }, files: taskFiles, fields: { base: ours.taskVersion } },
      uploadTaskVersion: { params: { id: ours.task }, files: taskFiles },
      cloneTaskVersion: { params: { id: ours.taskVersion }, body: {} },
      createBlueprint: { body: { name: 'B', graph: libraryGraph } },
      importBlueprint: { body: { yaml: writeBlueprint({ name: 'B', graph: libraryGraph }) } },
      createProject: { body: { name: 'P', datasetVersionId: ours.datasetVersion, target: 'sold' } },
      createSampleSet: {
        body: {
          name: 'S',
          datasetVersionIds: [ours.datasetVersion],
          fields: [{ name: 'sold', role: 'label' }],
        },
      },
      createDeployment: { body: { name: 'D', modelId: ours.model } },
      createRegisteredModel: { body: { name: 'M' } },
      createExperiment: { params: { id: ours.registeredModel }, body: {} },
      uploadModelFile: { params: { id: ours.experiment }, files: { 'a.pkl': 'a' } },
      submitExperiment: { params: { id: ours.experiment }, ifMatch: 1 },
      releaseExperiment: { params: { id: ours.registeredModel }, body: { experimentId: ours.experiment } },
      setLatestRelease: { params: { id: ours.modelRelease } },
      tagRelease: { params: { id: ours.modelRelease }, body: { tags: [] } },
      importRelease: { files: { 'a.zip': 'a' } },
      train: { params: { id: ours.project }, body: { name: 'F', graph: libraryGraph } },
    }
    const { status, body } = await call(platform, platform.people.vera, operation, bodies[operation])
    expect([status, body.code]).toEqual([403, 'object.forbidden'])
  })

  it('an administrator may change what a member owns, another member may not', async () => {
    const { adam, ann } = platform.people
    const made = await call(platform, adam, 'createBlueprint', { body: { name: "Adam's", graph: libraryGraph } })
    const change = (person: typeof ann, id: string) =>
      call(platform, person, 'changeBlueprint', { params: { id }, body: { name: 'Changed' }, ifMatch: 1 })
    const id = String(made.body['id'])
    expect((await change(ann, id)).status).toBe(404)
    await call(platform, adam, 'share', { params: { id }, body: { grantee: ann.id, role: 'consumer' } })
    expect((await change(ann, id)).status).toBe(403)
    expect((await change(adam, ours.blueprint)).status).toBe(200)
  })
})

it('answered nothing as a bug', () => {
  expect(platform.bugs).toEqual([])
})
