import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Endpoint, endpoints, type Operation } from '@modelsmith/api'
import { may, type Relation, rights, type Role } from '@modelsmith/domain'
import { expect, it } from 'vitest'
import { askedOf } from '../../packages/server/src/testing/asked.ts'
import { type CallParts, type Called, call } from '../../packages/server/src/testing/call.ts'
import { addPerson, type TestPerson, withPlatform } from '../../packages/server/src/testing/platform.ts'
import { sql } from '../../packages/server/src/infra/database/database.ts'
import { makeSigningKey } from '../../packages/server/src/infra/secrets/signing.ts'
import { publishIris } from '../../packages/server/src/testing/publish.ts'
import { addSecretTask, graphWith } from '../../packages/server/src/testing/secret-task.ts'
import { libraryGraph, makeWorld, rowsCsv, taskFiles } from '../../packages/server/src/testing/world.ts'
import type { checks as Checks } from './rights-checks.ts'
import { addFurther, followedAfterwards, rowValue } from './rights-further.ts'
import { askedUnder, askedWhileLost, type Lost } from './rights-situations.ts'

const platform = withPlatform({ MODELSMITH_REQUESTS_PER_MINUTE: '0' })
const { checks } = globalThis as unknown as { checks: typeof Checks }

/** What is asked, of whom, and what must come of it. */
type Probe = {
  readonly words: string
  readonly ask: () => Promise<Called>
  readonly holds: (answer: Called) => boolean
}

const refusals: readonly (string | undefined)[] = ['object.notFound', 'object.forbidden', 'object.executeOnly']
const refused = ({ body }: Called): boolean => refusals.includes(body.code)
const unseen = ({ body }: Called): boolean => body.code === 'object.notFound'
const forbidden = ({ body }: Called): boolean => body.code === 'object.forbidden'

