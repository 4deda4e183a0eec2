import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ApprovalPolicy } from '@modelsmith/domain'
import type { ChangeRequest, Deployment, DeploymentEvent } from '@modelsmith/api'
import { type ServingManifest, servingPaths } from '@modelsmith/serving'
import { beforeAll, beforeEach, expect, it, vi } from 'vitest'
import { sql } from '../../infra/database/database.ts'
import { placesOf } from '../../infra/settings.ts'
import { type Called, call, type CallParts } from '../../testing/call.ts'
import { addPerson, type TestPerson, withPlatform } from '../../testing/platform.ts'
import { makeWorld, type World } from '../../testing/world.ts'
import { keepServingFolder } from './index.ts'

const platform = withPlatform()
let world: World
let other: World

type Op = Parameters<typeof call>[2]
const nothing: ApprovalPolicy = { low: [], moderate: [], high: [], critical: [] }
const guarded: ApprovalPolicy = { ...nothing, high: ['create', 'change', 'replace', 'delete'] }

const ask = (operation: Op, parts: CallParts = {}, person = platform.people.ann) =>
  call(platform, person, operation, parts)
const setPolicy = (approvals: ApprovalPolicy) =>
  ask('changeOrganisationSettings', { body: { approvals } }, platform.people.adam)
const read = async (id: string) => (await ask('getDeployment', { params: { id } })).body as unknown as Deployment
const said = ({ status, body }: Called) => [status, body.code]
const as = <T>({ body }: Called) => body as unknown as T

/** A deployment that answers, of high importance. */
const deployHigh = async (): Promise<Deployment> => {
  await setPolicy(nothing)
  const made = await ask('createDeployment', { body: { name: 'Guarded', modelId: world.model, importance: 'high' } })
  await setPolicy(guarded)
  return as<Deployment>(made)
}
/** By whoever saw the deployment as it is. */
const govern = async (operation: Op, id: string, body?: object, person = platform.people.ann) =>
  ask(operation, { params: { id }, ifMatch: (await read(id)).version, ...(body === undefined ? {} : { body }) }, person)
const request = async (id: string, body: object, person = platform.people.ann) =>
  as<ChangeRequest>(await govern('createChangeRequest', id, { reason: 'It has to be', ...body }, person))
const decide = (operation: Op, id: string, person: TestPerson) =>
  ask(operation, { params: { id }, ...(operation === 'rejectChangeRequest' ? { body: { reason: 'No' } } : {}) }, person)
const approve = (id: string, person = platform.people.adam) => decide('approveChangeRequest', id, person)
const share = (id: string, person: TestPerson, role: string) =>
  ask('share', { params: { id }, body: { grantee: person.id, role } })
const lower = { action: 'change', settings: { importance: 'low' } }
const entriesOf = async (operation: string) =>
  platform.context.database.rows<{
    outcome: string
    actor_id: string
    object_id: string
    before: object
    after: object
  }>(
    sql`select outcome, actor_id, object_id, before, after from audit_entry where operation = ${operation} order by sequence`,
  )

beforeAll(async () => {
  world = await makeWorld(platform, platform.people.ann)
  other = await makeWorld(platform, platform.people.ann)
})
beforeEach(async () => {
  await setPolicy(guarded)
})

it('is decided by administrators what needs a second person, and shown to everybody', async () => {
  expect(said(await ask('changeOrganisationSettings', { body: { approvals: nothing } }))).toEqual([
    403,
    'object.forbidden',
  ])
  for (const approvals of [
    { ...nothing, high: ['rollback'] },
    { high: ['create'] },
    { ...nothing, low: ['create', 'create'] },
    null,
  ])
    expect(said(await ask('changeOrganisationSettings', { body: { approvals } }, platform.people.adam))).toEqual([
      422,
      'request.invalid',
    ])
  expect((await ask('getOrganisationSettings')).body).toMatchObject({ approvals: guarded, runModelFiles: false })
  const last = (await entriesOf('changeOrganisationSettings')).findLast(({ outcome }) => outcome === 'done')
  expect(last).toMatchObject({ before: { approvals: nothing }, after: { approvals: guarded } })
})

