import { endpoints, type Operation } from '@modelsmith/api'
import { type Action, may, type ObjectKind, type Relation, rights, type Role } from '@modelsmith/domain'
import { beforeAll, describe, expect, it } from 'vitest'
import { newTokenSecret, sha256 } from './features/accounts/secrets.ts'
import { insertPerson, insertToken } from './features/accounts/store.ts'
import { newId } from './infra/ids.ts'
import { type CallParts, call } from './testing/call.ts'
import { type TestPerson, withPlatform } from './testing/platform.ts'
import { makeWorld, rowsCsv, taskFiles, type World } from './testing/world.ts'

const platform = withPlatform()
let world: World

type Held = { readonly role: Role; readonly relation: Relation | undefined; readonly person: () => TestPerson }
const people = new Map<string, TestPerson>()
const held = (role: Role, relation?: Relation): Held => ({
  role,
  relation,
  person: () => people.get(`${role} ${relation}`) as TestPerson,
})
/** Everybody who may be told apart by the table: each role on the objects, and each role in the organisation without any. */
const everybody: readonly Held[] = [
  held('member', 'owner'),
  held('member', 'editor'),
  held('member', 'consumer'),
  held('service', 'editor'),
  held('viewer', 'editor'),
  held('administrator'),
  held('member'),
  held('service'),
  held('viewer'),
]

const shared = ['dataset', 'task', 'environment', 'blueprint', 'project', 'registeredModel', 'deployment'] as const

beforeAll(async () => {
  const { ann } = platform.people
  world = await makeWorld(platform, ann)
  const { database } = platform.context
  for (const { role, relation } of everybody) {
    const id = newId('person')
    const { organisation, workspace } = ann
    const name = `${role} ${relation}`
    await insertPerson(database, { id, organisation, workspace, email: id, name, role, passwordHash: null })
    const token = newTokenSecret()
    const hash = sha256(token)
    await insertToken(database, { id: newId('token'), person: id, name, prefix: '', sha256: hash, expiresAt: null })
    people.set(name, { id, organisation, workspace, token })
    if (relation === undefined) continue
    for (const kind of shared)
      await call(platform, ann, 'share', { params: { id: world[kind] }, body: { grantee: id, role: relation } })
  }
})