const shared = [
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
const modelFile = readFileSync(join(import.meta.dirname, '../../fixtures/sklearn-0.21.3/ridge_boston/model.pkl'))
type Held = { readonly role: Role; readonly relation?: Relation; readonly person: TestPerson }

/** People and files made so far: an address is one person's, and a file that was stored stays. */
let count = 0

let archive: Uint8Array | undefined
/** A release as an archive of this installation, which trusts its own. */
const ownArchive = async (): Promise<Uint8Array> => {
  const { adam, ann } = platform.people
  makeSigningKey(platform.context.settings.signingKeyFile)
  const { publicKey } = (await call(platform, adam, 'getSigningKey')).body
  await call(platform, adam, 'addTrustedInstallation', { body: { name: 'Ours', publicKey } })
  const { id } = (await call(platform, ann, 'createRegisteredModel', { body: { name: 'Irises' } })).body
  const release = await publishIris(platform, ann, String(id), 'dtc_iris')
  return (await call(platform, ann, 'exportRelease', { params: { id: release } })).bytes
}

const begin = async () => {
  const { ann, mia } = platform.people
  const { context } = platform
  const world = await makeWorld(platform, ann)
  const secret = await addSecretTask(platform, ann, world)
  const share = (id: string, { id: grantee }: TestPerson, role: string) =>
    call(platform, ann, 'share', { params: { id }, body: { grantee, role } })
  const held = async (role: Role, relation?: Relation): Promise<Held> => {
    const person = await addPerson(context, ann, `${role}-${relation}-${count++}`, role)
    if (relation !== undefined) for (const kind of shared) await share(world[kind], person, relation)
    return { role, person, ...(relation === undefined ? {} : { relation }) }
  }
  const everybody = [
    await held('member', 'owner'),
    await held('member', 'editor'),
    await held('member', 'consumer'),
    await held('viewer', 'editor'),
    await held('member'),
    await held('service'),
  ]
  await share(world.project, mia, 'editor')
  await share(secret.blueprint.id, mia, 'consumer')
  await share(world.registeredModel, mia, 'editor')
  await share(world.sampleSet, mia, 'consumer')
  /** Somebody who owns some of it, and sees nothing of what works with that. */
  const ownerOf = async (...ids: string[]): Promise<TestPerson> => {
    const { person } = await held('member')
    for (const id of ids) await share(id, person, 'owner')
    return person
  }
  const further = await addFurther(platform, world, secret)
  const keeper = await ownerOf(world.dataset, world.environment, world.credential, further.aside)
  const planner = await ownerOf(world.project)
  const watcher = await ownerOf(world.deployment)
  const made = async (person: TestPerson, operation: Operation, parts: CallParts) =>
    (await call(platform, person, operation, parts)).body as unknown as { id: string; job: { id: string } }
  /** Predictions: of the owner, of somebody who may only execute a task in it, and of somebody who has no role any more. */
  const rows = { body: { datasetVersionId: world.datasetVersion } }
  const predicted = await made(ann, 'predictDataset', { params: { id: world.model }, ...rows })
  const rowsFile = { files: { 'rows.csv': rowsCsv } }
  const executed = await made(mia, 'predictFile', { params: { id: secret.model }, ...rowsFile })
  const { person: former } = await held('member')
  await share(world.project, former, 'consumer')
  const left = await made(former, 'predictFile', { params: { id: world.model }, ...rowsFile })
  await call(platform, ann, 'unshare', { params: { id: world.project }, query: { grantee: former.id } })
  /** An editor of the registered model alone. */
  const { person: publisher } = await held('member')
  await share(world.registeredModel, publisher, 'editor')
  const other = await made(ann, 'createDeployment', { body: { name: 'Other', modelId: world.model } })
  /** Owns a deployment of a release that they may deploy, and not change. */
  const deployer = await ownerOf()
  await share(world.registeredModel, deployer, 'consumer')
  const released = await made(ann, 'createDeployment', {
    body: { name: 'Released', modelReleaseId: world.modelRelease },
  })
  await share(released.id, deployer, 'owner')
  const plan = await made(mia, 'createBlueprint', { body: { name: 'Own plan', graph: libraryGraph } })
  // It asks for the network.
  await context.database.run(
    sql`update task_version set metadata = metadata || '{"network": "public"}' where id = ${world.taskVersion}`,
  )
  const versionOf = async (operation: Operation, id: string) =>
    Number((await call(platform, ann, operation, { params: { id } })).body['version'])
  const versions = {
    experiment: await versionOf('getExperiment', world.experiment),
    training: await versionOf('getExperiment', world.trainingExperiment),
  }
  const hidden = (
    await call(platform, ann, 'createBlueprint', { body: { name: 'Hidden plan', graph: graphWith(world.taskVersion) } })
  ).body as unknown as { id: string }
  const jobs = { predicted: predicted.job.id, executed: executed.job.id, left: left.job.id }
  const people = { keeper, planner, watcher, former, publisher, deployer }
  archive ??= await ownArchive()
  return {
    archive,
    other: other.id,
    released: released.id,
    world,
    secret,
    everybody,
    hidden: hidden.id,
    jobs,
    ...people,
    ...further,
    plan: plan.id,
    versions,
  }
}
type Told = Awaited<ReturnType<typeof begin>>

const probesOf = (told: Told): Probe[] => {
  const { world, secret, everybody, hidden, jobs, plan, versions, unread, failed } = told
  const { keeper, planner, watcher, former, publisher, deployer } = told
  const { ann, mia, adam, vera } = platform.people
  const [, editor, consumer, viewer, stranger, service] = everybody.map(({ person }) => person) as TestPerson[] as [
    TestPerson,
    TestPerson,
    TestPerson,
    TestPerson,
    TestPerson,
    TestPerson,
  ]
  const asked = askedOf({ world, platform })
  const probe = (
    words: string,
    person: TestPerson,
    operation: Operation,
    parts: () => CallParts,
    holds: Probe['holds'],
  ): Probe => ({ words: `${words}: ${operation}`, ask: () => call(platform, person, operation, parts()), holds })
  const denied = (words: string, person: TestPerson, operation: Operation, parts: CallParts) =>
    probe(words, person, operation, () => parts, refused)
  const lacks = (
    words: string,
    person: TestPerson,
    operation: Operation,
    ids: readonly string[],
    parts: CallParts = {},
  ) =>
    probe(
      words,
      person,
      operation,
      () => parts,
      ({ status, text }) => status < 300 && !ids.some((id) => text.includes(id)),
    )

  const byTable = asked.flatMap(([operation, kind, action, parts]) =>
    everybody.map(({ role, relation, person }) => {
      const reference = { kind, owner: 'another', organisation: 'o', relation }
      const me = { id: 'me', organisation: 'o', role }
      const mayDo = may(me, action, reference)
      return probe(
        `${role}, ${relation ?? 'nothing'}`,
        person,
        operation,
        parts,
        // One that may not even be seen looks as if it did not exist.
        mayDo ? (answer) => !refused(answer) : may(me, 'view', reference) ? forbidden : unseen,
      )
    }),
  )
  const ids = [...Object.values(world), secret.task.id, secret.blueprint.id, secret.model, secret.run.id].filter(
    (id) => !id.startsWith('person_') && !id.startsWith('group_'),
  )
  const on = (id: string, more: CallParts = {}): CallParts => ({ params: { id }, ...more })
  const row = { body: { rows: [{ size: 1 }] } }
  const { task, environment, environmentVersion } = world
  const version = secret.task.latest.id

  /** Operations on what somebody without a role does not see, that the table of one kind does not say. */
  const ofUnseen: readonly (readonly [Operation, CallParts])[] = [
    ['releaseExperiment', on(world.registeredModel, { body: { experimentId: world.experiment } })],
    ['editTask', on(task, { files: taskFiles, fields: { base: world.taskVersion } })],
    ['cloneTaskVersion', on(world.taskVersion, { body: {} })],
    ['getTaskVersion', on(world.taskVersion)],
    ['buildEnvironmentVersion', on(environmentVersion)],
    ['deleteProject', on(world.project, { ifMatch: 999 })],
    ['downloadTrainingRun', on(world.trainingRun)],
    ['downloadJob', on(world.job)],
    ['predictDataset', on(world.model, { body: { datasetVersionId: world.datasetVersion } })],
    // What else is wrong with a request is for whoever may ask it.
    [
      'predictDataset',
      on(world.model, { body: { datasetVersionId: world.datasetVersion, parameters: { nobody: 1 } } }),
    ],
    ['explainRows', on(world.model, { body: { rows: [999_999] } })],
    ['createProject', { body: { name: 'P', datasetVersionId: world.datasetVersion, target: 'no such column' } }],
    ['streamJob', on(world.job)],
    ['getAccess', on(task)],
    ['unshare', on(task, { query: { grantee: ann.id } })],
    ['transferOwnership', on(task, { body: { person: ann.id } })],
    ['grantNetwork', on(world.taskVersion, { body: { reason: 'Why' } })],
    ['revokeNetwork', on(world.taskVersion)],
    ['deleteToken', on(world.token)],
    ['listTokens', { query: { person: ann.id } }],
    ['createToken', { body: { name: 'Theirs', person: ann.id } }],
    ['grantCredential', on(world.credential, { body: { taskVersionId: world.taskVersion, prefix: 'DB' } })],
    ['revokeCredential', on(world.credential, { query: { taskVersionId: world.taskVersion } })],
    ['importRelease', { files: { 'a.zip': 'a' }, fields: { registeredModelId: world.registeredModel } }],
  ]
  /** Operations of those who run the organisation. */
  const ofGovernors: readonly (readonly [Operation, CallParts])[] = [
    ['invitePerson', on(ann.id)],
    ['deactivatePerson', on(mia.id, { body: { successor: mia.id } })],
    ['reactivatePerson', on(mia.id)],
    ['changePerson', on(mia.id, { body: { name: 'Mia' }, ifMatch: 999 })],
    ['changeGroup', on(world.group, { body: {}, ifMatch: 999 })],
    ['deleteGroup', on(world.group, { ifMatch: 999 })],
    ['createGroup', { body: { name: world.group } }],
    ['createPerson', { body: { name: 'X', role: 'service', email: 'x@example.org' } }],
    ['changeOrganisationSettings', { body: { runModelFiles: false } }],
    ['getStorage', {}],
    ['changeStorage', { body: { quotaBytes: null } }],
    ['getSigningKey', {}],
    ['listTrustedInstallations', {}],
    ['addTrustedInstallation', { body: { name: 'X', publicKey: `${'A'.repeat(43)}=` } }],
    ['removeTrustedInstallation', on(world.trustedInstallation)],
    ['listAudit', {}],
    ['exportAudit', {}],
    ['checkAudit', {}],
    ['uploadEnvironment', { files: { Dockerfile: 'FROM scratch\n' }, fields: { name: 'no name' } }],
  ]
  const governed = new Set(ofGovernors.map(([operation]) => operation))
  const lists = (Object.keys(endpoints) as Operation[])
    .filter((name) => name.startsWith('list') && !endpoints[name].path.includes('{') && !governed.has(name))
    .map((operation) => lacks('a stranger', stranger, operation, ids))
  const roled = {
    fields: [
      { name: 'size', role: 'feature' },
      { name: 'sold', role: 'label' },
    ],
  }
  const definition = {
    inputs: [{ name: 'size', type: 'number', role: 'feature' }],
    variableInput: null,
    outputs: [{ name: 'prediction', type: 'number' }],
    trainingParameters: [],
    predictionParameters: [],
  }
  const makes: readonly (readonly [Operation, CallParts])[] = [
    ['uploadDataset', { files: { 'rows.csv': rowsCsv } }],
    ['createBlueprint', { body: { name: 'B', graph: libraryGraph } }],
    ['createProject', { body: { name: 'P', datasetVersionId: world.datasetVersion, target: 'sold' } }],
    ['createDeployment', { body: { name: 'D', modelId: world.model } }],
    ['createDeployment', { body: { name: 'D', modelReleaseId: world.modelRelease } }],
    ['createRegisteredModel', { body: { name: 'R' } }],
    ['uploadTask', { files: taskFiles }],
    ['importBlueprint', { body: { yaml: '[' } }],
    ['createTask', { body: { template: 'starter:python:binary', metadata: { name: 'T' } } }],
    ['importTask', { body: { url: 'https://example.org/a' } }],
    ['cloneTaskVersion', on(world.taskVersion, { body: {} })],
    ['createSampleSetProject', on(world.sampleSet, { body: { name: 'Rows' } })],
    ['createSampleSet', { body: { name: 'S', datasetVersionIds: [world.datasetVersion], ...roled } }],
    ['createCustomAlgorithm', { body: { name: 'A', nativeAlgorithm: 'sklearn.Ridge', definition } }],
    ['importRelease', { files: { 'a.zip': 'a' } }],
    ['createCredential', { body: { name: 'C', type: 'database', fields: { password: 'never shown' } } }],
  ]
  const batchOf = (datasetVersionId: string) => ({ body: { source: { kind: 'dataset', datasetVersionId } } })
  /** Whoever names an object in a body, beside what they may work on. */
  const named: readonly (readonly [string, TestPerson, Operation, CallParts])[] = [
    [
      'a dataset',
      stranger,
      'createProject',
      { body: { name: 'P', datasetVersionId: world.datasetVersion, target: 'sold' } },
    ],
    ['a model', stranger, 'createDeployment', { body: { name: 'D', modelId: world.model } }],
    ['a release', stranger, 'createDeployment', { body: { name: 'D', modelReleaseId: world.modelRelease } }],
    ['a dataset', mia, 'predictDataset', on(world.model, { body: { datasetVersionId: world.datasetVersion } })],
    ['a blueprint', mia, 'train', on(world.project, { body: { blueprintId: hidden } })],
    ['a project', stranger, 'checkBlueprint', { body: { graph: libraryGraph, projectId: world.project } }],
    ['a blueprint', stranger, 'checkBlueprint', { body: { graph: libraryGraph, from: world.blueprint } }],
    ['a blueprint', stranger, 'createBlueprint', { body: { name: 'C', graph: libraryGraph, from: world.blueprint } }],
    ['a run', stranger, 'createBlueprint', { body: { name: 'C', graph: libraryGraph, from: world.trainingRun } }],
    ['a trained model', stranger, 'createBlueprint', { body: { name: 'C', graph: libraryGraph, from: world.model } }],
    [
      'a dataset',
      stranger,
      'createSampleSet',
      { body: { name: 'S', datasetVersionIds: [world.datasetVersion], ...roled } },
    ],
    [
      'an algorithm',
      mia,
      'changeExperiment',
      on(world.experiment, { body: { algorithm: world.algorithm }, ifMatch: versions.experiment }),
    ],
    ['a task', stranger, 'createCustomAlgorithm', { body: { name: 'A', taskVersionId: version, definition } }],
    [
      'a model',
      publisher,
      'changeExperiment',
      on(world.trainingExperiment, { body: { modelId: world.model }, ifMatch: versions.training }),
    ],
    ['a file that nobody has read', mia, 'predictDataset', on(world.model, { body: { datasetVersionId: unread } })],
    [
      'a sample set',
      keeper,
      'createSampleSetProject',
      on(world.sampleSet, { body: { name: 'R', partitioning: { method: 'column', column: 'no such column' } } }),
    ],
    [
      'a feature list',
      consumer,
      'train',
      on(world.project, { body: { name: 'T', graph: libraryGraph, featureList: 'No such list' } }),
    ],
    ['a task', keeper, 'grantCredential', on(world.credential, { body: { taskVersionId: version, prefix: 'DB' } })],
    // Who has the project has not the data, and the other way about.
    ['the data of a run', mia, 'downloadTrainingRun', on(world.trainingRun)],
    ['a run', keeper, 'downloadTrainingRun', on(world.trainingRun)],
    ['a dataset', mia, 'previewSampleSet', on(world.sampleSet)],
    ['a sample set', keeper, 'previewSampleSet', on(world.sampleSet)],
    ['a sample set', keeper, 'previewSplit', on(world.sampleSet, { body: { partitioning: { folds: 2 } } })],
    ["another's prediction", consumer, 'downloadJob', on(jobs.predicted)],
    ['a model of before', former, 'downloadJob', on(jobs.left)],
    ['a service', stranger, 'createToken', { body: { name: 'Theirs', person: service.id } }],
    [
      'a model',
      consumer,
      'replaceModel',
      on(world.deployment, { body: { modelId: secret.model, reason: 'R' }, ifMatch: 999 }),
    ],
    [
      'a dataset',
      watcher,
      'setBaseline',
      on(world.deployment, { body: { source: 'dataset', datasetVersionId: world.datasetVersion } }),
    ],
    ['a dataset', watcher, 'startBatch', on(world.deployment, batchOf(unread))],
    [
      'a credential',
      consumer,
      'startBatch',
      on(world.deployment, {
        body: { source: { kind: 'postgres', credentialId: world.credential, query: 'select 1' } },
      }),
    ],
    ['a release', deployer, 'rebuildDeployment', on(told.released, { body: { package: 'numpy', atLeast: '99' } })],
    // Whoever takes a release away takes what was trained, and its code.
    ['a trained model', publisher, 'exportRelease', on(told.ofModel)],
    ['a task', mia, 'exportRelease', on(told.ofSecret)],
    ['the code of a file', mia, 'exportRelease', on(told.ofCode)],
    ['a grantee', ann, 'share', on(task, { body: { grantee: 'person_0000000000000000', role: 'consumer' } })],
  ]
  /** What may only be executed. */
  const executed: readonly (readonly [Operation, CallParts])[] = [
    ['downloadScorer', on(secret.model)],
    ['downloadArtifacts', on(secret.model, { query: { folds: 'true' } })],
    ['getTask', on(secret.task.id)],
    ['listTaskVersions', on(secret.task.id)],
    ['listTaskUses', on(secret.task.id)],
    ['getTaskFile', on(version, { query: { path: 'secret.txt' } })],
    ['downloadTaskVersion', on(version)],
    ['checkTaskVersion', on(version)],
    ['compareTaskVersions', on(version, { query: { with: version } })],
    ['cloneTaskVersion', on(version, { body: {} })],
    ['changeTask', on(secret.task.id, { body: {}, ifMatch: 999 })],
    ['editTask', on(secret.task.id, { files: taskFiles, fields: { base: version } })],
    ['deleteTask', on(secret.task.id, { ifMatch: 999 })],
    ['downloadArtifact', on(secret.model, { query: { node: 'same', path: 'task.pkl' } })],
    ['downloadTrainingRun', on(secret.run.id)],
    ['downloadJob', on(secret.run.jobId)],
    ['getEnvironment', on(environment)],
    ['downloadEnvironmentVersion', on(environmentVersion)],
    ['createBlueprint', { body: { name: 'Other', graph: graphWith(version) } }],
    ['train', on(world.project, { body: { name: 'Own', graph: graphWith(version) } })],
    ['changeBlueprint', on(plan, { body: { graph: graphWith(version) }, ifMatch: 999 })],
    ['downloadJob', on(jobs.executed)],
  ]
  /** Whoever passes the first look at a request, and then loses the role. */
  const lost: readonly (readonly [TestPerson, Lost, Operation, CallParts])[] = [
    [
      editor,
      { object: world.dataset, keeps: 'consumer' },
      'uploadDatasetVersion',
      on(world.dataset, { files: { 'rows.csv': rowsCsv } }),
    ],
    [
      editor,
      { object: world.dataset, keeps: 'consumer' },
      'changeDatasetSchema',
      on(world.datasetVersion, { body: { columns: [{ name: 'colour', type: 'text' }] } }),
    ],
    [
      editor,
      { object: world.dataset },
      'createProject',
      { body: { name: 'P', datasetVersionId: world.datasetVersion, target: 'sold' } },
    ],
    [editor, { object: world.sampleSet }, 'createSampleSetProject', on(world.sampleSet, { body: { name: 'Rows' } })],
    [
      editor,
      { object: world.project, keeps: 'consumer' },
      'startSearch',
      on(world.project, { body: { name: 'S', graph: libraryGraph, trials: 1 } }),
    ],
    [editor, { object: world.project }, 'train', on(world.project, { body: { name: 'T', graph: libraryGraph } })],
    [
      consumer,
      { object: world.project, locked: world.model },
      'predictDataset',
      on(world.model, { body: { datasetVersionId: world.datasetVersion } }),
    ],
    [
      consumer,
      { object: world.dataset },
      'predictDataset',
      on(world.model, { body: { datasetVersionId: world.datasetVersion } }),
    ],
    [consumer, { object: world.project, locked: world.model }, 'computeFeatureInsights', on(world.model, { body: {} })],
    [consumer, { object: world.project, locked: world.model }, 'explainRows', on(world.model, { body: { rows: [0] } })],
    [
      editor,
      { object: world.registeredModel, locked: world.experiment, keeps: 'consumer' },
      'uploadModelFile',
      on(world.experiment, { files: { 'model.pkl': modelFile } }),
    ],
    [
      consumer,
      { object: world.registeredModel },
      'createDeployment',
      { body: { name: 'D', modelReleaseId: world.modelRelease } },
    ],
    [consumer, { object: world.deployment }, 'startBatch', on(world.deployment, batchOf(world.datasetVersion))],
    [consumer, { object: world.dataset }, 'startBatch', on(world.deployment, batchOf(world.datasetVersion))],
    [
      editor,
      { object: world.registeredModel, keeps: 'consumer' },
      'importRelease',
      { files: { 'a.zip': told.archive }, fields: { registeredModelId: world.registeredModel } },
    ],
  ]
  /** What everybody may under the real table: as somebody who may not under another. */
  const { person, group, organisation, experiment } = rights
  const under: readonly (readonly [
    TestPerson,
    Parameters<typeof askedUnder>[0],
    Parameters<typeof askedUnder>[1],
    Operation,
    CallParts,
    Probe['holds'],
  ])[] = [
    [stranger, 'person', { organisation: { ...person.organisation, member: [] } }, 'getPerson', on(ann.id), unseen],
    [
      stranger,
      'group',
      { organisation: { ...group.organisation, member: [] } },
      'getGroup',
      on(world.group),
      forbidden,
    ],
    [
      stranger,
      'organisation',
      { organisation: { ...organisation.organisation, member: [] } },
      'systemReport',
      {},
      forbidden,
    ],
    [
      editor,
      'experiment',
      { object: { ...experiment.object, editor: [] } },
      'releaseExperiment',
      on(world.registeredModel, { body: { experimentId: world.experiment } }),
      unseen,
    ],
  ]
  /** What stands in the way of a deletion, by what it is called. */
  const inTheWay: readonly (readonly [TestPerson, Operation, string, string])[] = [
    [everybody[0]?.person as TestPerson, 'deleteTask', task, 'Hidden plan'],
    [keeper, 'deleteDataset', world.dataset, 'Sales'],
    [keeper, 'deleteEnvironment', environment, 'Secret sauce'],
    [planner, 'deleteProject', world.project, 'Shop'],
  ]
  const withoutSource: readonly (readonly [Operation, CallParts])[] = [
    ['getJobLog', on(secret.run.jobId)],
    ['getJob', on(secret.run.jobId)],
    ['streamJob', on(secret.run.jobId)],
    ['listJobs', {}],
    ['getTrainingRun', on(secret.run.id)],
    ['getSearch', on(told.searched)],
    ['getLeaderboard', on(world.project)],
  ]
  return [
    ...byTable,
    ...lists,
    lacks('a stranger', stranger, 'search', ids, { query: { q: 'secret' } }),
    ...ofUnseen.map(([operation, parts]) => probe('a stranger', stranger, operation, () => parts, unseen)),
    ...ofGovernors.map(([operation, parts]) => probe('a stranger', stranger, operation, () => parts, forbidden)),
    ...[...ofUnseen, ...ofGovernors].flatMap(([operation, parts]) =>
      endpoints[operation].method === 'GET' || operation === 'deleteToken'
        ? []
        : [denied('a viewer', viewer, operation, parts)],
    ),
    probe(
      'a stranger',
      stranger,
      'getPerson',
      () => on(ann.id),
      ({ status }) => status === 200,
    ),
    ...makes.flatMap(([operation, parts]) => [
      denied('a viewer', viewer, operation, parts),
      // Before it is looked at what it is to be made of.
      probe('a viewer who sees nothing', vera, operation, () => parts, forbidden),
    ]),
    ...lost.map(([person, what, operation, parts]) => ({
      words: `who loses it meanwhile: ${operation}`,
      ask: () => askedWhileLost(platform.context, person, what, () => call(platform, person, operation, parts)),
      holds: refused,
    })),
    ...under.map(([person, kind, cells, operation, parts, holds]) => ({
      words: `who may not under another table: ${operation}`,
      ask: () => askedUnder(kind, cells, () => call(platform, person, operation, parts)),
      holds,
    })),
    denied(
      'a viewer, into a dataset',
      viewer,
      'startFileBatch',
      on(world.deployment, {
        files: { 'rows.csv': rowsCsv },
        fields: { sink: JSON.stringify({ kind: 'dataset', name: 'Predictions' }) },
      }),
    ),
    ...(['ofModel', 'ofCode'] as const).map((release) =>
      probe(
        'an editor of the registered model alone',
        publisher,
        'compareReleases',
        () => on(world.modelRelease, { query: { with: told[release] } }),
        ({ body }) => (body['notShown'] as unknown[] | undefined)?.length === 1,
      ),
    ),
    probe(
      'a stranger',
      stranger,
      'findPackage',
      () => ({ query: { language: 'python', package: 'numpy' } }),
      ({ body }) => body['looked'] === 0,
    ),
    lacks('a consumer', consumer, 'listTaskUses', [hidden], on(task)),
    {
      words: 'a stranger leaves no file behind: uploadDatasetVersion',
      ask: async () => {
        const text = `${rowsCsv}${count++},red,no\n`
        const answer = await call(platform, stranger, 'uploadDatasetVersion', on(world.dataset, { files: { a: text } }))
        const key = createHash('sha256').update(text).digest('hex')
        const isStored = await platform.context.objects.pathOf(key).then(
          () => true,
          () => false,
        )
        return isStored ? { ...answer, body: {} } : answer
      },
      holds: unseen,
    },
    {
      words: 'who gets a copy of what another may only execute: getTask',
      ask: async () => {
        const reader = await addPerson(platform.context, ann, `reader-${count++}`, 'member')
        const body = { name: 'Copy', graph: graphWith(version), from: secret.blueprint.id }
        const copy = (await call(platform, mia, 'createBlueprint', { body })).body as unknown as { id: string }
        await call(platform, mia, 'share', on(copy.id, { body: { grantee: reader.id, role: 'consumer' } }))
        return call(platform, reader, 'getTask', on(secret.task.id))
      },
      holds: unseen,
    },
    ...named.map(([words, person, operation, parts]) => denied(`who names ${words}`, person, operation, parts)),
    ...executed.map(([operation, parts]) =>
      probe(
        'who executes',
        mia,
        operation,
        () => parts,
        ({ body }) => body.code === 'object.executeOnly',
      ),
    ),
    ...withoutSource.map(([operation, parts]) => lacks('who executes', mia, operation, ['recipe'], parts)),
    probe(
      'who executes',
      mia,
      'checkBlueprint',
      () => ({ body: { graph: graphWith(version) } }),
      ({ body }) => (body.findings ?? []).some(({ code }) => code === 'object.executeOnly'),
    ),
    probe(
      'who executes',
      mia,
      'getTaskVersion',
      () => on(version),
      ({ body }) => body['access'] === 'execute',
    ),
    probe(
      'who names a task',
      stranger,
      'checkBlueprint',
      () => ({ body: { graph: graphWith(version) } }),
      ({ body: { findings = [] } }) =>
        findings.some(({ code }) => code === 'blueprint.unknownTask') &&
        !findings.some(({ code }) => code === 'object.executeOnly'),
    ),
    probe(
      'an editor',
      editor,
      'revokeCredential',
      () => on(world.credential, { query: { taskVersionId: world.taskVersion } }),
      forbidden,
    ),
    probe(
      'an editor',
      editor,
      'grantCredential',
      () => on(world.credential, { body: { taskVersionId: world.taskVersion, prefix: 'DB' } }),
      forbidden,
    ),
    // Of what model it is a release, is not theirs to know.
    probe(
      'who names a release',
      stranger,
      'createDeployment',
      () => ({ body: { name: 'D', modelReleaseId: world.modelRelease } }),
      (answer) => unseen(answer) && !answer.text.includes(world.registeredModel),
    ),
    lacks('an owner who does not see the task', keeper, 'listCredentialGrants', ['Same'], on(world.credential)),
    lacks('who does not see the rows', mia, 'listExplanations', [rowValue], on(world.model)),
    lacks('who executes', mia, 'getModelRelease', ['recipe'], on(failed)),
    lacks(
      'an owner who sees nothing that answers',
      watcher,
      'getDeploymentReport',
      [world.dataset, world.datasetVersion],
      on(world.deployment),
    ),
    {
      words: 'a consumer: getChangeRequest',
      ask: async () => {
        const deployed = await call(platform, ann, 'createDeployment', { body: { name: 'D', modelId: world.model } })
        const { id } = deployed.body as unknown as { id: string }
        await call(platform, ann, 'share', on(id, { body: { grantee: consumer.id, role: 'consumer' } }))
        const body = { action: 'change', settings: { importance: 'high' }, reason: 'Much depends on it' }
        const requested = await call(platform, ann, 'createChangeRequest', on(id, { body, ifMatch: 1 }))
        return call(platform, consumer, 'getChangeRequest', on(String(requested.body['id'])))
      },
      holds: ({ body }: Called) => body['state'] === 'open' && body['mayDecide'] === false,
    },
    // It ran in an image that they may only execute.
    probe('an owner of the project alone', planner, 'downloadArtifacts', () => on(told.imaged), refused),
    {
      words: 'an owner who does not see what tells of a column: changeDataset',
      ask: () => call(platform, keeper, 'changeDataset', on(told.aside, { body: { sensitive: ['sold'] }, ifMatch: 1 })),
      holds: ({ body, text }: Called) => body.code === 'dataset.sensitiveRole' && !text.includes('Whispered'),
    },
    {
      words: 'who may deploy a model no more: createDeployment',
      ask: async () =>
        followedAfterwards(
          platform,
          { ...world, newer: told.newer },
          await addPerson(platform.context, ann, `follower-${count++}`, 'member'),
        ),
      holds: ({ body }: Called) => (body['release'] as { modelId: string } | undefined)?.modelId === world.modelRelease,
    },
    {
      words: 'who names a deployment: setFallback',
      ask: async () => {
        const read = await call(platform, watcher, 'getDeployment', on(world.deployment))
        const body = { deploymentId: told.other, reason: 'It answers the same' }
        const ifMatch = Number(read.body['version'])
        return call(platform, watcher, 'setFallback', on(world.deployment, { body, ifMatch }))
      },
      holds: refused,
    },
    {
      words: 'an editor: changeDeployment',
      ask: async () => {
        const read = await call(platform, editor, 'getDeployment', on(world.deployment))
        const ifMatch = Number(read.body['version'])
        return call(platform, editor, 'changeDeployment', on(world.deployment, { body: { keepRowsDays: 1 }, ifMatch }))
      },
      holds: ({ body }: Called) => body.code === 'deployment.ownersKeepRows',
    },
    // Who sees it is not for an editor to say.
    probe(
      'an editor',
      editor,
      'changeRegisteredModel',
      () => on(world.registeredModel, { body: { sensitivity: 'public' }, ifMatch: 999 }),
      forbidden,
    ),
    probe(
      'an editor',
      editor,
      'predict',
      () => on(world.deployment, row),
      ({ body }) => body.code === 'deployment.servingDown',
    ),
    probe(
      'who deletes',
      adam,
      'deleteTask',
      () => on(task, { ifMatch: 1 }),
      ({ body }) => body.code === 'object.inUse',
    ),
    // What stands in the way is named to whoever sees it.
    ...inTheWay.map(([person, operation, id, name]) => ({
      words: `an owner who does not see what uses it: ${operation}`,
      ask: () => call(platform, person, operation, on(id, { ifMatch: 1 })),
      holds: ({ body, text }: Called) => body.code === 'object.inUse' && !text.includes(name),
    })),
  ]
}

it('misses every check that is dropped', async () => {
  let told = await begin()
  let probes = probesOf(told)
  const reaches = new Map<string, number[]>()
  const wrong: unknown[] = []
  for (const [index, { words, ask, holds }] of probes.entries()) {
    checks.reached.clear()
    const answer = await ask().catch((error: unknown) => String(error))
    if (typeof answer === 'string') wrong.push([words, answer])
    else if (!holds(answer)) wrong.push([words, answer.status, answer.text.slice(0, 300)])
    for (const site of checks.reached) reaches.set(site, [...(reaches.get(site) ?? []), index])
  }
  if (wrong.length > 0) console.error(JSON.stringify(wrong, null, 1))
  expect(wrong).toEqual([])
  const survivors: string[] = []
  let [killed, asked] = [0, 0]
  for (const site of [...checks.sites].toSorted()) {
    const reaching = reaches.get(site) ?? []
    if (reaching.length === 0) continue
    let missed = false
    for (const index of reaching) {
      const { ask, holds } = probes[index] as Probe
      checks.dropped = site
      // An answer that the contract does not know is one that nobody expected.
      const answer = await ask()
        .catch(() => undefined)
        .finally(() => (checks.dropped = undefined))
      asked++
      if (answer !== undefined && holds(answer)) continue
      missed = true
      if (answer === undefined) break
      // What was let through may have changed something.
      const { method } = endpoints[probes[index]?.words.split(': ').at(-1) as Operation] as Endpoint
      if (answer.status < 300 && method !== 'GET') probes = probesOf((told = await begin()))
      break
    }
    if (missed) killed++
    else survivors.push(site)
  }
  expect(told.world.task).toBeDefined()
  const unreached = [...checks.sites].filter((site) => !reaches.has(site)).toSorted()
  const report = { probes: probes.length, sites: checks.sites.size, asked, killed, survivors, unreached }
  writeFileSync(process.env['MODELSMITH_PROOF'] ?? '/dev/stdout', JSON.stringify(report))
})