it('holds back what the policy covers, and nothing else', async () => {
  const { id } = await deployHigh()
  expect(await read(id)).toMatchObject({ importance: 'high', needsApproval: guarded.high, state: 'starting' })
  const held = [409, 'deployment.needsApproval']
  expect(said(await govern('replaceModel', id, { modelId: other.model, reason: 'Better' }))).toEqual(held)
  for (const change of [
    { importance: 'low' },
    { importance: 'moderate' },
    { updates: 'automatic' },
    { associationColumn: 'id' },
  ])
    expect(said(await govern('changeDeployment', id, change))).toEqual(held)
  // Not half of it either.
  expect(said(await govern('changeDeployment', id, { name: 'Other', importance: 'low' }))).toEqual(held)
  expect(said(await govern('deleteDeployment', id))).toEqual(held)
  // Administrators are no exception.
  expect(said(await govern('deleteDeployment', id, undefined, platform.people.adam))).toEqual(held)
  expect(await read(id)).toMatchObject({ name: 'Guarded', importance: 'high', release: { number: 1 } })
  const freely = await govern('changeDeployment', id, { name: 'Renamed', description: 'It matters', updates: 'manual' })
  expect(freely.status).toBe(200)
  expect((await govern('changeDeployment', id, { importance: 'critical' })).body).toMatchObject({
    importance: 'critical',
    needsApproval: [],
  })
  expect(
    said(await ask('createDeployment', { body: { name: 'X', modelId: world.model, importance: 'utmost' } })),
  ).toEqual([422, 'request.invalid'])
})

it('never holds up a rollback, a pause or a resumption', async () => {
  await setPolicy(nothing)
  const { id } = as<Deployment>(await ask('createDeployment', { body: { name: 'Calm', modelId: world.model } }))
  await govern('replaceModel', id, { modelId: other.model, reason: 'Better' })
  await govern('changeDeployment', id, { importance: 'critical' })
  await setPolicy({ ...nothing, critical: ['create', 'change', 'replace', 'delete'] })
  expect((await govern('rollBackDeployment', id, { reason: 'Worse' })).body).toMatchObject({ release: { number: 1 } })
  expect((await govern('pauseDeployment', id, { reason: 'Wrong' })).body).toMatchObject({ state: 'paused' })
  expect((await govern('resumeDeployment', id)).status).toBe(200)
})

it('carries out as it was asked what a second person approves', async () => {
  const { id } = await deployHigh()
  const asked = await request(id, { action: 'replace', replacement: { modelId: other.model }, reason: 'Newer rows' })
  expect(asked).toMatchObject({
    action: 'replace',
    state: 'open',
    askedBy: { id: platform.people.ann.id },
    differences: [
      { what: 'model', before: expect.stringContaining(world.model), after: expect.stringContaining(other.model) },
    ],
    mayDecide: false,
    mayWithdraw: true,
    isOutdated: false,
  })
  expect(await read(id)).toMatchObject({ release: { number: 1, modelId: world.model } })
  const forAdam = as<{ items: ChangeRequest[] }>(
    await ask('listChangeRequests', { query: { state: 'open', deployment: id } }, platform.people.adam),
  )
  expect(forAdam.items).toMatchObject([{ id: asked.id, mayDecide: true, mayWithdraw: false }])
  expect((await approve(asked.id)).body).toMatchObject({
    state: 'done',
    decidedBy: { id: platform.people.adam.id },
    problem: null,
  })
  expect(await read(id)).toMatchObject({ release: { number: 2, modelId: other.model } })
  const history = as<{ items: DeploymentEvent[] }>(await ask('listDeploymentHistory', { params: { id } })).items
  expect(history[0]).toMatchObject({
    kind: 'replaced',
    by: { id: platform.people.ann.id },
    approvedBy: { id: platform.people.adam.id },
    reason: 'Newer rows',
  })
  for (const operation of ['approveChangeRequest', 'rejectChangeRequest'] as const)
    expect(said(await decide(operation, asked.id, platform.people.adam))).toEqual([409, 'changeRequest.notOpen'])
  expect(said(await decide('withdrawChangeRequest', asked.id, platform.people.ann))).toEqual([
    409,
    'changeRequest.notOpen',
  ])
  expect((await entriesOf('createChangeRequest')).at(-1)).toMatchObject({
    object_id: id,
    after: { changeRequest: asked.id },
  })
  expect((await entriesOf('approveChangeRequest')).at(-1)).toMatchObject({
    outcome: 'done',
    actor_id: platform.people.adam.id,
    object_id: id,
    before: { changeRequest: { id: asked.id, askedBy: { id: platform.people.ann.id } } },
    after: { state: 'done' },
  })
})

