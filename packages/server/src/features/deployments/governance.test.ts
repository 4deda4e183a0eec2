import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Deployment, DeploymentEvent, ReplacementCheck } from '@modelsmith/api'
import { type ServingManifest, servingPaths } from '@modelsmith/serving'
import { beforeAll, expect, it, vi } from 'vitest'
import { json, sql } from '../../infra/database/database.ts'
import { newId } from '../../infra/ids.ts'
import { placesOf } from '../../infra/settings.ts'
import { call, type CallParts } from '../../testing/call.ts'
import { withPlatform } from '../../testing/platform.ts'
import { makeWorld, type World } from '../../testing/world.ts'
import { keepServingFolder } from './index.ts'

const platform = withPlatform()
let world: World

const ask = (operation: Parameters<typeof call>[2], parts: CallParts = {}, person = platform.people.ann) =>
  call(platform, person, operation, parts)
const read = async (id: string) => (await ask('getDeployment', { params: { id } })).body as unknown as Deployment
const deploy = async () =>
  (await ask('createDeployment', { body: { name: 'Governed', modelId: world.model } })).body as unknown as Deployment
const historyOf = async (id: string) =>
  ((await ask('listDeploymentHistory', { params: { id } })).body as unknown as { items: DeploymentEvent[] }).items
/** A change by whoever saw the deployment as it is. */
const govern = async (operation: Parameters<typeof call>[2], id: string, body?: object) =>
  ask(operation, { params: { id }, ifMatch: (await read(id)).version, ...(body === undefined ? {} : { body }) })

type Manifest = { inputs: object[]; targetType: string; classes: string[]; target: string }

/** The model of the world, as another one says what it takes and answers. */
const modelThat = async (change: (manifest: Manifest) => Partial<Manifest>): Promise<string> => {
  const { database } = platform.context
  const [id, run] = [newId('model'), newId('trainingRun')]
  const { manifest } = (await database.first<{ manifest: Manifest }>(
    sql`select manifest from model where id = ${world.model}`,
  )) as { manifest: Manifest }
  for (const [copy, origin] of [
    [id, world.model],
    [run, world.trainingRun],
  ])
    await database.run(sql`
      insert into object (id, kind, name, owner_id, organisation_id, workspace_id, within_id, created_at, updated_at)
      select ${copy}, kind, name, owner_id, organisation_id, workspace_id, within_id, now(), now() from object where id = ${origin}`)
  await database.run(sql`
    insert into training_run (id, project_id, blueprint_name, graph, state, job_id)
    select ${run}, project_id, blueprint_name, graph, state, job_id from training_run where id = ${world.trainingRun}`)
  await database.run(sql`
    insert into model (id, project_id, training_run_id, manifest, scores, insights, files, out_of_fold_key)
    select ${id}, project_id, ${run}, ${json({ ...manifest, ...change(manifest) })}, scores, insights, files, out_of_fold_key from model where id = ${world.model}`)
  return id
}

beforeAll(async () => {
  world = await makeWorld(platform, platform.people.ann)
})

it('replaces a model for a reason, and serves the one before again', async () => {
  const { id, release: first, previousRelease } = await deploy()
  expect(previousRelease).toBeNull()
  const replaced = await govern('replaceModel', id, { modelId: world.model, reason: 'Trained anew' })
  expect(replaced.body).toMatchObject({ release: { number: 2 }, previousRelease: { id: first.id, number: 1 } })
  const third = await govern('replaceModel', id, { modelId: world.model, reason: 'And again' })
  expect(third.body).toMatchObject({ release: { number: 3 }, previousRelease: { number: 2 } })
  expect((await govern('rollBackDeployment', id, { reason: 'Worse' })).body).toMatchObject({ release: { number: 2 } })
  const back = await govern('rollBackDeployment', id, {})
  expect(back.body).toMatchObject({ release: { id: first.id, number: 1 }, previousRelease: null })
  const refused = await govern('rollBackDeployment', id, {})
  expect([refused.status, refused.body.code]).toEqual([409, 'deployment.nothingBefore'])
  // What was rolled back from is never what is rolled back to.
  await govern('replaceModel', id, { modelId: world.model, reason: 'Better now' })
  expect(await read(id)).toMatchObject({ release: { number: 4 }, previousRelease: { number: 1 } })
  expect(
    (await historyOf(id)).map(({ kind, by, from, to, reason }) => [kind, by?.id, from?.number, to?.number, reason]),
  ).toEqual([
    ['replaced', platform.people.ann.id, 1, 4, 'Better now'],
    ['rolledBack', platform.people.ann.id, 2, 1, null],
    ['rolledBack', platform.people.ann.id, 3, 2, 'Worse'],
    ['replaced', platform.people.ann.id, 2, 3, 'And again'],
    ['replaced', platform.people.ann.id, 1, 2, 'Trained anew'],
    ['deployed', platform.people.ann.id, undefined, 1, null],
  ])
})

