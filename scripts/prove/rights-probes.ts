import { writeFileSync } from 'node:fs'
import { type Endpoint, endpoints, type Operation } from '@modelsmith/api'
import { may, type Relation, type Role } from '@modelsmith/domain'
import { expect, it } from 'vitest'
import { askedOf } from '../../packages/server/src/testing/asked.ts'
import { type CallParts, type Called, call } from '../../packages/server/src/testing/call.ts'
import { addPerson, type TestPerson, withPlatform } from '../../packages/server/src/testing/platform.ts'
import { addSecretTask, graphWith } from '../../packages/server/src/testing/secret-task.ts'
import { libraryGraph, makeWorld, rowsCsv, taskFiles } from '../../packages/server/src/testing/world.ts'
import type { checks as Checks } from './rights-checks.ts'

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

const shared = ['dataset', 'task', 'environment', 'blueprint', 'project', 'registeredModel', 'deployment'] as const
type Held = { readonly role: Role; readonly relation?: Relation; readonly person: TestPerson }

/** People made so far: an address is one person's. */
let made = 0

const begin = async () => {
  const { ann, mia } = platform.people
  const { context } = platform
  const world = await makeWorld(platform, ann)
  const secret = await addSecretTask(platform, ann, world)
  const share = (id: string, { id: grantee }: TestPerson, role: string) =>
    call(platform, ann, 'share', { params: { id }, body: { grantee, role } })
  const held = async (role: Role, relation?: Relation): Promise<Held> => {
    const person = await addPerson(context, ann, `${role}-${relation}-${made++}`, role)
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
  const hidden = (
    await call(platform, ann, 'createBlueprint', { body: { name: 'Hidden plan', graph: graphWith(world.taskVersion) } })
  ).body as unknown as { id: string }
  return { platform, world, secret, everybody, hidden: hidden.id }
}
type Told = Awaited<ReturnType<typeof begin>>

const probesOf = ({ world, secret, everybody, hidden }: Told): Probe[] => {
  const { ann, mia, adam } = platform.people
  const [, editor, consumer, viewer, stranger] = everybody.map(({ person }) => person) as TestPerson[] as [
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
      const mayDo = may({ id: 'me', organisation: 'o', role }, action, reference)
      return probe(
        `${role}, ${relation ?? 'nothing'}`,
        person,
        operation,
        parts,
        (answer) => !refused(answer) === mayDo,
      )
    }),
  )
  const ids = [...Object.values(world), secret.task.id, secret.blueprint.id, secret.model, secret.run.id].filter(
    (id) => !id.startsWith('person_') && !id.startsWith('group_'),
  )
  const lists = (Object.keys(endpoints) as Operation[])
    .filter((name) => name.startsWith('list') && !endpoints[name].path.includes('{') && endpoints[name].tag !== 'audit')
    .map((operation) => lacks('a stranger', stranger, operation, ids))
  const on = (id: string, more: CallParts = {}): CallParts => ({ params: { id }, ...more })
  const row = { body: { rows: [{ size: 1 }] } }
  const { task, environment, environmentVersion } = world
  const version = secret.task.latest.id

  /** Operations that the table of one kind does not say, as somebody who has no role, or too little. */
  const others: readonly (readonly [Operation, CallParts])[] = [
    ['releaseExperiment', on(world.registeredModel, { body: { experimentId: world.experiment } })],
    ['editTask', on(task, { files: taskFiles, fields: { base: world.taskVersion } })],
    ['cloneTaskVersion', on(world.taskVersion, { body: {} })],
    ['getTaskVersion', on(world.taskVersion)],
    ['buildEnvironmentVersion', on(environmentVersion)],
    ['deleteProject', on(world.project, { ifMatch: 999 })],
    ['downloadTrainingRun', on(world.trainingRun)],
    ['downloadJob', on(world.job)],
    ['predictDataset', on(world.model, { body: { datasetVersionId: world.datasetVersion } })],
    ['streamJob', on(world.job)],
    ['getAccess', on(task)],
    ['unshare', on(task, { query: { grantee: ann.id } })],
    ['transferOwnership', on(task, { body: { person: ann.id } })],
    ['grantNetwork', on(world.taskVersion, { body: { reason: 'Why' } })],
    ['revokeNetwork', on(world.taskVersion)],
    ['deleteToken', on(world.token)],
    ['invitePerson', on(ann.id)],
    ['deactivatePerson', on(mia.id, { body: { successor: mia.id } })],
    ['reactivatePerson', on(mia.id)],
    ['changePerson', on(mia.id, { body: { name: 'Mia' }, ifMatch: 999 })],
    ['changeGroup', on(world.group, { body: {}, ifMatch: 999 })],
    ['deleteGroup', on(world.group, { ifMatch: 999 })],
    ['createGroup', { body: { name: world.group } }],
    ['createPerson', { body: { name: 'X', role: 'service', email: 'x@example.org' } }],
    ['listAudit', {}],
    ['exportAudit', {}],
    ['checkAudit', {}],
    ['listTokens', { query: { person: ann.id } }],
    ['createToken', { body: { name: 'Theirs', person: ann.id } }],
    ['uploadEnvironment', { files: { Dockerfile: 'FROM scratch\n' }, fields: { name: 'no name' } }],
  ]
  const makes: readonly (readonly [Operation, CallParts])[] = [
    ['uploadDataset', { files: { 'rows.csv': rowsCsv } }],
    ['createBlueprint', { body: { name: 'B', graph: libraryGraph } }],
    ['createProject', { body: { name: 'P', datasetVersionId: world.datasetVersion, target: 'sold' } }],
    ['createDeployment', { body: { name: 'D', modelId: world.model } }],
    ['createDeployment', { body: { name: 'D', modelReleaseId: world.modelRelease } }],
    ['createRegisteredModel', { body: { name: 'R' } }],
    ['uploadTask', { files: taskFiles }],
    ['createTask', { body: { template: 'starter:python:binary', metadata: { name: 'T' } } }],
    ['importTask', { body: { url: 'https://example.org/a' } }],
    ['cloneTaskVersion', on(world.taskVersion, { body: {} })],
  ]
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
    ['a model', consumer, 'changeDeployment', on(world.deployment, { body: { modelId: secret.model }, ifMatch: 999 })],
    ['a grantee', ann, 'share', on(task, { body: { grantee: 'person_0000000000000000', role: 'consumer' } })],
  ]
  /** What may only be executed. */
  const executed: readonly (readonly [Operation, CallParts])[] = [
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
  ]
  const withoutSource: readonly (readonly [Operation, CallParts])[] = [
    ['getJobLog', on(secret.run.jobId)],
    ['getJob', on(secret.run.jobId)],
    ['streamJob', on(secret.run.jobId)],
    ['listJobs', {}],
    ['getTrainingRun', on(secret.run.id)],
    ['getLeaderboard', on(world.project)],
  ]
  return [
    ...byTable,
    ...lists,
    lacks('a stranger', stranger, 'search', ids, { query: { q: 'secret' } }),
    ...others.flatMap(([operation, parts]) => [
      denied('a stranger', stranger, operation, parts),
      ...(endpoints[operation].method === 'GET' || operation === 'deleteToken'
        ? []
        : [denied('a viewer', viewer, operation, parts)]),
    ]),
    probe(
      'a stranger',
      stranger,
      'getPerson',
      () => on(ann.id),
      ({ status }) => status === 200,
    ),
    ...makes.map(([operation, parts]) => denied('a viewer', viewer, operation, parts)),
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
      ({ body }) => (body.findings ?? []).some(({ code }) => code === 'blueprint.unknownTask'),
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
    {
      words: 'an owner who does not see what uses it: deleteTask',
      ask: () => call(platform, everybody[0]?.person, 'deleteTask', on(task, { ifMatch: 1 })),
      holds: ({ body, text }) => body.code === 'object.inUse' && !text.includes('Hidden plan'),
    },
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