it('changes settings and deletes after an approval, each for whoever asked', async () => {
  const { id } = await deployHigh()
  const change = await request(id, {
    action: 'change',
    settings: { importance: 'moderate', associationColumn: 'order' },
  })
  expect(change.differences).toEqual([
    { what: 'importance', before: 'high', after: 'moderate' },
    { what: 'associationColumn', before: null, after: 'order' },
  ])
  expect((await approve(change.id)).body).toMatchObject({ state: 'done' })
  expect(await read(id)).toMatchObject({ importance: 'moderate', associationColumn: 'order' })
  const [gone, beside] = [
    await request(id, { action: 'delete' }),
    await request(id, { action: 'change', settings: { importance: 'low' } }),
  ]
  expect((await approve(gone.id)).body).toMatchObject({ state: 'done', deployment: { id, isDeleted: true } })
  expect((await ask('getDeployment', { params: { id } })).status).toBe(404)
  // Who saw them still does, and nobody is asked any more.
  expect((await ask('getChangeRequest', { params: { id: beside.id } })).body).toMatchObject({
    state: 'withdrawn',
    mayDecide: false,
  })
  expect(said(await approve(beside.id))).toEqual([404, 'object.notFound'])
})

it('changes who answers for it after an approval only, with the reason in its history', async () => {
  const { id } = await deployHigh()
  const other = await deployHigh()
  const reason = 'It crashes'
  expect(said(await govern('setFallback', id, { deploymentId: other.id, reason }))).toEqual([
    409,
    'deployment.needsApproval',
  ])
  const change = await request(id, { action: 'change', settings: { fallbackId: other.id }, reason })
  expect(change.differences).toEqual([{ what: 'fallback', before: null, after: `"Guarded" (${other.id})` }])
  expect((await approve(change.id)).body).toMatchObject({ state: 'done' })
  expect((await read(id)).fallback?.id).toBe(other.id)
  const { items } = as<{ items: DeploymentEvent[] }>(await ask('listDeploymentHistory', { params: { id } }))
  expect(items[0]).toMatchObject({ kind: 'fallbackChanged', reason, approvedBy: { id: platform.people.adam.id } })
  const asked = { action: 'change', settings: { fallbackId: id }, reason }
  const chain = await govern('createChangeRequest', other.id, asked)
  expect(said(chain)).toEqual([409, 'deployment.fallbackHasOne'])
})

it('is rejected with a reason or withdrawn by whoever asked, and nothing happens', async () => {
  const { id } = await deployHigh()
  const [first, second] = [await request(id, lower), await request(id, lower)]
  expect(
    said(await ask('rejectChangeRequest', { params: { id: first.id }, body: { reason: ' ' } }, platform.people.adam)),
  ).toEqual([422, 'request.invalid'])
  expect((await decide('rejectChangeRequest', first.id, platform.people.adam)).body).toMatchObject({
    state: 'rejected',
    decisionReason: 'No',
  })
  expect(said(await decide('withdrawChangeRequest', second.id, platform.people.adam))).toEqual([
    403,
    'changeRequest.notAsker',
  ])
  expect((await decide('withdrawChangeRequest', second.id, platform.people.ann)).body).toMatchObject({
    state: 'withdrawn',
  })
  expect(await read(id)).toMatchObject({ importance: 'high' })
  expect((await entriesOf('rejectChangeRequest')).at(-1)).toMatchObject({
    outcome: 'done',
    after: { reason: 'No', state: 'rejected' },
  })
  expect((await entriesOf('withdrawChangeRequest')).at(-1)).toMatchObject({
    outcome: 'done',
    actor_id: platform.people.ann.id,
  })
})

