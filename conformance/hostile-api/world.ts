import { createHash, randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import {
  type BodyOf,
  type Client,
  createClient,
  type Deployment,
  type Endpoints,
  type Job,
  type Operation,
} from '@modelsmith/api'
import { type Role, writeBlueprint } from '@modelsmith/domain'
import { jobEnded } from '../../e2e/support/jobs.ts'
import { type Product, until } from '../../e2e/support/product.ts'
import { deployCoded } from './coded.ts'

/** One request that succeeds, as a document of OpenAPI would give it as an example. */
export type Example = {
  readonly path?: Readonly<Record<string, unknown>>
  readonly query?: Readonly<Record<string, unknown>>
  readonly header?: Readonly<Record<string, unknown>>
  readonly body?: unknown
}

/** Why an operation has no example. */
export const withoutExample = {
  streamChanges: 'It has no end that could be waited for; tests of its own follow it.',
  streamJob: 'It has no end that could be waited for; tests of its own follow it.',
  importRelease: 'An archive is bytes that no document holds; tests of its own send all kinds of wrong ones.',
} as const satisfies Partial<Record<Operation, string>>
export type Exemplified = Exclude<Operation, keyof typeof withoutExample>
export type Examples = Readonly<Record<Exemplified, readonly Example[]>>

/** The address of the one whom the provider of OpenID Connect vouches for. */
export const vouchedFor = 'vouched@example.org'
/** What somebody comes back with from the provider of OpenID Connect. */
export type OidcReturn = BodyOf<Endpoints['signInByOidc']>

/** Somebody who asks, and what must outlive their requests: their own account and the token that they ask with. */
export type Asker = {
  readonly role: Role
  readonly token: string
  readonly client: Client
  readonly spared: readonly string[]
}

// LightGBM's own file, which is text: an example of a document is.
const model = new URL('../../fixtures/sklearn-modern/more_own_lgb/model.pkl', import.meta.url)
const aKey = () => randomBytes(32).toString('base64')
const rowsCsv = `size,colour,sold\n${Array.from({ length: 60 }, (_, row) => `${row},${row % 3 === 0 ? 'red' : 'blue'},${row % 2 === 0 ? 'yes' : 'no'}`).join('\n')}\n`
const passThrough =
  'class CustomTask:\n    def fit(self, X, y, **kwargs):\n        pass\n\n    def transform(self, X):\n        return X\n'
/** A task that writes what the page of its model shows. */
const drawsInsights = passThrough.replace('X, y, **kwargs', 'X, y, output_dir, **kwargs').replace(
  'pass\n',
  `open(output_dir + "/table.csv", "w").write("a\\n1\\n")
        open(output_dir + "/picture.svg", "w").write('<svg xmlns="http://www.w3.org/2000/svg"/>')
`,
)
const metadata = (more = '') => `name: Same\ntargetType: transform\n${more}`
const graph = (trees = 5) => ({
  nodes: [
    {
      id: 'impute',
      taskVersion: 'builtin:impute-numeric@1',
      inputs: [{ from: 'data' as const, dataTypes: ['NUM' as const] }],
    },
    {
      id: 'forest',
      taskVersion: 'builtin:random-forest@1',
      inputs: [{ from: 'node' as const, node: 'impute' }],
      parameters: { n_estimators: trees },
    },
  ],
})
const searched = [{ node: 'forest', parameter: 'n_estimators', low: 3, high: 6 }]
/** How somebody defines an algorithm. */
const trees = {
  inputs: [{ name: 'sepal length', type: 'number' as const, role: 'feature' as const }],
  variableInput: { fewerThan: 4 },
  outputs: [{ name: 'prediction', type: 'text' as const }],
  trainingParameters: [],
  predictionParameters: [],
}
const password = 'a long enough password'
const file = (name: string, content: string | Uint8Array) => ({ name, data: new Blob([content as BlobPart]) })

/** Ids of what lasts. */
export const idsOf = ({ artifact: _, ...ids }: Lasting): readonly string[] => Object.values(ids)

/** Somebody of a role in the organisation of the one who set it up. */
export const addAsker = async ({ client, address }: Product, role: Role): Promise<Asker> => {
  const me = await client.call('me')
  const clientWith = (token: string) =>
    createClient({ baseUrl: address, headers: () => ({ authorization: `Bearer ${token}` }) })
  const invited = async (): Promise<Asker> => {
    const body = { name: `The ${role}`, email: `${role}@example.org`, role }
    const { person, invitation } = await client.call('createPerson', { body })
    const accepted = await fetch(`${address}/api/v1/invitations`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ secret: invitation?.secret, password }),
    })
    const cookie = accepted.headers.getSetCookie().map((each) => each.split(';')[0])
    const { csrfToken } = (await accepted.json()) as { csrfToken: string }
    const made = await fetch(`${address}/api/v1/tokens`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-csrf-token': csrfToken, cookie: cookie.join('; ') },
      body: JSON.stringify({ name: 'Asks' }),
    })
    const { secret, token: own } = (await made.json()) as { secret: string; token: { id: string } }
    return { role, token: secret, client: clientWith(secret), spared: [me.id, person.id, own.id] }
  }
  const service = async (): Promise<Asker> => {
    const { person } = await client.call('createPerson', { body: { name: 'The service', role: 'service' } })
    const { secret, token: own } = await client.call('createToken', { body: { name: 'Asks', person: person.id } })
    return { role: 'service', token: secret, client: clientWith(secret), spared: [me.id, person.id, own.id] }
  }
  return role === 'service' ? service() : invited()
}

