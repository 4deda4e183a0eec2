import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Challenger, ChallengerComparison, Challengers, Deployment, Job } from '@modelsmith/api'
import { type LoggedRows, openPredictionLog, servingPaths } from '@modelsmith/serving'
import { beforeAll, beforeEach, expect, it } from 'vitest'
import { json, sql } from '../../infra/database/database.ts'
import { newId } from '../../infra/ids.ts'
import { placesOf } from '../../infra/settings.ts'
import { call, type CallParts } from '../../testing/call.ts'
import { answeredWith, setosa, virginica } from '../../testing/irises.ts'
import { withPlatform } from '../../testing/platform.ts'
import { publishIris } from '../../testing/publish.ts'
import { addModel, makeWorld, noSessions, runJob, type World } from '../../testing/world.ts'
import { forgetRows, shipLog } from '../monitoring/index.ts'
import { countScored } from './count.ts'
import { queueBehind } from './keep-challengers.ts'
import { scoreChallengerJob } from './score-job.ts'
import * as store from './store.ts'

const platform = withPlatform()
const hour = '2026-01-31T12:00:00.000Z'
const range = { from: '2026-01-31T00:00:00Z', to: '2026-02-01T00:00:00Z' }

let tree = ''
let regression = ''
let deployment: Deployment
let world: World

const ask = (operation: Parameters<typeof call>[2], parts: CallParts = {}, person = platform.people.ann) =>
  call(platform, person, operation, parts)
const params = () => ({ id: deployment.id })
const handlers = () => ({ scoreChallenger: scoreChallengerJob(platform.context, noSessions) })

const answered = answeredWith(0.8, 0.1)

const ship = async (requests: readonly LoggedRows[], at = '2026-01-31T12:10:00.000Z', releaseId?: string) => {
  const folder = placesOf(platform.context.settings).serving
  const log = openPredictionLog(join(folder, servingPaths.log))
  const facts = { deploymentId: deployment.id, releaseId: releaseId ?? deployment.release.id, latencyMs: 1 }
  for (const rows of requests)
    log.append(
      { requestId: newId('request'), at, rows: rows.inputs.rows, status: 'ok', errorCode: null, ...facts },
      rows,
    )
  log.close()
  await shipLog(platform.context, folder)
}

const list = async () => (await ask('listChallengers', { params: params() })).body as unknown as Challengers
const compare = async (query = range) =>
  (await ask('compareChallengers', { params: params(), query })).body as unknown as ChallengerComparison
const add = async (modelReleaseId: string) => {
  const { status, body } = await ask('addChallenger', { params: params(), body: { modelReleaseId } })
  expect(status).toBe(201)
  return body as unknown as Challenger
}
/** Runs the jobs that new rows give rise to. */
const scoreNew = async (others = handlers()): Promise<Job | undefined> => {
  await queueBehind(platform.context.database)
  const jobs = (await ask('listJobs', { query: { limit: 5 } })).body as unknown as { items: Job[] }
  const job = jobs.items.find(({ kind, endedAt }) => kind === 'scoreChallenger' && endedAt === null)
  return job === undefined ? undefined : runJob(platform, platform.people.ann, job.id, others)
}
const replay = (challengerId: string, asked: object = range) =>
  ask('replayChallenger', { params: params(), body: { challengerId, ...asked } })
const replayed = async (challengerId: string) => {
  const { job } = (await replay(challengerId)).body as unknown as { job: Job }
  return runJob(platform, platform.people.ann, job.id, handlers())
}
const version = async () => ((await ask('getDeployment', { params: params() })).body as unknown as Deployment).version
const keep = async (keepRowsDays: number) =>
  ask('changeDeployment', { params: params(), body: { keepRowsDays }, ifMatch: await version() })
/** As a moment later: jobs that score new rows keep a distance. */
const later = () => platform.context.database.run(sql`update job set ended_at = ended_at - interval '1 hour'`)

beforeAll(async () => {
  world = await makeWorld(platform, platform.people.ann)
  const { id } = (await ask('createRegisteredModel', { body: { name: 'Irises' } })).body as { id: string }
  tree = await publishIris(platform, platform.people.ann, id, 'dtc_iris')
  regression = await publishIris(platform, platform.people.ann, id, 'logreg_multinomial_strings')
}, 120_000)

beforeEach(async () => {
  deployment = (await ask('createDeployment', { body: { name: 'Irises', modelReleaseId: tree } }))
    .body as unknown as Deployment
})