it('is never decided by whoever asked, by any back way', async () => {
  const { ann, adam, mia } = platform.people
  const { database } = platform.context
  const { id } = await deployHigh()
  const asked = await request(id, lower)
  const own = [403, 'changeRequest.own']
  const attempts = async (person: TestPerson) => [
    said(await approve(asked.id, person)),
    said(await decide('rejectChangeRequest', asked.id, person)),
  ]
  expect(await attempts(ann)).toEqual([own, own])
  // Another token of the same person.
  const made = as<{ secret: string }>(await ask('createToken', { body: { name: 'Another' } }))
  expect(await attempts({ ...ann, token: made.secret })).toEqual([own, own])
  // A service account, also one that owns the deployment.
  const service = await addPerson({ database }, ann, 'Robot', 'service')
  await share(id, service, 'owner')
  expect(await attempts(service)).toEqual([
    [403, 'changeRequest.service'],
    [403, 'changeRequest.service'],
  ])
  // Rights that are less than an owner's, through a group as well.
  await share(id, mia, 'editor')
  const group = as<{ id: string }>(
    await ask('createGroup', { body: { name: 'Approvers', members: [ann.id, mia.id] } }, adam),
  )
  await ask('share', { params: { id }, body: { grantee: group.id, role: 'editor' } })
  expect(await attempts(mia)).toEqual([
    [403, 'object.forbidden'],
    [403, 'object.forbidden'],
  ])
  expect(said(await ask('share', { params: { id }, body: { grantee: group.id, role: 'owner' } }))).toEqual([
    422,
    'share.owner',
  ])
  // Ownership handed over does not make another of the asker, and neither does a greater role.
  await ask('transferOwnership', { params: { id }, body: { person: mia.id } })
  await database.run(sql`update person set role = 'administrator' where id = ${ann.id}`)
  expect(await attempts(ann)).toEqual([own, own])
  await database.run(sql`update person set role = 'member' where id = ${ann.id}`)
  expect(
    (await entriesOf('approveChangeRequest')).filter(
      ({ outcome, actor_id }) => outcome === 'denied' && actor_id === ann.id,
    ),
  ).not.toEqual([])
  expect(await read(id)).toMatchObject({ importance: 'high' })
  // Who it was handed over to is a second person, and Ann may still change it: so it is done.
  expect((await approve(asked.id, mia)).body).toMatchObject({ state: 'done', decidedBy: { id: mia.id } })
})

it('is not decided by whoever has made a token of the service account that asks', async () => {
  const { adam } = platform.people
  const { database } = platform.context
  const { id } = await deployHigh()
  const { id: service } = as<{ person: { id: string } }>(
    await ask('createPerson', { body: { name: 'Pipeline', role: 'service' } }, adam),
  ).person
  const { secret, token } = as<{ secret: string; token: { id: string } }>(
    await ask('createToken', { body: { name: 'CI', person: service } }, adam),
  )
  const pipeline = { ...adam, id: service, token: secret }
  await share(id, pipeline, 'editor')
  const asked = await request(id, lower, pipeline)
  // Not even after the token is gone.
  await ask('deleteToken', { params: { id: token.id } }, adam)
  expect(said(await approve(asked.id, adam))).toEqual([403, 'changeRequest.tokenMaker'])
  const eve = await addPerson({ database }, adam, 'Eve', 'administrator')
  expect((await approve(asked.id, eve)).body).toMatchObject({ state: 'done' })
})

it('is not decided by an account that the asker has let in after asking', async () => {
  const { adam } = platform.people
  const { database } = platform.context
  const { id } = await deployHigh()
  const zoe = await addPerson({ database }, adam, 'Zoe', 'administrator')
  const asked = await request(id, lower, adam)
  // The answer has an address at which whoever opens it chooses the account's password.
  await ask('invitePerson', { params: { id: zoe.id } }, adam)
  expect(said(await approve(asked.id, zoe))).toEqual([403, 'changeRequest.letIn'])
  expect((await approve(asked.id, platform.people.ann)).body).toMatchObject({ state: 'done' })
})