const ended = (client: Client, { id }: Job): Promise<Job> => jobEnded(client, id, 180_000)

const active = (client: Client, { id }: Deployment): Promise<Deployment> =>
  until(180_000, async () => {
    const deployment = await client.call('getDeployment', { params: { id } })
    if (deployment.state === 'failed') throw new Error(`The deployment failed: ${deployment.problem}`)
    return deployment.state === 'active' ? deployment : undefined
  })

/** What takes long to make, made once; nobody's requests delete it. */
export const makeLasting = async (client: Client) => {
  const dataset = await addDataset(client, 'Lasting')
  const project = await addProject(client, dataset.latest.id)
  const { run, job } = await client.call('train', {
    params: { id: project.id },
    body: { name: 'Forest', graph: graph() },
  })
  const trained = await ended(client, job)
  const { modelId } = await client.call('getTrainingRun', { params: { id: run.id } })
  if (modelId === null) throw new Error(`The training made no model: ${JSON.stringify(trained.error)}`)
  const predicted = await client.call('predictDataset', {
    params: { id: modelId },
    body: { datasetVersionId: dataset.latest.id },
  })
  await ended(client, predicted.job)
  // Which tries the native scorer too.
  const explained = await client.call('explainRows', { params: { id: modelId }, body: { count: 1, background: 2 } })
  await ended(client, explained.job)
  const deployment = await active(client, await client.call('createDeployment', { body: { name: 'Lasting', modelId } }))
  const registered = await client.call('createRegisteredModel', { body: { name: 'Lasting', sensitivity: 'public' } })
  const release = await publish(client, registered.id)
  const otherRelease = await publish(client, registered.id)
  const { artifacts } = await client.call('getModel', { params: { id: modelId } })
  const [artifact] = artifacts
  if (artifact === undefined) throw new Error('The model has no artifact.')
  const registeredWith = { registered: registered.id, release, otherRelease }
  const deployed = { id: deployment.id }
  await client.call('changeDeployment', { params: deployed, body: { keepRowsDays: 1 }, ifMatch: deployment.version })
  const { requestId } = await client.call('predict', { params: deployed, body: { rows: [{ size: 1 }] } })
  await until(60_000, async () => {
    const logged = await client
      .call('getLoggedRequest', { params: deployed, query: { request: requestId } })
      .catch(() => undefined)
    return logged?.rowsState === 'kept' ? true : undefined
  })
  // How far the rows have moved can be told once the rows of the training have been counted.
  await until(180_000, async () => {
    const { baseline, rows } = await client.call('getDrift', { params: { id: deployment.id } })
    return baseline?.state === 'ready' && rows > 0 ? baseline : undefined
  })
  const { search, job: searching } = await client.call('startSearch', {
    params: { id: project.id },
    body: { name: 'Forest', graph: graph(), trials: 1, judgedBy: 'validation', space: searched },
  })
  await ended(client, searching)
  const { task: drawing } = await client.upload('uploadTask', {
    files: [file('custom.py', drawsInsights), file('model-metadata.yaml', metadata())],
  })
  const [firstNode, ...otherNodes] = graph().nodes
  const drawn = await client.call('train', {
    params: { id: project.id },
    body: {
      name: 'Drawing',
      graph: {
        nodes: [
          { id: 'impute', taskVersion: drawing.latest.id, inputs: [...(firstNode?.inputs ?? [])] },
          ...otherNodes,
        ],
      },
    },
  })
  await ended(client, drawn.job)
  const { modelId: drawnModel } = await client.call('getTrainingRun', { params: { id: drawn.run.id } })
  if (drawnModel === null) throw new Error('The training that draws made no model.')
  const { job: batch } = await client.call('startBatch', {
    params: { id: deployment.id },
    body: { source: { kind: 'dataset', datasetVersionId: dataset.latest.id } },
  })
  await ended(client, batch)
  const ids = {
    drawn: drawnModel,
    dataset: dataset.id,
    version: dataset.latest.id,
    project: project.id,
    run: run.id,
    model: modelId,
    search: search.id,
  }
  return {
    ...ids,
    ...registeredWith,
    ...(await deployCoded(client)),
    deployment: deployment.id,
    artifact,
    requestId,
    training: job.id,
    predicting: predicted.job.id,
    batch: batch.id,
  }
}
export type Lasting = Awaited<ReturnType<typeof makeLasting>>

const addDataset = async (client: Client, name: string) => {
  const { dataset, job } = await client.upload('uploadDataset', {
    files: [file('rows.csv', rowsCsv)],
    fields: { name },
  })
  await ended(client, job)
  return client.call('getDataset', { params: { id: dataset.id } })
}
const addProject = (client: Client, datasetVersionId: string) =>
  client.call('createProject', {
    body: { name: 'Sales', datasetVersionId, target: 'sold', partitioning: { folds: 2 } },
  })
const addTask = async (client: Client, more = '') =>
  (
    await client.upload('uploadTask', {
      files: [file('custom.py', passThrough), file('model-metadata.yaml', metadata(more))],
    })
  ).task