/** What each operation asks of the object that it names, and the rest of a request that nothing but rights can refuse as such. */
const asked: readonly (readonly [Operation, ObjectKind, Action, () => CallParts])[] = [
  ['getDataset', 'dataset', 'view', () => ({ params: { id: world.dataset } })],
  ['changeDataset', 'dataset', 'edit', () => ({ params: { id: world.dataset }, body: {}, ifMatch: 999 })],
  ['deleteDataset', 'dataset', 'delete', () => ({ params: { id: world.dataset }, ifMatch: 999 })],
  ['uploadDatasetVersion', 'dataset', 'edit', () => ({ params: { id: world.dataset }, files: { 'a.csv': rowsCsv } })],
  ['listDatasetVersions', 'dataset', 'view', () => ({ params: { id: world.dataset } })],
  ['getDatasetVersion', 'dataset', 'view', () => ({ params: { id: world.datasetVersion } })],
  ['getDatasetProfile', 'dataset', 'view', () => ({ params: { id: world.datasetVersion } })],
  ['getDatasetRows', 'dataset', 'view', () => ({ params: { id: world.datasetVersion } })],
  [
    'changeDatasetSchema',
    'dataset',
    'edit',
    () => ({ params: { id: world.datasetVersion }, body: { columns: [{ name: 'none', type: 'text' }] } }),
  ],
  ['adviseTarget', 'dataset', 'view', () => ({ params: { id: world.datasetVersion }, query: { column: 'sold' } })],
  ['downloadDataset', 'dataset', 'download', () => ({ params: { id: world.datasetVersion } })],
  ['getTask', 'task', 'view', () => ({ params: { id: world.task } })],
  ['changeTask', 'task', 'edit', () => ({ params: { id: world.task }, body: {}, ifMatch: 999 })],
  ['deleteTask', 'task', 'delete', () => ({ params: { id: world.task }, ifMatch: 999 })],
  ['uploadTaskVersion', 'task', 'edit', () => ({ params: { id: world.task }, files: taskFiles })],
  ['importTaskVersion', 'task', 'edit', () => ({ params: { id: world.task }, body: { url: 'ftp://nowhere' } })],
  ['listTaskUses', 'task', 'view', () => ({ params: { id: world.task } })],
  ['listTaskVersions', 'task', 'view', () => ({ params: { id: world.task } })],
  ['checkTaskVersion', 'task', 'view', () => ({ params: { id: world.taskVersion } })],
  [
    'compareTaskVersions',
    'task',
    'view',
    () => ({ params: { id: world.taskVersion }, query: { with: world.taskVersion } }),
  ],
  ['getTaskFile', 'task', 'view', () => ({ params: { id: world.taskVersion }, query: { path: 'custom.py' } })],
  ['downloadTaskVersion', 'task', 'download', () => ({ params: { id: world.taskVersion } })],
  ['listShares', 'task', 'view', () => ({ params: { id: world.task } })],
  [
    'share',
    'task',
    'share',
    () => ({ params: { id: world.task }, body: { grantee: platform.people.mia.id, role: 'consumer' } }),
  ],
  ['getEnvironment', 'environment', 'view', () => ({ params: { id: world.environment } })],
  ['changeEnvironment', 'environment', 'edit', () => ({ params: { id: world.environment }, body: {}, ifMatch: 999 })],
  ['deleteEnvironment', 'environment', 'delete', () => ({ params: { id: world.environment }, ifMatch: 999 })],
  ['uploadEnvironmentVersion', 'environment', 'edit', () => ({ params: { id: world.environment }, files: { a: 'a' } })],
  ['listEnvironmentVersions', 'environment', 'view', () => ({ params: { id: world.environment } })],
  ['getEnvironmentVersion', 'environment', 'view', () => ({ params: { id: world.environmentVersion } })],
  ['downloadEnvironmentVersion', 'environment', 'download', () => ({ params: { id: world.environmentVersion } })],
  ['getBlueprint', 'blueprint', 'view', () => ({ params: { id: world.blueprint } })],
  ['changeBlueprint', 'blueprint', 'edit', () => ({ params: { id: world.blueprint }, body: {}, ifMatch: 999 })],
  ['deleteBlueprint', 'blueprint', 'delete', () => ({ params: { id: world.blueprint }, ifMatch: 999 })],
  ['listBlueprintVersions', 'blueprint', 'view', () => ({ params: { id: world.blueprint } })],
  ['getProject', 'project', 'view', () => ({ params: { id: world.project } })],
  ['changeProject', 'project', 'edit', () => ({ params: { id: world.project }, body: {}, ifMatch: 999 })],
  ['getLeaderboard', 'project', 'view', () => ({ params: { id: world.project } })],
  ['getRepository', 'project', 'view', () => ({ params: { id: world.project } })],
  ['trainRepository', 'project', 'run', () => ({ params: { id: world.project }, body: { ids: ['none'] } })],
  [
    'train',
    'project',
    'run',
    () => ({
      params: { id: world.project },
      body: {
        name: 'None',
        graph: { nodes: [{ id: 'm', taskVersion: 'builtin:none@1', inputs: [{ from: 'data' }] }] },
      },
    }),
  ],
  ['getTrainingRun', 'trainingRun', 'view', () => ({ params: { id: world.trainingRun } })],
  ['getModel', 'model', 'view', () => ({ params: { id: world.model } })],
  ['getModelInsights', 'model', 'view', () => ({ params: { id: world.model } })],
  ['downloadArtifact', 'model', 'download', () => ({ params: { id: world.model }, query: { node: 'no', path: 'no' } })],
  ['predictFile', 'model', 'predict', () => ({ params: { id: world.model }, files: { a: 'a', b: 'b' } })],
  ['outOfFoldPredictions', 'model', 'view', () => ({ params: { id: world.model } })],
  ['getRegisteredModel', 'registeredModel', 'view', () => ({ params: { id: world.registeredModel } })],
  [
    'changeRegisteredModel',
    'registeredModel',
    'edit',
    () => ({ params: { id: world.registeredModel }, body: {}, ifMatch: 999 }),
  ],
  [
    'deleteRegisteredModel',
    'registeredModel',
    'delete',
    () => ({ params: { id: world.registeredModel }, ifMatch: 999 }),
  ],
  ['listExperiments', 'registeredModel', 'view', () => ({ params: { id: world.registeredModel } })],
  ['createExperiment', 'registeredModel', 'run', () => ({ params: { id: world.registeredModel }, body: {} })],
  ['listModelReleases', 'registeredModel', 'view', () => ({ params: { id: world.registeredModel } })],
  ['getModelRelease', 'registeredModel', 'view', () => ({ params: { id: world.modelRelease } })],
  ['setLatestRelease', 'registeredModel', 'edit', () => ({ params: { id: world.modelRelease } })],
  ['getExperiment', 'experiment', 'view', () => ({ params: { id: world.experiment } })],
  ['changeExperiment', 'experiment', 'edit', () => ({ params: { id: world.experiment }, body: {}, ifMatch: 999 })],
  ['deleteExperiment', 'experiment', 'delete', () => ({ params: { id: world.experiment }, ifMatch: 999 })],
  ['uploadModelFile', 'experiment', 'edit', () => ({ params: { id: world.experiment }, files: { a: 'a', b: 'b' } })],
  [
    'beginFileUpload',
    'experiment',
    'edit',
    () => ({ params: { id: world.experiment }, body: { fileName: 'a', bytes: 1, sha256: '0'.repeat(64) } }),
  ],
  ['getFileUpload', 'experiment', 'view', () => ({ params: { id: world.fileUpload } })],
  [
    'sendFilePart',
    'experiment',
    'edit',
    () => ({
      params: { id: world.fileUpload },
      query: { offset: 999 },
      body: 'x',
      headers: { 'content-type': 'application/octet-stream' },
    }),
  ],
  ['finishFileUpload', 'experiment', 'edit', () => ({ params: { id: world.fileUpload } })],
  ['tryExperiment', 'experiment', 'view', () => ({ params: { id: world.experiment }, body: { rows: [{ a: 1 }] } })],
  ['proveExperiment', 'experiment', 'edit', () => ({ params: { id: world.experiment }, body: { rows: [{ a: 1 }] } })],
  ['checkExperiment', 'experiment', 'view', () => ({ params: { id: world.experiment } })],
  ['submitExperiment', 'experiment', 'edit', () => ({ params: { id: world.experiment }, ifMatch: 999 })],
  ['getDeployment', 'deployment', 'view', () => ({ params: { id: world.deployment } })],
  ['changeDeployment', 'deployment', 'edit', () => ({ params: { id: world.deployment }, body: {}, ifMatch: 999 })],
  ['deleteDeployment', 'deployment', 'delete', () => ({ params: { id: world.deployment }, ifMatch: 999 })],
  ['listReleases', 'deployment', 'view', () => ({ params: { id: world.deployment } })],
  ['predict', 'deployment', 'predict', () => ({ params: { id: world.deployment }, body: { rows: [{ size: 1 }] } })],
  ['listPredictionLog', 'deployment', 'view', () => ({ params: { id: world.deployment } })],
  ['getHealth', 'deployment', 'view', () => ({ params: { id: world.deployment } })],
  ['getDrift', 'deployment', 'view', () => ({ params: { id: world.deployment } })],
  ['getFeatureDrift', 'deployment', 'view', () => ({ params: { id: world.deployment }, query: { name: 'size' } })],
  ['setBaseline', 'deployment', 'edit', () => ({ params: { id: world.deployment }, body: { source: 'dataset' } })],
  ['getJob', 'job', 'view', () => ({ params: { id: world.job } })],
  ['getJobLog', 'job', 'view', () => ({ params: { id: world.job } })],
  ['cancelJob', 'job', 'edit', () => ({ params: { id: world.job } })],
  ['downloadJobResult', 'job', 'download', () => ({ params: { id: world.job } })],
]