it('fails with the reason, and stays undone, when it can no longer be done as it was asked', async () => {
  const { adam, mia } = platform.people
  const { database } = platform.context
  const failed = async (id: string) => {
    const { status, body } = await approve(id, adam)
    const { state, problem } = body as unknown as ChangeRequest
    return [status, state, problem?.code]
  }
  const { id } = await deployHigh()
  const replacement = await request(id, { action: 'replace', replacement: { modelId: other.model } })
  await govern('pauseDeployment', id, { reason: 'Wrong' })
  expect((await ask('getChangeRequest', { params: { id: replacement.id } })).body).toMatchObject({ isOutdated: true })
  expect(await failed(replacement.id)).toEqual([200, 'failed', 'object.changed'])
  expect(await read(id)).toMatchObject({ release: { number: 1 }, state: 'paused' })
  expect((await entriesOf('approveChangeRequest')).at(-1)).toMatchObject({
    outcome: 'done',
    after: { state: 'failed', problem: { code: 'object.changed' } },
  })

  await share(id, mia, 'editor')
  const ofMia = await request(id, lower, mia)
  await ask('unshare', { params: { id }, query: { grantee: mia.id } })
  expect(await failed(ofMia.id)).toEqual([200, 'failed', 'object.notFound'])

  await share(id, mia, 'editor')
  const again = await request(id, lower, mia)
  await database.run(sql`update person set deactivated_at = now() where id = ${mia.id}`)
  expect(await failed(again.id)).toEqual([200, 'failed', 'changeRequest.askerGone'])
  await database.run(sql`update person set deactivated_at = null where id = ${mia.id}`)

  // The model answers other classes by now, and nobody has said that clients are ready.
  const signed = await request(id, { action: 'replace', replacement: { modelId: other.model } })
  await database.run(
    sql`update model set manifest = jsonb_set(manifest, '{classes}', '["a", "b"]') where id = ${other.model}`,
  )
  expect(await failed(signed.id)).toEqual([200, 'failed', 'deployment.changesNotAccepted'])
  expect(await read(id)).toMatchObject({ importance: 'high', release: { number: 1 } })
  await database.run(
    sql`update model m set manifest = jsonb_set(m.manifest, '{classes}', (select manifest -> 'classes' from model where id = ${world.model})) where m.id = ${other.model}`,
  )
})

it('refuses to ask for what makes no sense', async () => {
  const { id, version } = await deployHigh()
  const { vera, mia } = platform.people
  const refused = async (body: object, person = platform.people.ann) =>
    said(
      await ask(
        'createChangeRequest',
        { params: { id }, ifMatch: version, body: { reason: 'Why not', ...body } },
        person,
      ),
    )
  expect(await refused({ action: 'replace' })).toEqual([422, 'changeRequest.incomplete'])
  expect(await refused({ action: 'delete', settings: { importance: 'low' } })).toEqual([
    422,
    'changeRequest.incomplete',
  ])
  expect(await refused({ ...lower, replacement: { modelId: other.model } })).toEqual([422, 'changeRequest.incomplete'])
  expect(await refused({ action: 'change', settings: { importance: 'high' } })).toEqual([422, 'changeRequest.nothing'])
  expect(await refused({ action: 'change', settings: {} })).toEqual([422, 'request.invalid'])
  expect(await refused({ action: 'rollback' })).toEqual([422, 'request.invalid'])
  expect(await refused({ action: 'delete', reason: '\n' })).toEqual([422, 'request.invalid'])
  expect(await refused({ action: 'create' })).toEqual([409, 'changeRequest.notWaiting'])
  expect(await refused({ action: 'replace', replacement: {} })).toEqual([422, 'deployment.oneModel'])
  expect(await refused({ action: 'replace', replacement: { modelId: 'model_00000000000000000000000000' } })).toEqual([
    404,
    'object.notFound',
  ])
  await share(id, mia, 'consumer')
  await share(id, vera, 'editor')
  for (const person of [mia, vera]) expect(await refused(lower, person)).toEqual([403, 'object.forbidden'])
  await share(id, mia, 'editor')
  expect(await refused({ action: 'delete' }, mia)).toEqual([403, 'object.forbidden'])
  const late = await ask('createChangeRequest', {
    params: { id },
    ifMatch: version + 1,
    body: { ...lower, reason: 'Late' },
  })
  expect(said(late)).toEqual([412, 'object.changed'])
  expect(as<{ items: [] }>(await ask('listChangeRequests', { query: { deployment: id } })).items).toEqual([])
})