it('scores what the champion answers from when it was added, and compares on the same rows', async () => {
  await ship([answered([setosa], 'setosa')])
  const added = await add(regression)
  expect(added).toMatchObject({ name: 'Irises, release 2', state: 'upToDate', waitingRows: 0 })
  const { kept } = await list()
  expect(kept).toMatchObject({ days: 30, rows: 0, from: null })
  await ship([answered([setosa, setosa, virginica], 'setosa'), answered([virginica], 'virginica')])
  expect((await list()).items).toMatchObject([{ state: 'behind', waitingRows: 4 }])
  expect(await scoreNew()).toMatchObject({ state: 'succeeded', result: { rows: 4, failed: 0 } })
  expect((await list()).items).toMatchObject([{ state: 'upToDate', waitingRows: 0 }])
  const { challengers, champion } = await compare()
  expect(champion).toMatchObject({ number: 1, rows: 5 })
  expect(challengers).toMatchObject([
    {
      rows: 4,
      failed: 0,
      errors: [],
      compared: {
        rows: 4,
        agreement: 0.75,
        challenger: { classes: [{ rows: 2 }, { rows: 0 }, { rows: 2 }] },
        champion: { classes: [{ label: 'setosa', rows: 3 }, { rows: 0 }, { label: 'virginica', rows: 1 }] },
      },
      series: [{ at: hour, rows: 4 }],
    },
  ])
  expect((await compare({ from: '2025-01-01T00:00:00Z', to: '2025-01-02T00:00:00Z' })).challengers).toMatchObject([
    { rows: 0, compared: { rows: 0, agreement: null }, series: [] },
  ])
})

it('is held against actual values on the rows that both answered, whenever they come', async () => {
  await add(regression)
  const actuals = (value: string) =>
    ask('addActuals', { params: params(), body: { actuals: [{ associationId: 'b', actual: value }] } })
  await ask('addActuals', { params: params(), body: { actuals: [{ associationId: 'a', actual: 'virginica' }] } })
  await ship([answered([virginica, virginica, setosa], 'setosa', ['a', 'b', 'c'])])
  await scoreNew()
  await actuals('setosa')
  expect((await compare()).challengers[0]?.accuracy).toMatchObject({
    rows: 2,
    challenger: { Accuracy: 0.5 },
    champion: { Accuracy: 0.5 },
  })
  await actuals('virginica')
  expect((await compare()).challengers[0]?.accuracy).toMatchObject({
    rows: 2,
    challenger: { Accuracy: 1 },
    champion: { Accuracy: 0 },
  })
})

it('replays the past once, whatever is asked again', async () => {
  await keep(2)
  await ship([answered([setosa, virginica], 'setosa')])
  await ship([answered([setosa], 'setosa')], '2025-06-01T00:00:00.000Z')
  const { id } = await add(regression)
  expect(await scoreNew()).toBeUndefined()
  const ended = await replayed(id)
  expect(ended).toMatchObject({ state: 'succeeded', result: { rows: 2 }, subject: { kind: 'deployment' } })
  const again = await replay(id)
  expect([again.status, again.body.code]).toEqual([409, 'challenger.allScored'])
  expect((await compare()).challengers).toMatchObject([{ rows: 2, compared: { agreement: 0.5 } }])
  const none = await replay(id, { from: '2024-01-01T00:00:00Z', to: '2024-01-02T00:00:00Z' })
  expect([none.status, none.body.code, none.body['detail']]).toEqual([
    422,
    'challenger.noRows',
    'No rows of requests are kept from 2024-01-01T00:00:00.000Z to 2024-01-02T00:00:00.000Z. Rows are kept from 2025-06-01T00:00:00.000Z to 2026-01-31T13:00:00.000Z.',
  ])
  expect((await replay(id, { from: 'yesterday' })).body.code).toBe('monitoring.range')
})

it('counts rows once when a worker is killed between scoring and counting, and when two score the same', async () => {
  const { id } = await add(regression)
  await ship([answered([setosa, virginica], 'setosa')])
  await queueBehind(platform.context.database)
  const { database } = platform.context
  const challenger = (await store.findChallenger(database, id)) as store.ChallengerRow
  const [part] = await store.nextParts(database, id, 'new', 0, 100)
  const nothing = { sequence: part?.sequence ?? 0, hour, requests: [] }
  const killed = database.transaction(async (queries) => {
    await countScored(queries, challenger, [nothing], { isNew: true })
    throw new Error('Killed')
  })
  await expect(killed).rejects.toThrow('Killed')
  const { job } = (await replay(id)).body as unknown as { job: Job }
  const twice = await replay(id)
  expect([twice.status, twice.body.code]).toEqual([409, 'challenger.replaying'])
  await runJob(platform, platform.people.ann, job.id, handlers())
  await scoreNew()
  expect((await compare()).challengers).toMatchObject([{ rows: 2, compared: { rows: 2 } }])
  expect(await database.transaction((queries) => countScored(queries, challenger, [nothing], { isNew: true }))).toEqual(
    {
      rows: 0,
      failed: 0,
    },
  )
})

