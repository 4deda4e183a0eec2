import type { BatchSchedule, Deployment, Job } from '@modelsmith/api'
import { beforeAll, expect, it } from 'vitest'
import { sql } from '../../infra/database/database.ts'
import { makeKeys } from '../../infra/secrets/seal.ts'
import { call, type CallParts } from '../../testing/call.ts'
import { addPerson, type TestPerson, withPlatform } from '../../testing/platform.ts'
import { publishIris } from '../../testing/publish.ts'
import { addDataset, noSessions, runJob } from '../../testing/world.ts'
import { createDatasets } from '../datasets/index.ts'
import { createMasking } from '../sensitive-columns/index.ts'
import { batchJob } from './batch-job.ts'
import { createBatches } from './begin.ts'
import { fireSchedules } from './schedules/fire.ts'
import { definitionAt, nextTime } from './schedules/timing.ts'

const platform = withPlatform()
let deployment: Deployment
let datasetVersionId = ''
let modelReleaseId = ''

const ask = (operation: Parameters<typeof call>[2], parts: CallParts = {}, person = platform.people.ann) =>
  call(platform, person, operation, parts)
const ended = (id: string, person = platform.people.ann) =>
  runJob(platform, person, id, { scoreBatch: batchJob(platform.context, noSessions) })
const fire = () => {
  const { context } = platform
  const batches = createBatches(context, createDatasets(context, createMasking(context)))
  return fireSchedules(context, batches, (error) => platform.bugs.push(error))
}

beforeAll(async () => {
  makeKeys(platform.context.settings.secretsKeyFile)
  const { id } = (await ask('createRegisteredModel', { body: { name: 'Irises' } })).body as { id: string }
  modelReleaseId = await publishIris(platform, platform.people.ann, id, 'dtc_iris')
  deployment = await deploy()
  const csv = 'sepal length,sepal width,petal length,petal width\n5.1,3.5,1.4,0.2\n6.3,3.3,6,2.5\n'
  datasetVersionId = (await addDataset(platform, platform.people.ann, csv)).latest.id
}, 120_000)

const deploy = async () =>
  (await ask('createDeployment', { body: { name: 'Irises', modelReleaseId } })).body as unknown as Deployment
const batch = (more: object = {}) => ({ source: { kind: 'dataset', datasetVersionId }, logged: false, ...more })
const create = async (more: object = {}, person = platform.people.ann, id = deployment.id): Promise<BatchSchedule> => {
  const body = { name: 'Nightly', cron: '0 2 * * *', timeZone: 'Europe/Vienna', batch: batch(), ...more }
  const answer = await ask('createBatchSchedule', { params: { id }, body }, person)
  expect([answer.status, answer.body.code]).toEqual([201, undefined])
  return answer.body as unknown as BatchSchedule
}
const list = async (person = platform.people.ann, query = {}) =>
  (await ask('listBatchSchedules', { query }, person)).body['items'] as BatchSchedule[]
const latest = async ({ id }: BatchSchedule, person = platform.people.ann) =>
  (await list(person)).find((each) => each.id === id) as BatchSchedule
/** As if its time had come, so long ago. */
const makeDue = ({ id }: BatchSchedule, ago = '1 second') =>
  platform.context.database.run(sql`update batch_schedule set next_at = now() - ${ago}::interval where id = ${id}`)
const change = (schedule: BatchSchedule, body: object, person = platform.people.ann) =>
  ask(
    'changeBatchSchedule',
    { params: { id: schedule.deploymentId }, body: { scheduleId: schedule.id, ...body } },
    person,
  )
const remove = (schedule: BatchSchedule, person = platform.people.ann) =>
  ask('deleteBatchSchedule', { params: { id: schedule.deploymentId }, query: { schedule: schedule.id } }, person)
const runNow = (schedule: BatchSchedule, person = platform.people.ann) =>
  ask('runBatchSchedule', { params: { id: schedule.deploymentId }, body: { scheduleId: schedule.id } }, person)

it('begins a batch when its time has come, and tells the next', async () => {
  const schedule = await create()
  expect(schedule).toMatchObject({ state: 'active', reason: null, runs: [], deploymentName: 'Irises' })
  expect(schedule.nextAt).toBe(nextTime({ cron: '0 2 * * *', timeZone: 'Europe/Vienna' }, new Date()).toISOString())
  await fire()
  expect((await latest(schedule)).runs).toEqual([])
  await makeDue(schedule)
  await Promise.all([fire(), fire()])
  const { runs, nextAt } = await latest(schedule)
  expect(runs).toMatchObject([{ state: 'queued', skipped: null }])
  expect(nextAt).toBe(schedule.nextAt)
  const job = await ended(String(runs[0]?.jobId))
  expect([job.state, job.result['rows'], job.owner.id]).toEqual(['succeeded', 2, platform.people.ann.id])
  expect((await latest(schedule)).runs[0]?.state).toBe('succeeded')
  await remove(schedule)
})