it('says what clients would notice, and replaces it when they are said to be ready', async () => {
  const { id } = await deploy()
  const modelId = await modelThat(({ inputs }) => ({ inputs: [...inputs, { name: 'colour', type: 'category' }] }))
  const check = (await ask('checkReplacement', { params: { id }, query: { modelId } })).body
  expect(check).toMatchObject({
    refused: false,
    changes: [{ code: 'signature.fieldNeeded', message: 'It needs the field "colour" too.' }],
  } satisfies Partial<ReplacementCheck>)
  const refused = await govern('replaceModel', id, { modelId, reason: 'Colours matter' })
  expect([refused.status, refused.body.code, refused.body.findings?.map(({ code }) => code)]).toEqual([
    409,
    'deployment.changesNotAccepted',
    ['signature.fieldNeeded'],
  ])
  expect((await read(id)).release.number).toBe(1)
  const done = await govern('replaceModel', id, { modelId, reason: 'Colours matter', acceptChanges: true })
  expect(done.body).toMatchObject({ release: { number: 2, modelId } })
  expect((await historyOf(id))[0]).toMatchObject({ kind: 'replaced', changes: ['It needs the field "colour" too.'] })
})

it('takes no model that answers another kind of question, whatever is accepted', async () => {
  const { id } = await deploy()
  const modelId = await modelThat(() => ({ targetType: 'regression', classes: [] }))
  expect((await ask('checkReplacement', { params: { id }, query: { modelId } })).body).toMatchObject({ refused: true })
  const { status, body } = await govern('replaceModel', id, { modelId, reason: 'Other', acceptChanges: true })
  expect([status, body.code]).toEqual([409, 'deployment.otherKind'])
  const none = await govern('replaceModel', id, { reason: 'Nothing' })
  expect([none.status, none.body.code]).toEqual([422, 'deployment.oneModel'])
  const blank = await govern('replaceModel', id, { modelId: world.model, reason: ' \n' })
  expect([blank.status, blank.body.code]).toEqual([422, 'request.invalid'])
})

it('is paused and resumed in the manifest of the prediction process, with who did it and why', async () => {
  const { id } = await deploy()
  const paused = await govern('pauseDeployment', id, { reason: 'Wrong prices' })
  expect(paused.body).toMatchObject({
    state: 'paused',
    pause: { by: { id: platform.people.ann.id }, reason: 'Wrong prices' },
  })
  const again = await govern('pauseDeployment', id, { reason: 'Once more' })
  expect([again.status, again.body.code]).toEqual([409, 'deployment.pausedAlready'])
  const bugs: unknown[] = []
  const folder = keepServingFolder(platform.context, (error) => bugs.push(error))
  const file = join(placesOf(platform.context.settings).serving, servingPaths.manifest)
  const pauses = async () => (JSON.parse(await readFile(file, 'utf8')) as ServingManifest).pauses
  try {
    await vi.waitFor(async () => {
      expect(await pauses()).toMatchObject({ [id]: { reason: 'Wrong prices', by: expect.stringMatching(/./) } })
    }, 30_000)
    await govern('resumeDeployment', id)
    await vi.waitFor(async () => expect(await pauses()).not.toHaveProperty(id), 30_000)
  } finally {
    await folder.stop()
  }
  expect(bugs).toEqual([])
  const resumed = await govern('resumeDeployment', id)
  expect([resumed.status, resumed.body.code]).toEqual([409, 'deployment.notPaused'])
  expect((await historyOf(id)).map(({ kind, reason }) => [kind, reason])).toEqual([
    ['resumed', null],
    ['paused', 'Wrong prices'],
    ['deployed', null],
  ])
})