it('says why rows fail, and which; the others count', async () => {
  await add(regression)
  await ship([
    answered([setosa, setosa], 'setosa'),
    answered([[null, 3, 1, 1]], 'setosa'),
    answered([virginica], 'setosa'),
  ])
  expect(await scoreNew()).toMatchObject({ state: 'succeeded', result: { rows: 3, failed: 1 } })
  const [found] = (await compare()).challengers
  expect(found).toMatchObject({ rows: 3, failed: 1, errors: [{ rows: 1 }] })
  expect(found?.errors[0]?.message).toMatch(/./)
})

it('takes no model that is not there, answers another question, is the champion, or is one already', async () => {
  const refused = async (body: object) => {
    const { status, body: said } = await ask('addChallenger', { params: params(), body })
    return [status, said.code]
  }
  expect(await refused({ modelReleaseId: newId('modelRelease') })).toEqual([404, 'object.notFound'])
  expect(await refused({})).toEqual([422, 'deployment.oneModel'])
  expect(await refused({ modelReleaseId: tree })).toEqual([409, 'challenger.isChampion'])
  expect(await refused({ modelId: world.model, acceptChanges: true })).toEqual([409, 'deployment.otherKind'])
  await add(regression)
  expect(await refused({ modelReleaseId: regression })).toEqual([409, 'challenger.isChallenger'])
  const unknown = newId('challenger')
  expect((await replay(unknown)).body.code).toBe('challenger.notFound')
  const gone = await ask('removeChallenger', { params: params(), query: { challenger: unknown } })
  expect([gone.status, gone.body.code]).toEqual([404, 'challenger.notFound'])
})

it('has a handful, each noticed by clients as a replacement is', async () => {
  const { database } = platform.context
  deployment = (await ask('createDeployment', { body: { name: 'Trained', modelId: world.model } }))
    .body as unknown as Deployment
  const run = (await ask('getTrainingRun', { params: { id: world.trainingRun } })).body
  const others: string[] = []
  for (let at = 0; at < 6; at++) {
    const id = newId('trainingRun')
    await database.run(sql`
      insert into object (id, kind, name, owner_id, organisation_id, workspace_id, within_id, created_at, updated_at)
      select ${id}, kind, name, owner_id, organisation_id, workspace_id, within_id, now(), now() from object where id = ${world.trainingRun}`)
    await database.run(sql`
      insert into training_run (id, project_id, blueprint_name, graph, state, job_id)
      select ${id}, project_id, blueprint_name, graph, state, job_id from training_run where id = ${world.trainingRun}`)
    others.push(await addModel(platform, { ...run, id } as never))
  }
  await database.run(
    sql`update model set manifest = manifest || ${json({ inputs: [{ name: 'colour', type: 'category' }] })} where id = ${others[0] ?? ''}`,
  )
  const noticed = await ask('addChallenger', { params: params(), body: { modelId: others[0] } })
  expect([noticed.status, noticed.body.code]).toEqual([409, 'deployment.changesNotAccepted'])
  const accepted = { modelId: others[0], acceptChanges: true }
  expect((await ask('addChallenger', { params: params(), body: accepted })).status).toBe(201)
  for (const modelId of others.slice(1, 5))
    expect((await ask('addChallenger', { params: params(), body: { modelId } })).status).toBe(201)
  const tooMany = await ask('addChallenger', { params: params(), body: { modelId: others[5] } })
  expect([tooMany.status, tooMany.body.code]).toEqual([409, 'challenger.tooMany'])
})