it('leaves out a time that comes while the batch before still runs, and makes good one of many that it missed', async () => {
  const schedule = await create()
  await makeDue(schedule, '3 days')
  await fire()
  await fire()
  const first = (await latest(schedule)).runs
  expect(first.length).toBe(1)
  expect((await runNow(schedule)).body.code).toBe('schedule.running')
  await makeDue(schedule)
  await fire()
  expect((await latest(schedule)).runs).toMatchObject([
    { jobId: null, state: null, skipped: 'The batch that "Nightly" began before still runs.' },
    { state: 'queued' },
  ])
  await ended(String(first[0]?.jobId))
  await makeDue(schedule)
  await fire()
  const [again] = (await latest(schedule)).runs
  expect(again?.skipped).toBeNull()
  await ended(String(again?.jobId))
  await remove(schedule)
})

it('is run by hand, paused, changed and deleted by whoever made it', async () => {
  const schedule = await create()
  const { job } = (await runNow(schedule)).body as unknown as { job: Job }
  expect(await ended(job.id)).toMatchObject({ state: 'succeeded' })
  expect((await change(schedule, { paused: true })).body).toMatchObject({ state: 'paused', nextAt: null })
  await makeDue(schedule)
  await fire()
  expect((await latest(schedule)).runs.length).toBe(1)
  const changed = await change(schedule, { paused: false, cron: '15 * * * *', timeZone: 'UTC', name: 'Hourly' })
  expect(changed.body).toMatchObject({ state: 'active', cron: '15 * * * *', name: 'Hourly' })
  expect(String(changed.body['nextAt'])).toMatch(/:15:00\.000Z$/)
  expect((await change(schedule, { cron: 'x' })).body.code).toBe('schedule.cron')
  expect((await remove(schedule)).status).toBe(204)
  expect((await remove(schedule)).body.code).toBe('schedule.notFound')
  expect(await latest(schedule)).toBeUndefined()
  expect((await ask('getJob', { params: { id: job.id } })).status).toBe(200)
})

it('is shown to whoever made it and to administrators, who may pause and delete it', async () => {
  const { adam, bob, mia } = platform.people
  const schedule = await create()
  await ask('share', { params: { id: deployment.id }, body: { grantee: mia.id, role: 'owner' } })
  expect(await list(mia)).toEqual([])
  expect(await list(bob)).toEqual([])
  expect((await list(adam, { deploymentId: deployment.id })).map(({ id }) => id)).toEqual([schedule.id])
  expect(await list(adam, { deploymentId: modelReleaseId })).toEqual([])
  for (const answer of [await change(schedule, { paused: true }, mia), await runNow(schedule, mia)])
    expect(answer.body.code).toBe('schedule.notFound')
  expect((await remove(schedule, mia)).body.code).toBe('schedule.notFound')
  expect((await runNow(schedule, adam)).body.code).toBe('object.forbidden')
  expect((await change(schedule, { cron: '* * * * *' }, adam)).body.code).toBe('object.forbidden')
  expect((await change(schedule, { paused: false }, adam)).body.code).toBe('object.forbidden')
  expect((await change(schedule, { paused: true }, adam)).body).toMatchObject({ state: 'paused' })
  expect((await remove(schedule, adam)).status).toBe(204)
})