/** A function that measures predictions. */
const cost = 'def evaluate(actual, predictions, weights=None, cost=1.0):\n    return {"Cost": cost}\n'
const costMetadata = `name: Cost
targetType: evaluation
hyperparameters:
  - { name: cost, type: float, default: 1 }
metrics:
  - { name: Cost, higherIsBetter: false }
`

/** An experiment with a file, whose fields are named. */
const addExperiment = async (client: Client, registered: string, state: 'empty' | 'usable') => {
  const made = await client.call('createExperiment', { params: { id: registered }, body: {} })
  if (state === 'empty') return made
  const params = { id: made.id }
  const files = [file('model.pkl', await readFile(model))]
  const { application, version } = await client.upload('uploadModelFile', { params, files })
  const inputs = application.inputs.map((input) => ({ ...input, field: input.input }))
  return client.call('changeExperiment', {
    params,
    body: { application: { inputs, passThrough: [] } },
    ifMatch: version,
  })
}

/** A release of a file, by its id. */
const publish = async (client: Client, registered: string): Promise<string> => {
  const experiment = await addExperiment(client, registered, 'usable')
  await client.call('submitExperiment', { params: { id: experiment.id }, ifMatch: experiment.version })
  const { release, job } = await client.call('releaseExperiment', {
    params: { id: registered },
    body: { experimentId: experiment.id },
  })
  await ended(client, job)
  return release.id
}

const rowFor = ({ application }: { application: { inputs: readonly { field: string | null }[] } }) =>
  Object.fromEntries(application.inputs.map(({ field }) => [field ?? '', 1]))

const seen = (version: number) => ({ 'If-Match': `"${version}"` })

/** A challenger of a deployment that has answered a row before. */
const replayableOn = async (
  client: Client,
  deployment: Deployment,
  challenge: { readonly modelReleaseId: string },
): Promise<string> => {
  const params = { id: deployment.id }
  await client.call('changeDeployment', { params, body: { keepRowsDays: 1 }, ifMatch: deployment.version })
  const { inputs } = await active(client, deployment)
  const row = Object.fromEntries(inputs.map(({ name }) => [name, 1]))
  await client.call('predict', { params, body: { rows: [row] } })
  await until(60_000, async () => ((await client.call('listChallengers', { params })).kept.rows > 0 ? true : undefined))
  return (await client.call('addChallenger', { params, body: challenge })).id
}

/**
 * One of everything that one asker's requests may use up, shared with them as far as they may own it, and for each operation a request
 * that succeeds for whoever may make it.
 */
