import { type Endpoint, endpoints, type ModelInsights, type Operation } from '@modelsmith/api'
import { mask } from '@modelsmith/domain'
import { beforeAll, expect, it } from 'vitest'
import { askedOf } from './testing/asked.ts'
import { call, type CallParts } from './testing/call.ts'
import { canary, makeCanaries, sensitive } from './testing/canaries.ts'
import { addPerson, type TestPerson, withPlatform } from './testing/platform.ts'
import { sharedKinds } from './testing/world.ts'

/**
 * Every operation of the API that answers something, asked about things that hold values of sensitive columns wherever they could: no
 * answer to somebody who does not see the values has one. An operation that is new is asked as well, or has a reason here.
 */

const platform = withPlatform()
let told: Awaited<ReturnType<typeof makeCanaries>>
/** A consumer of everything, a viewer who was given whatever can be given, and an editor of the project alone. */
let people: Readonly<Record<'consumer' | 'viewer' | 'stranger', TestPerson>>

const operations = (Object.keys(endpoints) as Operation[]).filter((name) => endpoints[name].method === 'GET')

/** Not asked, and why no value stands in it. */
const notAsked: Partial<Record<Operation, string>> = {
  streamChanges: 'never ends; it tells kinds, ids, versions and what became of them',
}

/** Answered with the values to somebody who does not see them elsewhere, and by which right. */
const byRight: readonly (readonly [Operation, string, () => CallParts])[] = [
  ['downloadJobResult', 'they sent the rows themselves, in a file', () => ({ params: { id: told.own } })],
  ['downloadBatch', 'they sent the rows themselves, in a file', () => ({ params: { id: told.ownBatch } })],
]

const asked = () => {
  const { world, jobs } = told
  const of = (id: string, query: CallParts['query'] = {}): CallParts => ({ params: { id }, query })
  const each = (column: string) => ({ name: column })
  const more: Partial<Record<Operation, readonly CallParts[]>> = {
    adviseTarget: sensitive.map((column) => of(world.datasetVersion, { column })),
    checkReplacement: [of(world.deployment, { modelId: world.model })],
    getFeatureDrift: sensitive.map((column) => of(world.deployment, each(column))),
    downloadArtifact: [of(world.model, { node: 'model', path: 'categories.json' })],
    getCustomInsight: [of(world.model, { node: 'model', path: 'categories.json' })],
    renderCustomInsight: [of(world.model, { node: 'model', path: 'page.html' })],
    getModelInsights: ['validation', 'crossValidation'].map((part) => of(world.model, { part })),
    getJob: Object.values(jobs).map((id) => of(id)),
    getJobLog: Object.values(jobs).map((id) => of(id)),
    streamJob: Object.values(jobs).map((id) => of(id)),
    downloadJob: Object.values(jobs).map((id) => of(id)),
    downloadJobResult: Object.values(jobs).map((id) => of(id)),
    downloadBatch: [of(told.batch), of(told.batch, { format: 'parquet' })],
    downloadTrainingRun: [of(world.trainingRun)],
    getTaskVersion: [of(world.taskVersion)],
    getAccess: [world.dataset, world.project, world.deployment].map((id) => of(id)),
    getPerson: [of(world.person)],
    getGroup: [of(world.group)],
    search: [{ query: { q: 'SECRET' } }, { query: { q: 'sales' } }],
    downloadEnvironmentLock: [{ params: { name: 'tools' } }],
    findPackage: [{ query: { language: 'python', package: 'numpy' } }],
  }
  const known = new Map(
    askedOf({ platform, world }).map(([operation, , , parts]) => [operation, [parts()] as readonly CallParts[]]),
  )
  return (operation: Operation): readonly CallParts[] => {
    const { path }: Endpoint = endpoints[operation]
    const found = more[operation] ?? known.get(operation) ?? (path.includes('{') ? undefined : [{}])
    if (found === undefined) throw new Error(`Nobody says how ${operation} is asked: a line in testing/asked.ts.`)
    return found
  }
}

/** The operations whose answers to somebody have a value of a sensitive column, and those that were answered at all. */
const walk = async (person: TestPerson) => {
  const partsOf = asked()
  const telling = new Set<Operation>()
  const answered = new Set<Operation>()
  for (const operation of operations.filter((name) => notAsked[name] === undefined))
    for (const parts of partsOf(operation)) {
      const { status, text, headers } = await call(platform, person, operation, parts)
      if (status === 200) answered.add(operation)
      if (canary.test(text) || canary.test(JSON.stringify(headers))) telling.add(operation)
    }
  return { telling: [...telling].sort(), answered }
}

beforeAll(async () => {
  const { ann } = platform.people
  people = {
    consumer: await addPerson(platform.context, ann, 'Uma', 'member'),
    viewer: platform.people.vera,
    stranger: await addPerson(platform.context, ann, 'Sid', 'member'),
  }
  told = await makeCanaries(platform, ann, people.consumer)
  const { world } = told
  const share = async (id: string, { id: grantee }: TestPerson, role: string) => {
    expect((await call(platform, ann, 'share', { params: { id }, body: { grantee, role } })).status).toBe(200)
  }
  for (const kind of sharedKinds) {
    await share(world[kind], people.consumer, 'consumer')
    await share(world[kind], people.viewer, 'editor')
  }
  for (const id of [world.project, world.deployment]) await share(id, people.stranger, 'editor')
})