it.each<[string, (schedule: BatchSchedule, eve: TestPerson) => Promise<unknown>, string]>([
  [
    'whoever made it was deactivated',
    (_, eve) =>
      ask(
        'deactivatePerson',
        { params: { id: eve.id }, body: { successor: platform.people.ann.id } },
        platform.people.adam,
      ),
    'Eve, who made the schedule, was deactivated.',
  ],
  [
    'whoever made it lost the right',
    (schedule, eve) => ask('unshare', { params: { id: schedule.deploymentId }, query: { grantee: eve.id } }),
    'There is no deployment',
  ],
  [
    'the deployment is gone',
    async (schedule) => {
      const params = { id: schedule.deploymentId }
      const { version } = (await ask('getDeployment', { params })).body as unknown as Deployment
      return ask('deleteDeployment', { params, ifMatch: version })
    },
    'There is no deployment',
  ],
])('stops and says why, where %s', async (_, lose, reason) => {
  const { adam, ann } = platform.people
  const eve = await addPerson(platform.context, ann, 'Eve', 'member')
  await platform.context.database.run(sql`update person set email = ${`${eve.id}@example.org`} where id = ${eve.id}`)
  const { id } = await deploy()
  await ask('share', { params: { id }, body: { grantee: eve.id, role: 'consumer' } })
  const own = 'sepal length,sepal width,petal length,petal width\n5.1,3.5,1.4,0.2\n'
  const rows = { kind: 'dataset', datasetVersionId: (await addDataset(platform, eve, own)).latest.id }
  const schedule = await create({ batch: batch({ source: rows }) }, eve, id)
  expect([200, 204]).toContain(((await lose(schedule, eve)) as { status: number }).status)
  await makeDue(schedule)
  await fire()
  const stopped = await latest(schedule, adam)
  expect(stopped).toMatchObject({ state: 'stopped', nextAt: null, reason: expect.stringContaining(reason) })
  expect(stopped.runs).toMatchObject([{ jobId: null, skipped: expect.stringContaining(reason) }])
  await makeDue(schedule)
  await fire()
  expect((await latest(schedule, adam)).runs.length).toBe(1)
})

it('leaves out a time at which the deployment is paused, and goes on', async () => {
  const { id } = await deploy()
  const schedule = await create({}, platform.people.ann, id)
  await ask('pauseDeployment', { params: { id }, body: { reason: 'Wrong' }, ifMatch: 1 })
  await makeDue(schedule)
  await fire()
  expect(await latest(schedule)).toMatchObject({
    state: 'active',
    runs: [{ jobId: null, skipped: expect.stringContaining('paused') }],
  })
  await ask('deleteDeployment', { params: { id }, ifMatch: 2 })
  expect((await remove(schedule)).status).toBe(204)
})

it.each([
  ['a time that is none', { cron: 'tomorrow' }, 'schedule.cron'],
  ['seconds', { cron: '* * * * * *' }, 'schedule.cron'],
  ['a word', { cron: '@daily' }, 'schedule.cron'],
  ['a minute that no hour has', { cron: '61 * * * *' }, 'schedule.cron'],
  ['a day that never comes', { cron: '0 0 30 2 *' }, 'schedule.cron'],
  ['a time zone that is none', { timeZone: 'Europe/Atlantis' }, 'schedule.timeZone'],
  [
    'rows that are not there',
    { batch: { source: { kind: 'dataset', datasetVersionId: 'datasetVersion_00000000000000000000000000' } } },
    'object.notFound',
  ],
  ['no name', { name: ' ' }, 'request.invalid'],
])('is not made of %s', async (_, more, code) => {
  const body = { name: 'Nightly', cron: '0 2 * * *', batch: batch(), ...more }
  const answer = await ask('createBatchSchedule', { params: { id: deployment.id }, body })
  expect(answer.body.code).toBe(code)
})

it('is not made of a table that is made new each time', async () => {
  const fields = { host: 'x', database: 'x', user: 'x', password: 'x' }
  const credential = await ask('createCredential', { body: { name: 'W', type: 'database', fields } })
  const sink = { kind: 'postgres', credentialId: credential.body['id'], table: 'scores', mode: 'create' }
  const body = { name: 'Nightly', cron: '0 2 * * *', batch: batch({ sink }) }
  const answer = await ask('createBatchSchedule', { params: { id: deployment.id }, body })
  expect(answer.body.code).toBe('schedule.newTable')
})

it('knows the hour that summer leaves out, and fills date and time into addresses', () => {
  const vienna = { cron: '30 2 * * *', timeZone: 'Europe/Vienna' }
  expect(nextTime(vienna, new Date('2026-03-27T12:00:00Z')).toISOString()).toBe('2026-03-28T01:30:00.000Z')
  expect(nextTime(vienna, new Date('2026-03-28T12:00:00Z')).toISOString()).toBe('2026-03-29T01:00:00.000Z')
  const at = new Date('2026-12-31T23:30:00Z')
  const credentialId = 'credential_00000000000000000000000000'
  const s3 = (url: string) => ({ kind: 's3', credentialId, url }) as const
  const definition = { source: s3('s3://lake/{date}/'), sink: s3('s3://lake/{date}T{time}.csv') }
  expect(definitionAt(definition, at, 'Europe/Vienna')).toEqual({
    source: s3('s3://lake/2027-01-01/'),
    sink: s3('s3://lake/2027-01-01T0030.csv'),
  })
})

it('answered nothing as a bug', () => {
  expect(platform.bugs).toEqual([])
})