export const makeExamples = async (
  admin: Client,
  asker: Asker,
  lasting: Lasting,
  signInByProvider: (client: Client) => Promise<OidcReturn>,
): Promise<Examples> => {
  const [, person = ''] = asker.spared
  const role = asker.role === 'viewer' || asker.role === 'service' ? 'editor' : 'owner'
  const lend = async <T extends { readonly id: string }>(made: T): Promise<T> => {
    if (asker.role !== 'administrator')
      await admin.call('share', { params: { id: made.id }, body: { grantee: person, role } })
    return made
  }
  const named = `for the ${asker.role}`
  const { codedModel, codedDeployment } = lasting
  for (const id of [
    lasting.dataset,
    lasting.project,
    lasting.registered,
    lasting.deployment,
    codedModel,
    codedDeployment,
  ])
    await lend({ id })

  const member = async (name: string) =>
    (await admin.call('createPerson', { body: { name, email: `${name}.${asker.role}@example.org`, role: 'member' } }))
      .person
  const [changed, invited, leaving, left, shared, removed, heir] = [
    await member('changed'),
    await member('invited'),
    await member('leaving'),
    await member('left'),
    await member('shared'),
    await member('removed'),
    await member('heir'),
  ]
  await admin.call('deactivatePerson', { params: { id: left.id }, body: {} })
  await admin.call('createPerson', { body: { name: 'vouched', email: vouchedFor, role: 'member' } })
  const { invitation } = await admin.call('createPerson', {
    body: { name: 'joining', email: `joining.${asker.role}@example.org`, role: 'viewer' },
  })
  const group = async (name: string) => admin.call('createGroup', { body: { name: `${name} ${named}` } })
  const trusted = await admin.call('addTrustedInstallation', { body: { name: 'Gone soon', publicKey: aKey() } })
  const [groupChanged, groupDeleted] = [await group('changed'), await group('deleted')]

  const dataset = await lend(await addDataset(admin, named))
  const [datasetChanged, datasetDeleted, datasetGiven] = [
    await lend(await addDataset(admin, named)),
    await lend(await addDataset(admin, named)),
    await lend(await addDataset(admin, named)),
  ]
  const sampled = {
    name: named,
    datasetVersionIds: [dataset.latest.id],
    fields: [
      { name: 'size', role: 'feature' as const },
      { name: 'sold', role: 'label' as const },
    ],
  }
  const sampleSet = async () => lend(await admin.call('createSampleSet', { body: sampled }))
  const [sampleSetKept, sampleSetChanged, sampleSetDeleted] = [await sampleSet(), await sampleSet(), await sampleSet()]
  const algorithmBody = { name: named, nativeAlgorithm: 'sklearn.DecisionTreeClassifier', definition: trees }
  const algorithm = async () => lend(await admin.call('createCustomAlgorithm', { body: algorithmBody }))
  const [algorithmKept, algorithmChanged, algorithmDeleted] = [await algorithm(), await algorithm(), await algorithm()]
  const [task, taskChanged, taskDeleted, asking, granted] = [
    await lend(await addTask(admin)),
    await lend(await addTask(admin)),
    await lend(await addTask(admin)),
    await lend(await addTask(admin, 'network: public\n')),
    await lend(await addTask(admin, 'network: public\n')),
  ]
  await admin.call('grantNetwork', { params: { id: granted.latest.id }, body: { reason: 'To be revoked' } })
  const { task: second } = await admin.upload('uploadTaskVersion', {
    params: { id: task.id },
    files: [file('custom.py', `${passThrough}# second\n`), file('model-metadata.yaml', metadata())],
  })
  const { items: templates } = await admin.call('listTaskTemplates')
  const [template] = templates
  const environment = async (name: string) => {
    const files = [file('Dockerfile', 'FROM debian:12-slim\n')]
    const { environment, job } = await admin.upload('uploadEnvironment', {
      files,
      fields: { name: `${name}-${asker.role}` },
    })
    // A build that ends, even without an engine, changes the environment.
    if (job !== null) await ended(admin, job)
    return admin.call('getEnvironment', { params: { id: environment.id } })
  }
  const [environmentKept, environmentChanged, environmentDeleted] = [
    await lend(await environment('kept')),
    await lend(await environment('changed')),
    await lend(await environment('deleted')),
  ]
  const blueprintBody = { name: `Forest ${named}`, graph: graph() }
  const blueprint = async () => lend(await admin.call('createBlueprint', { body: blueprintBody }))
  const [blueprintChanged, blueprintDeleted, blueprintReplaced] = [
    await blueprint(),
    await blueprint(),
    await blueprint(),
  ]
  const [project, projectDeleted] = [
    await lend(await addProject(admin, lasting.version)),
    await lend(await addProject(admin, lasting.version)),
  ]
  const deployment = async () =>
    lend(await admin.call('createDeployment', { body: { name: named, modelId: lasting.model } }))
  const [deploymentKept, deploymentChanged, deploymentDeleted, deploymentReplaced, deploymentPaused, fallenBack] = [
    await deployment(),
    await deployment(),
    await deployment(),
    await deployment(),
    await deployment(),
    await deployment(),
  ]
  const again = { modelId: lasting.model, reason: 'Replaced' }
  const challenged = async () =>
    lend(await admin.call('createDeployment', { body: { name: named, modelReleaseId: lasting.release } }))
  const challenge = { modelReleaseId: lasting.otherRelease }
  const challengerOf = async ({ id }: { readonly id: string }) =>
    (await admin.call('addChallenger', { params: { id }, body: challenge })).id
  const [unchallenged, toUnchallenge, toReplay, toPromote] = [
    await challenged(),
    await challenged(),
    await challenged(),
    await challenged(),
  ]
  const [removedChallenger, promotedChallenger] = [await challengerOf(toUnchallenge), await challengerOf(toPromote)]
  const nightly = {
    name: 'Nightly',
    cron: '0 2 1 1 *',
    batch: { source: { kind: 'dataset' as const, datasetVersionId: lasting.version } },
  }
  // Only whoever made one may run it.
  const scheduler = asker.role === 'administrator' ? asker.client : admin
  const scheduleOf = async () =>
    (await scheduler.call('createBatchSchedule', { params: { id: lasting.deployment }, body: nightly })).id
  const [scheduleChanged, scheduleDeleted, scheduleRun] = [await scheduleOf(), await scheduleOf(), await scheduleOf()]
  const replayed = await replayableOn(admin, toReplay, challenge)
  const [toRollBack, toResume] = [await deployment(), await deployment()]
  const deploymentRolledBack = await admin.call('replaceModel', {
    params: { id: toRollBack.id },
    body: again,
    ifMatch: toRollBack.version,
  })
  const deploymentResumed = await admin.call('pauseDeployment', {
    params: { id: toResume.id },
    body: { reason: 'Paused' },
    ifMatch: toResume.version,
  })
  const raising = { action: 'change', settings: { importance: 'high' }, reason: 'Much depends on it' } as const
  const askFor = async (client: Client) => {
    const { id, version } = await deployment()
    return client.call('createChangeRequest', { params: { id }, body: raising, ifMatch: version })
  }
  const [askedKept, askedApproved, askedRejected] = [await askFor(admin), await askFor(admin), await askFor(admin)]
  // A viewer may ask for nothing.
  const askedWithdrawn = await askFor(asker.role === 'viewer' ? admin : asker.client)
  const deploymentAsked = await deployment()
  const registered = async () =>
    lend(await admin.call('createRegisteredModel', { body: { name: `${named} ${Math.random()}` } }))
  const [registeredUsed, registeredChanged, registeredDeleted] = [
    await registered(),
    await registered(),
    await registered(),
  ]
  const inOwn = (state: 'empty' | 'usable') => addExperiment(admin, registeredUsed.id, state)
  const [open, changing, receiving, deleting, submitting, releasing] = [
    await inOwn('usable'),
    await inOwn('usable'),
    await inOwn('empty'),
    await inOwn('empty'),
    await inOwn('usable'),
    await inOwn('usable'),
  ]
  await admin.call('submitExperiment', { params: { id: releasing.id }, ifMatch: releasing.version })
  const trainingIn = () =>
    admin.call('createExperiment', { params: { id: registeredUsed.id }, body: { training: true } })
  const [bare, training] = [await trainingIn(), await trainingIn()]
  const { rows: frozen } = await admin.call('chooseExperimentRows', {
    params: { id: training.id },
    body: { sampleSetId: sampleSetKept.id, partitioning: { folds: 2 } },
  })
  await lend({ id: frozen?.projectId ?? '' })
  const bytes = await readFile(model)
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const uploadBody = { fileName: 'model.pkl', bytes: bytes.length, sha256 }
  const begin = async (body: typeof uploadBody) => {
    const { id } = await inOwn('empty')
    return admin.call('beginFileUpload', { params: { id }, body })
  }
  const [whole, part] = [await begin(uploadBody), await begin({ ...uploadBody, bytes: 10, sha256: '0'.repeat(64) })]
  const data = new Blob([bytes as BlobPart])
  await admin.sendBytes('sendFilePart', {
    params: { id: whole.id },
    query: { offset: 0 },
    data,
    type: 'application/octet-stream',
  })
  // It runs until somebody cancels it.
  const sleeper = `import time\n\n${passThrough.replace('pass\n', 'time.sleep(3600)\n')}`
  const { task: sleeping } = await admin.upload('uploadTask', {
    files: [file('custom.py', sleeper), file('model-metadata.yaml', metadata())],
  })
  const { task: costing } = await admin.upload('uploadTask', {
    files: [file('custom.py', cost), file('model-metadata.yaml', costMetadata)],
  })
  await lend(costing)
  const evaluation = { taskVersionId: costing.latest.id, parameters: {} }
  const measuring = await admin.call('addEvaluation', {
    params: { id: lasting.project },
    body: { ...evaluation, parameters: { cost: 2 } },
  })
  const [first, ...rest] = graph().nodes
  const { job: cancelled } = await admin.call('train', {
    params: { id: project.id },
    body: {
      name: 'Cancelled',
      graph: {
        nodes: [
          { ...first, id: 'impute', taskVersion: sleeping.latest.id, inputs: [...(first?.inputs ?? [])] },
          ...rest,
        ],
      },
    },
  })
  const resuming = await admin.call('startSearch', {
    params: { id: project.id },
    body: { name: 'Forest', graph: graph(), trials: 1, judgedBy: 'validation', space: searched },
  })
  await admin.call('cancelJob', { params: { id: resuming.job.id } })
  await ended(admin, resuming.job)
  const keep = async () => {
    const made = { name: named, type: 'other' as const, fields: { value: 'never shown' } }
    return lend(await admin.call('createCredential', { body: made }))
  }
  const [credential, credentialChanged, credentialDeleted] = [await keep(), await keep(), await keep()]
  const granting = { taskVersionId: second.latest.id, prefix: 'SECOND' }
  await admin.call('grantCredential', { params: { id: credential.id }, body: granting })
  const { token } = await admin.call('createToken', { body: { name: 'Revoked' } })
  const { items: repository } = await admin.call('getRepository', { params: { id: lasting.project } })
  const [firstOfRepository] = repository
  if (firstOfRepository === undefined) throw new Error('The repository of the project is empty.')

  const at = (id: string, more: Omit<Example, 'path'> = {}): readonly Example[] => [{ path: { id }, ...more }]
  const body = (value: unknown): readonly Example[] => [{ body: value }]
  const changeOf = ({ id, version }: { id: string; version: number }, value?: unknown): readonly Example[] =>
    at(id, { header: seen(version), ...(value === undefined ? {} : { body: value }) })
  // A path stands before its file.
  const csvForm = { path: ['rows.csv'], file: [rowsCsv] }
  const taskForm = { path: ['custom.py', 'model-metadata.yaml'], file: [passThrough, metadata()] }
  const dockerForm = { path: ['Dockerfile'], file: ['FROM debian:12-slim\nRUN true\n'] }
  const git = { url: 'https://example.invalid/tasks.git' }
  const rows = { rows: [rowFor(open)] }
  const anyone = [{}]

  return {
    signIn: body({ token: asker.token }),
    // A token has no browser session; what an invitation and a password are good for, it does not ask.
    acceptInvitation: body({ secret: invitation?.secret, password }),
    changePassword: body({ current: password, password }),
    signInWays: anyone,
    beginOidc: anyone,
    signInByOidc: body(await signInByProvider(admin)),
    forgotPassword: body({ email: `heir.${asker.role}@example.org` }),
    signOut: anyone,
    currentSession: anyone,
    me: anyone,
    listTokens: anyone,
    createToken: body({ name: 'Another', scopes: ['read'] }),
    deleteToken: at(token.id),
    listPeople: anyone,
    createPerson: body({ name: 'Somebody', email: `somebody.${asker.role}@example.org`, role: 'member' }),
    getPerson: at(person),
    changePerson: changeOf(changed, { name: 'Changed' }),
    invitePerson: at(invited.id),
    deactivatePerson: at(leaving.id, { body: { successor: heir.id } }),
    reactivatePerson: at(left.id),
    listGroups: anyone,
    createGroup: body({ name: `Made ${named}`, members: [] }),
    getGroup: at(groupChanged.id),
    changeGroup: changeOf(groupChanged, { description: 'Changed' }),
    deleteGroup: changeOf(groupDeleted),
    listAudit: anyone,
    exportAudit: anyone,
    checkAudit: anyone,
    getAccess: at(dataset.id),
    listShares: at(dataset.id),
    share: at(dataset.id, { body: { grantee: shared.id, role: 'consumer' } }),
    unshare: at(task.id, { query: { grantee: (await giveAway(admin, task.id, removed.id)).grantee } }),
    transferOwnership: at(datasetGiven.id, { body: { person } }),
    listDatasets: anyone,
    uploadDataset: body({ ...csvForm, name: 'Uploaded' }),
    getDataset: at(dataset.id),
    changeDataset: changeOf(datasetChanged, { description: 'Changed' }),
    deleteDataset: changeOf(datasetDeleted),
    uploadDatasetVersion: at(dataset.id, { body: csvForm }),
    listDatasetVersions: at(lasting.dataset),
    getDatasetVersion: at(lasting.version),
    getDatasetProfile: at(lasting.version),
    getDatasetRows: at(lasting.version, { query: { offset: 1, limit: 2 } }),
    changeDatasetSchema: at(dataset.latest.id, { body: { columns: [{ name: 'colour', type: 'text' }] } }),
    adviseTarget: at(lasting.version, { query: { column: 'sold' } }),
    downloadDataset: at(lasting.version),
    listSampleSets: anyone,
    createSampleSet: body(sampled),
    getSampleSet: at(sampleSetKept.id),
    changeSampleSet: changeOf(sampleSetChanged, { description: 'Changed' }),
    deleteSampleSet: changeOf(sampleSetDeleted),
    previewSampleSet: at(sampleSetKept.id),
    previewSplit: at(sampleSetKept.id, { body: { partitioning: { folds: 2 } } }),
    createSampleSetProject: at(sampleSetKept.id, { body: { name: 'Of a sample set' } }),
    listTasks: anyone,
    uploadTask: body({ ...taskForm, name: 'Uploaded' }),
    getTask: at(task.id),
    changeTask: changeOf(taskChanged, { description: 'Changed' }),
    deleteTask: changeOf(taskDeleted),
    uploadTaskVersion: at(task.id, { body: taskForm }),
    listTaskTemplates: anyone,
    createTask: body({
      template: template?.id,
      metadata: { name: 'From a template', targetType: template?.targetTypes[0] },
    }),
    importTask: body(git),
    importTaskVersion: at(task.id, { body: git }),
    editTask: at(asking.id, { body: { base: asking.latest.id, path: ['more.py'], file: ['# more\n'] } }),
    listTaskUses: at(task.id),
    listTaskVersions: at(task.id),
    listTaskVersionsAvailable: anyone,
    getTaskVersion: at(task.latest.id),
    checkTaskVersion: at(task.latest.id),
    compareTaskVersions: at(task.latest.id, { query: { with: second.latest.id } }),
    cloneTaskVersion: at(task.latest.id, { body: { name: 'Cloned' } }),
    getTaskFile: at(task.latest.id, { query: { path: 'custom.py' } }),
    downloadTaskVersion: at(task.latest.id),
    listEnvironments: anyone,
    downloadEnvironmentLock: [{ path: { name: 'python-core' } }],
    listCustomEnvironments: anyone,
    uploadEnvironment: body({ ...dockerForm, name: `uploaded-${asker.role}` }),
    getEnvironment: at(environmentKept.id),
    changeEnvironment: changeOf(environmentChanged, { description: 'Changed' }),
    deleteEnvironment: changeOf(environmentDeleted),
    uploadEnvironmentVersion: at(environmentKept.id, { body: dockerForm }),
    listEnvironmentVersions: at(environmentKept.id),
    getEnvironmentVersion: at(environmentKept.latest.id),
    buildEnvironmentVersion: at(environmentKept.latest.id),
    downloadEnvironmentVersion: at(environmentKept.latest.id),
    listNetworkRequests: anyone,
    grantNetwork: at(asking.latest.id, { body: { reason: 'A try' } }),
    revokeNetwork: at(granted.latest.id),
    listBlueprints: anyone,
    createBlueprint: body(blueprintBody),
    getBlueprint: at(blueprintChanged.id),
    changeBlueprint: changeOf(blueprintChanged, { graph: graph(6) }),
    deleteBlueprint: changeOf(blueprintDeleted),
    listBlueprintVersions: at(blueprintChanged.id),
    exportBlueprint: at(blueprintChanged.id, { query: { number: 1 } }),
    importBlueprint: body({ yaml: writeBlueprint(blueprintBody) }),
    importBlueprintVersion: changeOf(blueprintReplaced, {
      yaml: writeBlueprint({ ...blueprintBody, graph: graph(7) }),
    }),
    checkBlueprint: body({ graph: graph(), projectId: lasting.project }),
    listProjects: anyone,
    createProject: body({ name: 'Made', datasetVersionId: lasting.version, target: 'sold' }),
    getProject: at(lasting.project),
    changeProject: changeOf(project, { name: 'Changed' }),
    deleteProject: changeOf(projectDeleted),
    train: at(lasting.project, { body: { name: 'Again', graph: graph() } }),
    getRepository: at(lasting.project),
    retrain: at(lasting.model),
    trainRepository: at(lasting.project, { body: { ids: [firstOfRepository.id] } }),
    getLeaderboard: at(lasting.project),
    getSearchSpace: at(lasting.project, { body: { name: 'Forest', graph: graph() } }),
    listSearches: at(lasting.project),
    startSearch: at(lasting.project, { body: { name: 'Forest', graph: graph(), trials: 1, space: searched } }),
    getSearch: at(lasting.search),
    resumeSearch: at(resuming.search.id, { body: { trials: 2 } }),
    trainTrial: at(lasting.search, { body: { trial: 1 } }),
    addEvaluation: at(lasting.project, { body: evaluation }),
    removeEvaluation: at(lasting.project, { query: { evaluation: measuring.id } }),
    getTrainingRun: at(lasting.run),
    starTrainingRun: at(lasting.run),
    unstarTrainingRun: at(lasting.run),
    downloadTrainingRun: at(lasting.run),
    listModels: anyone,
    getModel: at(lasting.model),
    getModelInsights: at(lasting.model, { query: { part: 'crossValidation' } }),
    listExplanations: at(lasting.model),
    explainRows: at(lasting.model, { body: { count: 1, background: 2 } }),
    getFeatureInsights: at(lasting.model),
    computeFeatureInsights: at(lasting.model, { body: { rows: 10, repeats: 1 } }),
    getCustomInsight: at(lasting.drawn, { query: { node: 'impute', path: 'table.csv' } }),
    renderCustomInsight: at(lasting.drawn, { query: { node: 'impute', path: 'picture.svg' } }),
    downloadArtifact: at(lasting.model, { query: { node: lasting.artifact.node, path: lasting.artifact.path } }),
    downloadArtifacts: at(lasting.model),
    downloadScorer: at(lasting.model),
    predictDataset: at(lasting.model, { body: { datasetVersionId: lasting.version } }),
    predictFile: at(lasting.model, { body: csvForm }),
    outOfFoldPredictions: at(lasting.model),
    getOrganisationSettings: anyone,
    changeOrganisationSettings: body({ runModelFiles: true }),
    getStorage: anyone,
    changeStorage: body({ quotaBytes: null }),
    listAlgorithms: anyone,
    listCustomAlgorithms: anyone,
    createCustomAlgorithm: body(algorithmBody),
    getCustomAlgorithm: at(algorithmKept.id),
    changeCustomAlgorithm: changeOf(algorithmChanged, { description: 'Changed' }),
    deleteCustomAlgorithm: changeOf(algorithmDeleted),
    listRegisteredModels: anyone,
    createRegisteredModel: body({ name: `Made ${named}` }),
    getRegisteredModel: at(lasting.registered),
    changeRegisteredModel: changeOf(registeredChanged, { description: 'Changed' }),
    deleteRegisteredModel: changeOf(registeredDeleted),
    listExperiments: at(lasting.registered),
    createExperiment: at(registeredUsed.id, { body: { name: 'Made' } }),
    getExperiment: at(open.id),
    changeExperiment: changeOf(changing, { name: 'Changed' }),
    deleteExperiment: changeOf(deleting),
    chooseExperimentRows: at(bare.id, { body: { sampleSetId: sampleSetKept.id, partitioning: { folds: 2 } } }),
    trainExperiment: at(training.id, { body: { algorithms: [{ repositoryId: 'baseline' }] } }),
    uploadModelFile: at(receiving.id, { body: { path: ['model.pkl'], file: [bytes.toString()] } }),
    beginFileUpload: at(receiving.id, { body: uploadBody }),
    listFileUploads: at(receiving.id),
    getFileUpload: at(part.id),
    sendFilePart: at(part.id, { query: { offset: 0 }, body: '0123456789' }),
    finishFileUpload: at(whole.id),
    tryExperiment: at(open.id, { body: rows }),
    proveExperiment: at(open.id, { body: { rows: rows.rows.map((row) => ({ ...row, prediction: 1 })) } }),
    checkExperiment: at(open.id),
    submitExperiment: changeOf(submitting),
    listModelReleases: at(lasting.registered),
    releaseExperiment: at(registeredUsed.id, { body: { experimentId: releasing.id } }),
    getModelRelease: at(lasting.release),
    getReleaseLineage: at(lasting.release),
    compareReleases: at(lasting.release, { query: { with: lasting.otherRelease } }),
    tagRelease: at(lasting.release, { body: { tags: ['approved'] } }),
    exportRelease: at(lasting.release),
    findPackage: [{ query: { language: 'python', package: 'numpy', below: '99' } }],
    getSigningKey: anyone,
    listTrustedInstallations: anyone,
    addTrustedInstallation: body({ name: 'Elsewhere', publicKey: aKey() }),
    removeTrustedInstallation: at(trusted.id),
    predictReleaseFile: at(lasting.release, { body: csvForm }),
    explainByRelease: at(lasting.release, { body: rows }),
    setLatestRelease: at(lasting.release),
    listDeployments: anyone,
    createDeployment: body({ name: 'Made', modelReleaseId: lasting.release }),
    getDeployment: at(lasting.deployment),
    changeDeployment: changeOf(deploymentChanged, { description: 'Changed' }),
    checkReplacement: at(lasting.deployment, { query: { modelId: lasting.model } }),
    replaceModel: changeOf(deploymentReplaced, again),
    rollBackDeployment: changeOf(deploymentRolledBack, { reason: 'Worse' }),
    pauseDeployment: changeOf(deploymentPaused, { reason: 'Paused' }),
    setFallback: changeOf(fallenBack, { deploymentId: deploymentKept.id, reason: 'It crashed' }),
    resumeDeployment: changeOf(deploymentResumed),
    listDeploymentHistory: at(lasting.deployment),
    listChangeRequests: anyone,
    getChangeRequest: at(askedKept.id),
    createChangeRequest: changeOf(deploymentAsked, raising),
    approveChangeRequest: at(askedApproved.id),
    rejectChangeRequest: at(askedRejected.id, { body: { reason: 'Nothing depends on it' } }),
    withdrawChangeRequest: at(askedWithdrawn.id),
    getDeploymentReport: at(lasting.deployment),
    downloadDeploymentReport: at(lasting.deployment),
    listBatches: at(lasting.deployment),
    startBatch: at(lasting.deployment, { body: { source: { kind: 'dataset', datasetVersionId: lasting.version } } }),
    startFileBatch: at(lasting.deployment, { body: csvForm }),
    downloadBatch: at(lasting.batch),
    listBatchSchedules: anyone,
    createBatchSchedule: at(lasting.deployment, { body: nightly }),
    changeBatchSchedule: at(lasting.deployment, { body: { scheduleId: scheduleChanged, paused: true } }),
    deleteBatchSchedule: at(lasting.deployment, { query: { schedule: scheduleDeleted } }),
    runBatchSchedule: at(lasting.deployment, { body: { scheduleId: scheduleRun } }),
    listChallengers: at(lasting.deployment),
    addChallenger: at(unchallenged.id, { body: challenge }),
    removeChallenger: at(toUnchallenge.id, { query: { challenger: removedChallenger } }),
    replayChallenger: at(toReplay.id, { body: { challengerId: replayed } }),
    compareChallengers: at(lasting.deployment),
    promoteChallenger: changeOf(toPromote, { challengerId: promotedChallenger, reason: 'Better' }),
    getAlerts: at(lasting.deployment),
    setAlerts: at(deploymentChanged.id, {
      body: {
        hours: 24,
        minimum: 20,
        errorShare: 0.05,
        p95Ms: null,
        psi: 0.2,
        metric: null,
        metricLimit: null,
        mail: false,
      },
    }),
    deleteDeployment: changeOf(deploymentDeleted),
    listReleases: at(lasting.deployment),
    predict: at(lasting.deployment, { body: { rows: [{ size: 1 }] } }),
    listPredictionLog: at(lasting.deployment),
    getLoggedRequest: at(lasting.deployment, { query: { request: lasting.requestId } }),
    rebuildDeployment: at(lasting.codedDeployment, { body: { package: 'numpy', atLeast: '99' } }),
    scoreRequestAgain: at(lasting.deployment, { body: { requestId: lasting.requestId } }),
    explainRequest: at(lasting.deployment, { body: { requestId: lasting.requestId, row: 0 } }),
    listKeptRows: at(lasting.deployment),
    downloadKeptRows: at(lasting.deployment),
    getFeatureImportance: at(lasting.deployment),
    computeFeatureImportance: at(toReplay.id, { body: {} }),
    getHealth: at(lasting.deployment),
    getDrift: at(lasting.deployment),
    getFeatureDrift: at(lasting.deployment, { query: { name: 'size' } }),
    addActuals: at(lasting.deployment, { body: { actuals: [{ associationId: 'first', actual: 'yes' }] } }),
    getAccuracy: at(lasting.deployment),
    setBaseline: at(deploymentKept.id, { body: { source: 'firstRows', rows: 10 } }),
    listCredentials: anyone,
    createCredential: body({ name: 'Made', type: 's3', fields: { secretAccessKey: 'never shown' } }),
    getCredential: at(credential.id),
    changeCredential: changeOf(credentialChanged, { fields: { value: 'another' } }),
    deleteCredential: changeOf(credentialDeleted),
    listCredentialGrants: at(credential.id),
    grantCredential: at(credential.id, { body: { taskVersionId: task.latest.id, prefix: 'WAREHOUSE' } }),
    revokeCredential: at(credential.id, { query: { taskVersionId: second.latest.id } }),
    listJobs: anyone,
    getJob: at(lasting.training),
    getJobLog: at(lasting.training),
    downloadJob: at(lasting.training),
    cancelJob: at(cancelled.id),
    downloadJobResult: at(lasting.predicting),
    search: [{ query: { q: 'for the' } }],
    health: anyone,
    systemReport: anyone,
    openapi: anyone,
  }
}

const giveAway = async (client: Client, id: string, grantee: string) => {
  await client.call('share', { params: { id }, body: { grantee, role: 'consumer' } })
  return { grantee }
}