const refusals: readonly (string | undefined)[] = ['object.notFound', 'object.forbidden', 'object.executeOnly']

/** Whether the server lets somebody do it; whatever else it then finds wrong. */
const lets = async (who: Held, operation: Operation, parts: () => CallParts): Promise<boolean> =>
  !refusals.includes((await call(platform, who.person(), operation, parts())).body.code)

const mayDo = ({ role, relation }: Held, kind: ObjectKind, action: Action): boolean =>
  may({ id: 'me', organisation: 'o', role }, action, { kind, owner: 'another', organisation: 'o', relation })

const words = ({ role, relation }: Held): string => `${role}, ${relation ?? 'nothing'}`

describe.each(asked)('%s', (operation, kind, action, parts) => {
  it(`is let through for whom the table says that they may ${action} a ${kind}, and for nobody else`, async () => {
    const found = []
    for (const who of everybody) found.push([words(who), await lets(who, operation, parts)])
    expect(found).toEqual(everybody.map((who) => [words(who), mayDo(who, kind, action)]))
  })

  it('changes with every cell of the table that it stands on', async () => {
    const cells = [
      ...(['owner', 'editor', 'consumer'] as const).map((relation) => ({
        of: 'object' as const,
        column: relation,
        who: held('member', relation),
      })),
      ...(['administrator', 'member', 'service'] as const).map((role) => ({
        of: 'organisation' as const,
        column: role,
        who: held(role),
      })),
    ]
    for (const { of, column, who } of cells) {
      const row = rights[kind][of] as Record<string, readonly Action[] | undefined>
      const before = row[column]
      // What one has done is answered to whoever may see it.
      const seen: readonly Action[] = of === 'organisation' ? ['view'] : []
      row[column] =
        before?.includes(action) === true
          ? before.filter((each) => each !== action)
          : [...(before ?? []), ...seen, action]
      try {
        const flipped = mayDo(who, kind, action)
        expect([column, await lets(who, operation, parts)]).toEqual([column, flipped])
        expect([column, flipped]).toEqual([column, before?.includes(action) !== true])
      } finally {
        if (before === undefined) delete row[column]
        else row[column] = before
      }
    }
  })
})

it('asks every operation that names an object of one kind', () => {
  const others: readonly Operation[] = [
    // Of two objects at once, of no single kind, or of what is no object: each has its own tests.
    'releaseExperiment',
    'editTask',
    'cloneTaskVersion',
    'getTaskVersion',
    'buildEnvironmentVersion',
    'deleteProject',
    'downloadTrainingRun',
    'downloadJob',
    'predictDataset',
    'streamJob',
    'getAccess',
    'unshare',
    'transferOwnership',
    'grantNetwork',
    'revokeNetwork',
    'deleteToken',
    'getPerson',
    'changePerson',
    'invitePerson',
    'deactivatePerson',
    'getGroup',
    'changeGroup',
    'deleteGroup',
  ]
  const named = (Object.keys(endpoints) as Operation[]).filter((name) => endpoints[name].path.includes('{id}'))
  expect([...asked.map(([operation]) => operation), ...others].sort()).toEqual(named.sort())
})

it('answered nothing as a bug', () => {
  expect(platform.bugs).toEqual([])
})
