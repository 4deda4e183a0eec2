import type { Job, Project, TrainingRun } from '@modelsmith/api'
import { beforeAll, expect, it } from 'vitest'
import { sql } from '../../infra/database/database.ts'
import { call } from '../../testing/call.ts'
import { withPlatform } from '../../testing/platform.ts'
import { addModel, libraryGraph, makeWorld, type World } from '../../testing/world.ts'
import { queueJob } from './index.ts'

const platform = withPlatform()
let world: World

beforeAll(async () => {
  world = await makeWorld(platform, platform.people.ann)
})

const ask = (...[operation, parts]: [Parameters<typeof call>[2], Parameters<typeof call>[3]?]) =>
  call(platform, platform.people.ann, operation, parts)
const queue = (kind: Job['kind'], subject: { kind: string; id: string }, payload = {}) => {
  const { id: owner, organisation } = platform.people.ann
  return queueJob(platform.context.database, { kind, title: kind, owner, organisation, subject, payload })
}
const statesOf = (ids: readonly string[]) =>
  Promise.all(ids.map(async (id) => (await ask('getJob', { params: { id } })).body['state']))

it('end with the registered model that they ask, whose files they hold until then', async () => {
  const { database } = platform.context
  const sent = await ask('predictReleaseFile', { params: { id: world.modelRelease }, files: { 'rows.csv': 'a\n1\n' } })
  const { job: predict } = sent.body as unknown as { job: Job }
  const held = await database.rows<{ key: string }>(sql`
    select key from stored_object_reference where holder = ${predict.id}
      and key in (select key from stored_object_reference where holder = ${world.modelRelease})`)
  expect(held.length).toBe(1)
  const model = { kind: 'registeredModel', id: world.registeredModel }
  const jobs = [
    predict.id,
    await queue('publishRelease', model, { release: world.modelRelease }),
    await queue('askModelFile', { kind: 'experiment', id: world.experiment }),
  ]
  const { version } = (await ask('getRegisteredModel', { params: { id: model.id } })).body
  const { status } = await ask('deleteRegisteredModel', { params: { id: model.id }, ifMatch: Number(version) })
  expect(status).toBe(204)
  expect(await statesOf(jobs)).toEqual(['cancelled', 'cancelled', 'cancelled'])
})

it('end with the project whose models they ask', async () => {
  const body = {
    name: 'Other',
    datasetVersionId: world.datasetVersion,
    target: 'sold',
    partitioning: { folds: 2 },
  }
  const { id } = (await ask('createProject', { body })).body as unknown as Project
  const train = async () =>
    (await ask('train', { params: { id }, body: { name: 'F', graph: libraryGraph } })).body as unknown as {
      run: TrainingRun
    }
  const model = { kind: 'model', id: await addModel(platform, (await train()).run) }
  const other = await queue('predictFile', { kind: 'model', id: world.model })
  const jobs = [
    (await train()).run.jobId,
    await queue('predictFile', model),
    await queue('explainRows', model),
    await queue('computeInsights', model),
  ]
  const { version } = (await ask('getProject', { params: { id } })).body
  expect((await ask('deleteProject', { params: { id }, ifMatch: Number(version) })).status).toBe(204)
  expect(await statesOf([...jobs, other])).toEqual([...jobs.map(() => 'cancelled'), 'queued'])
})

it('answered nothing as a bug', () => {
  expect(platform.bugs).toEqual([])
})