const everywhere: Operation[] = [
  'adviseTarget',
  'compareChallengers',
  'downloadArtifact',
  'downloadArtifacts',
  'downloadBatch',
  'downloadDataset',
  'downloadJob',
  'downloadJobResult',
  'downloadTrainingRun',
  'getCustomInsight',
  'getDataset',
  'getDatasetProfile',
  'getDatasetRows',
  'getDatasetVersion',
  'getDeployment',
  'getDeploymentReport',
  'getFeatureDrift',
  'getFeatureInsights',
  'getJob',
  'getJobLog',
  'getLeaderboard',
  'getModelInsights',
  'getSearch',
  'getTrainingRun',
  'listChallengers',
  'listDatasetVersions',
  'listDatasets',
  'listDeployments',
  'listExplanations',
  'listJobs',
  'previewSampleSet',
  'renderCustomInsight',
  'streamJob',
]

/** Told to those who may edit the deployment. */
const rowsOfRequests: Operation[] = ['downloadKeptRows', 'getLoggedRequest', 'listKeptRows']

it('values stand in all of these answers while no column is marked', async () => {
  const { telling } = await walk(people.consumer)
  expect(telling).toEqual(everywhere)
})

it('values stand in none of them for those who do not see them, also where they were told before the mark', async () => {
  expect(await told.mark()).toBe(200)
  const answered = new Set<Operation>()
  for (const [who, person] of Object.entries(people)) {
    const walked = await walk(person)
    expect([who, walked.telling]).toEqual([who, []])
    for (const operation of walked.answered) answered.add(operation)
  }
  // What administrators alone are answered, and what is refused because it cannot be masked.
  expect(operations.filter((operation) => !answered.has(operation)).sort()).toEqual([
    'checkAudit',
    'downloadArtifact',
    'downloadArtifacts',
    'downloadEnvironmentLock',
    'downloadJob',
    'downloadScorer',
    'downloadTrainingRun',
    'exportAudit',
    'exportRelease',
    'getCustomInsight',
    'getSigningKey',
    'getStorage',
    'listAudit',
    'listTrustedInstallations',
    'renderCustomInsight',
    'streamChanges',
  ])
})

it('has masks where values stood, and says what is left out', async () => {
  const { world, jobs } = told
  const ask = async (operation: Operation, parts: CallParts) =>
    (await call(platform, people.consumer, operation, parts)).body
  const params = { id: world.model }
  expect(await ask('getModel', { params })).toMatchObject({ hidden: ['born', 'name', 'pay'] })
  expect(await ask('getFeatureInsights', { params })).toMatchObject({ computed: { effects: [{ feature: 'size' }] } })
  expect(await ask('getModelInsights', { params })).toMatchObject({ byFeature: { features: [{ feature: 'size' }] } })
  const { anomaly } = (await ask('getModelInsights', {
    params,
    query: { part: 'crossValidation' },
  })) as unknown as { anomaly: NonNullable<ModelInsights['anomaly']> }
  expect(anomaly.columns).toEqual(['size', ...sensitive])
  expect(anomaly.top.map(({ values }) => values)).toEqual(
    Array.from({ length: 40 }, (_, row) => [row, mask, mask, mask]),
  )
  const query = { node: 'model', path: 'categories.json' }
  for (const operation of ['downloadArtifact', 'getCustomInsight'] as const)
    expect((await ask(operation, { params, query })).code).toBe('model.sensitive')
  for (const id of [jobs.predicted, jobs.predictedBefore])
    expect((await ask('downloadJob', { params: { id } })).code).toBe('bundle.sensitive')
  const drift = await ask('getFeatureDrift', { params: { id: world.deployment }, query: { name: 'name' } })
  expect(drift).toMatchObject({
    feature: { name: 'name', type: 'category' },
    bins: [
      { label: 'missing' },
      { label: 'not seen before' },
      ...[2, 3, 4, 5].map((place) => ({ label: `${mask} ${place}`, baseline: expect.any(Number) })),
      { label: 'other' },
    ],
  })
  const { text } = await call(platform, people.consumer, 'downloadJobResult', { params: { id: jobs.predictedBefore } })
  expect(text.split('\n').slice(0, 2)).toEqual(['name,born,pay,no,yes', `${mask},${mask},${mask},0.5,0.5`])
})

it.each(byRight)('values stand in %s by right: %s', async (operation, _, parts) => {
  expect((await call(platform, people.consumer, operation, parts())).text).toMatch(canary)
})

it('values stand in the answers to whoever sees them', async () => {
  const own: Operation[] = ['downloadBatch', 'downloadJobResult']
  const { telling } = await walk(platform.people.ann)
  expect(telling).toEqual([...everywhere.filter((operation) => !own.includes(operation)), ...rowsOfRequests].sort())
})

it('answered nothing as a bug', () => {
  expect(platform.bugs).toEqual([])
})