it('is promoted as a model is replaced, and the champion of before goes on as a challenger', async () => {
  const { id } = await add(regression)
  const promote = async (body: object = {}) =>
    ask('promoteChallenger', {
      params: params(),
      body: { challengerId: id, reason: 'More right', ...body },
      ifMatch: await version(),
    })
  const blank = await promote({ reason: ' ' })
  expect([blank.status, blank.body.code]).toEqual([422, 'request.invalid'])
  const done = await promote({ keepChampion: true })
  expect(done.body).toMatchObject({ release: { number: 2, modelId: regression } })
  const history = (await ask('listDeploymentHistory', { params: params() })).body as unknown as { items: object[] }
  expect(history.items[0]).toMatchObject({ kind: 'replaced', reason: 'More right', to: { number: 2 } })
  expect((await list()).items).toMatchObject([{ modelId: tree, state: 'upToDate' }])
  // What the champion of before answered itself is nothing to compare it with.
  await ship([answered([setosa], 'setosa')])
  await ship([answered([virginica], 'virginica')], hour, String((done.body['release'] as { id: string }).id))
  expect(await scoreNew()).toMatchObject({ result: { rows: 1 } })
  await ask('rollBackDeployment', { params: params(), body: {}, ifMatch: await version() })
  const [back] = (await list()).items
  expect(back).toMatchObject({ modelId: tree, state: 'isChampion' })
  const self = await ask('promoteChallenger', {
    params: params(),
    body: { challengerId: back?.id, reason: 'Again' },
    ifMatch: await version(),
  })
  expect([self.status, self.body.code]).toEqual([409, 'challenger.isChampion'])
})

it('is not scored any more when its model is deleted, and says so', async () => {
  const { id: model } = (await ask('createRegisteredModel', { body: { name: 'Short' } })).body as { id: string }
  const release = await publishIris(platform, platform.people.ann, model, 'qda')
  const { id } = await add(release)
  await ship([answered([setosa], 'setosa')])
  const { body } = await ask('getRegisteredModel', { params: { id: model } })
  await ask('deleteRegisteredModel', { params: { id: model }, ifMatch: Number(body['version']) })
  expect((await list()).items).toMatchObject([{ id, state: 'modelDeleted' }])
  expect(await scoreNew()).toBeUndefined()
  expect((await replay(id)).body.code).toBe('challenger.modelDeleted')
  const promoted = await ask('promoteChallenger', {
    params: params(),
    body: { challengerId: id, reason: 'Gone' },
    ifMatch: await version(),
  })
  expect(promoted.body.code).toBe('challenger.modelDeleted')
  expect((await ask('removeChallenger', { params: params(), query: { challenger: id } })).status).toBe(204)
  expect((await list()).items).toEqual([])
})

it('that cannot be opened fails with its reason, and is tried again later', async () => {
  await add(regression)
  await ship([answered([setosa], 'setosa')])
  const { database } = platform.context
  const before = await database.first<{ serving: object }>(
    sql`select serving from model_release where id = ${regression}`,
  )
  await database.run(
    sql`update model_release set serving = jsonb_set(serving, '{coded}', ${json({ code: {}, outputs: [], parameters: [] })}::jsonb) where id = ${regression}`,
  )
  expect(await scoreNew()).toMatchObject({ state: 'failed', error: { code: 'job.sandbox' } })
  expect((await list()).items).toMatchObject([{ state: 'failed', waitingRows: 1, problem: expect.stringMatching(/./) }])
  expect(await scoreNew()).toBeUndefined()
  await database.run(sql`update model_release set serving = ${json(before?.serving)} where id = ${regression}`)
  await later()
  expect(await scoreNew()).toMatchObject({ state: 'succeeded', result: { rows: 1 } })
})

it('keeps rows for as long as the deployment says, and while there are challengers', async () => {
  await keep(1)
  await ship([answered([setosa], 'setosa')], new Date().toISOString())
  await ship([answered([setosa, setosa], 'setosa')])
  expect((await list()).kept).toMatchObject({ rows: 3 })
  await forgetRows(platform.context.database)
  expect((await list()).kept).toMatchObject({ rows: 1 })
  await add(regression)
  const refused = await keep(0)
  expect([refused.status, refused.body.code]).toEqual([409, 'deployment.challengersNeedRows'])
  expect((await keep(91)).status).toBe(422)
})

it('shows whoever sees the deployment the comparison, and lets only those who edit it change anything', async () => {
  const { mia } = platform.people
  const { id } = await add(regression)
  await ask('share', { params: params(), body: { grantee: mia.id, role: 'consumer' } })
  expect((await ask('compareChallengers', { params: params(), query: range }, mia)).status).toBe(200)
  const forbidden = [
    await ask('addChallenger', { params: params(), body: { modelReleaseId: tree } }, mia),
    await ask('removeChallenger', { params: params(), query: { challenger: id } }, mia),
    await ask('replayChallenger', { params: params(), body: { challengerId: id } }, mia),
  ]
  expect(forbidden.map(({ status }) => status)).toEqual([403, 403, 403])
})

it('answered nothing as a bug', async () => {
  await rm(join(placesOf(platform.context.settings).serving, servingPaths.log), { recursive: true, force: true })
  expect(platform.bugs).toEqual([])
})