it('waits, and answers nobody, until its creation is approved', async () => {
  const { settings } = platform.context
  const body = { name: 'New', modelId: world.model, importance: 'high' }
  expect(said(await ask('createDeployment', { body }))).toEqual([422, 'deployment.reasonMissing'])
  const made = as<Deployment>(await ask('createDeployment', { body: { ...body, reason: 'The shop opens' } }))
  expect(made).toMatchObject({ state: 'waiting', needsApproval: [], release: { number: 1 } })
  const listed = async () =>
    as<{ items: ChangeRequest[] }>(await ask('listChangeRequests', { query: { deployment: made.id } })).items
  const [first] = await listed()
  expect(first).toMatchObject({ action: 'create', reason: 'The shop opens', state: 'open' })
  const bugs: unknown[] = []
  const folder = keepServingFolder(platform.context, (error) => bugs.push(error))
  const file = join(placesOf(settings).serving, servingPaths.manifest)
  const served = async () =>
    (JSON.parse(await readFile(file, 'utf8')) as ServingManifest).deployments.find(({ id }) => id === made.id)
  try {
    await vi.waitFor(
      async () => expect(await served()).toMatchObject({ withheld: expect.stringContaining('approve') }),
      30_000,
    )
    // What was asked for is what is approved: a change of it is asked for anew.
    await govern('replaceModel', made.id, { modelId: other.model, reason: 'Newer' })
    expect((await approve(first?.id ?? '')).body).toMatchObject({
      state: 'failed',
      problem: { code: 'object.changed' },
    })
    const again = await request(made.id, { action: 'create' })
    expect(await read(made.id)).toMatchObject({ state: 'waiting' })
    expect(await served()).toHaveProperty('withheld')
    expect((await approve(again.id)).body).toMatchObject({ state: 'done' })
    await vi.waitFor(async () => {
      const now = await served()
      expect(now?.releaseId).toBe((await read(made.id)).release.id)
      expect(now).not.toHaveProperty('withheld')
    }, 30_000)
  } finally {
    await folder.stop()
  }
  expect(bugs).toEqual([])
  expect(await read(made.id)).toMatchObject({
    state: 'starting',
    needsApproval: guarded.high,
    release: { number: 2 },
    previousRelease: null,
  })
  // What was replaced while it waited was approved by nobody.
  expect(said(await govern('rollBackDeployment', made.id, {}))).toEqual([409, 'deployment.nothingBefore'])
  const [event] = as<{ items: DeploymentEvent[] }>(
    await ask('listDeploymentHistory', { params: { id: made.id } }),
  ).items
  expect(event).toMatchObject({
    kind: 'deployed',
    by: { id: platform.people.ann.id },
    approvedBy: { id: platform.people.adam.id },
  })
})

it('may be deleted while it waits, which asks nobody any more', async () => {
  const body = { name: 'Never', modelId: world.model, importance: 'high', reason: 'Perhaps' }
  const { id } = as<Deployment>(await ask('createDeployment', { body }))
  expect((await govern('deleteDeployment', id)).status).toBe(204)
  const open = as<{ items: ChangeRequest[] }>(
    await ask('listChangeRequests', { query: { state: 'open' } }, platform.people.adam),
  )
  expect(open.items.map(({ deployment }) => deployment.id)).not.toContain(id)
})

it('carries out once what two people approve at the same time', async () => {
  const eve = await addPerson(platform.context, platform.people.adam, 'Ida', 'administrator')
  const { id } = await deployHigh()
  const asked = await request(id, { action: 'replace', replacement: { modelId: other.model } })
  const answers = await Promise.all([approve(asked.id, platform.people.adam), approve(asked.id, eve)])
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409])
  expect(await read(id)).toMatchObject({ release: { number: 2 } })
})

it('shows requests to whoever sees the deployment, and to nobody else', async () => {
  const { id } = await deployHigh()
  const asked = await request(id, lower)
  const { mia, bob } = platform.people
  for (const person of [mia, bob]) {
    expect((await ask('getChangeRequest', { params: { id: asked.id } }, person)).status).toBe(404)
    expect((await ask('listChangeRequests', {}, person)).text).not.toContain(asked.id)
    expect(said(await approve(asked.id, person))).toEqual([404, 'object.notFound'])
  }
  await share(id, mia, 'consumer')
  expect((await ask('getChangeRequest', { params: { id: asked.id } }, mia)).body).toMatchObject({ mayDecide: false })
  expect(said(await approve(asked.id, mia))).toEqual([403, 'object.forbidden'])
})

it('answered nothing as a bug', () => {
  expect(platform.bugs).toEqual([])
})