it('is answered for by another deployment, named with a reason, that clients would not notice', async () => {
  const [one, other, third] = [await deploy(), await deploy(), await deploy()]
  const reason = 'It crashes'
  const set = (id: string, deploymentId: string | null) => govern('setFallback', id, { deploymentId, reason })
  expect((await set(one.id, other.id)).body).toMatchObject({
    fallback: { id: other.id, name: 'Governed', problem: null },
    fallbacks: 0,
  })
  const refused = async (id: string, to: string) => {
    const { status, body } = await set(id, to)
    return [status, body.code]
  }
  expect(await refused(third.id, third.id)).toEqual([409, 'deployment.fallbackItself'])
  expect(await refused(third.id, one.id)).toEqual([409, 'deployment.fallbackHasOne'])
  expect(await refused(other.id, third.id)).toEqual([409, 'deployment.fallbackOfOthers'])
  expect(await refused(other.id, one.id)).toEqual([409, 'deployment.fallbackHasOne'])
  expect(await refused(third.id, 'deployment_00000000000000000000000000')).toEqual([404, 'object.notFound'])
  const modelId = await modelThat(({ inputs }) => ({ inputs: [...inputs, { name: 'colour', type: 'category' }] }))
  await govern('replaceModel', third.id, { modelId, reason: 'Colours', acceptChanges: true })
  const differs = await set((await deploy()).id, third.id)
  expect([differs.status, differs.body.code, differs.body.findings?.map(({ code }) => code)]).toEqual([
    409,
    'deployment.fallbackDiffers',
    ['signature.fieldNeeded'],
  ])
  const blank = await govern('setFallback', one.id, { deploymentId: null, reason: ' ' })
  expect([blank.status, blank.body.code]).toEqual([422, 'request.invalid'])

  const folder = keepServingFolder(platform.context, () => {})
  const file = join(placesOf(platform.context.settings).serving, servingPaths.manifest)
  const fallbacks = async () => (JSON.parse(await readFile(file, 'utf8')) as ServingManifest).fallbacks
  try {
    await vi.waitFor(async () => expect(await fallbacks()).toEqual({ [one.id]: other.id }), 30_000)
    // What takes other rows by now answers for nobody, and the page says why.
    await govern('replaceModel', other.id, { modelId, reason: 'Colours', acceptChanges: true })
    await vi.waitFor(async () => expect(await fallbacks()).toEqual({}), 30_000)
    expect((await read(one.id)).fallback?.problem).toContain('It needs the field "colour" too.')
    await govern('rollBackDeployment', other.id, {})
    await vi.waitFor(async () => expect(await fallbacks()).toEqual({ [one.id]: other.id }), 30_000)
  } finally {
    await folder.stop()
  }
  expect((await set(one.id, null)).body).toMatchObject({ fallback: null })
  const told = (await historyOf(one.id)).filter(({ kind }) => kind === 'fallbackChanged')
  expect(told.map(({ by, reason: why, changes }) => [by?.id, why, changes])).toEqual([
    [platform.people.ann.id, reason, [`Its fallback was "Governed" (${other.id}); it is none.`]],
    [platform.people.ann.id, reason, [`Its fallback was none; it is "Governed" (${other.id}).`]],
  ])
  await set(one.id, other.id)
  await ask('deleteDeployment', { params: { id: other.id }, ifMatch: (await read(other.id)).version })
  expect((await read(one.id)).fallback).toBe(null)
})

it('is answered for by nothing that its keeper may not ask', async () => {
  const { id } = await deploy()
  const hidden = (await ask('createDeployment', { body: { name: 'Hidden', modelId: world.model } }))
    .body as unknown as Deployment
  await ask('share', { params: { id }, body: { grantee: platform.people.mia.id, role: 'editor' } })
  const { version } = await read(id)
  const body = { deploymentId: hidden.id, reason: 'Mine' }
  const { status } = await ask('setFallback', { params: { id }, body, ifMatch: version }, platform.people.mia)
  expect(status).toBe(404)
  expect((await read(id)).fallback).toBe(null)
})

it('is paused although the model of another one cannot be brought, which answers as before', async () => {
  const { database, settings } = platform.context
  const bugs: unknown[] = []
  const keep = () => keepServingFolder(platform.context, (error) => bugs.push(error))
  const file = join(placesOf(settings).serving, servingPaths.manifest)
  const manifest = async () => JSON.parse(await readFile(file, 'utf8')) as ServingManifest
  const servedOf = async (id: string) => (await manifest()).deployments.find((each) => each.id === id)?.releaseId
  const [paused, replaced] = [await deploy(), await deploy()]
  const before = keep()
  try {
    await vi.waitFor(async () => expect(await servedOf(replaced.id)).toBe(replaced.release.id), 30_000)
  } finally {
    await before.stop()
  }

  const modelId = await modelThat(() => ({}))
  const { files } =
    (await database.first<{ files: object[] }>(sql`select files from model where id = ${modelId}`)) ?? {}
  await govern('replaceModel', replaced.id, { modelId, reason: 'Trained anew' })
  const made = (await ask('createDeployment', { body: { name: 'New', modelId } })).body as unknown as Deployment
  const missing = [{ path: 'model', key: '0'.repeat(64), bytes: 1 }]
  await database.run(sql`update model set files = ${json(missing)} where id = ${modelId}`)
  await govern('pauseDeployment', paused.id, { reason: 'Wrong prices' })
  const folder = keep()
  try {
    await vi.waitFor(async () => expect((await manifest()).pauses).toHaveProperty(paused.id), 30_000)
    expect(await servedOf(replaced.id)).toBe(replaced.release.id)
    expect(await servedOf(made.id)).toBeUndefined()
    await govern('pauseDeployment', replaced.id, { reason: 'Wrong as well' })
    await vi.waitFor(async () => expect((await manifest()).pauses).toHaveProperty(replaced.id), 30_000)
    // Each is told once, however often it is tried.
    expect(bugs).toHaveLength(2)
    await database.run(sql`update model set files = ${json(files)} where id = ${modelId}`)
    await vi.waitFor(async () => expect(await servedOf(made.id)).toBe(made.release.id), 30_000)
    expect(await servedOf(replaced.id)).toBe((await read(replaced.id)).release.id)
  } finally {
    await folder.stop()
  }
  expect(bugs).toHaveLength(2)
})

it('is changed by whoever saw it as it is', async () => {
  const { id, version } = await deploy()
  await govern('pauseDeployment', id, { reason: 'First' })
  const late = await ask('resumeDeployment', { params: { id }, ifMatch: version })
  expect([late.status, late.body.code]).toEqual([412, 'object.changed'])
})

it('answered nothing as a bug', () => {
  expect(platform.bugs).toEqual([])
})
