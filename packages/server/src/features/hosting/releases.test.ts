import type { StoredError } from '@modelsmith/api'
import { beforeAll, expect, it } from 'vitest'
import { json, sql } from '../../infra/database/database.ts'
import { newId } from '../../infra/ids.ts'
import { call } from '../../testing/call.ts'
import { type TestPerson, withPlatform } from '../../testing/platform.ts'
import { makeWorld, type World } from '../../testing/world.ts'
import * as store from './store.ts'

const platform = withPlatform()
let world: World

beforeAll(async () => {
  const { ann, mia } = platform.people
  world = await makeWorld(platform, ann)
  const body = { grantee: mia.id, role: 'editor' }
  await call(platform, ann, 'share', { params: { id: world.registeredModel }, body })
})

const error: StoredError = {
  code: 'task.raised',
  message: 'ValueError: no',
  traceback:
    'Traceback (most recent call last):\n  File "custom.py", line 7, in score\n    raise ValueError("no")\nValueError: no',
}

/** A release of the registered model whose test run failed so. */
const failed = async (part: Partial<store.Served>): Promise<string> => {
  const { database } = platform.context
  const id = newId('modelRelease')
  const { serving } = (await store.findModelRelease(database, world.modelRelease)) as store.ModelReleaseRow
  const { registeredModel, experiment } = world
  const made = { id, model: registeredModel, experiment, description: '', serving: { ...serving, ...part } }
  expect(await store.insertModelRelease(database, made)).toEqual({ id })
  await store.failRelease(database, id, error)
  return id
}
const toldTo = async (person: TestPerson, id: string) => {
  const { body } = await call(platform, person, 'getModelRelease', { params: { id } })
  const list = await call(platform, person, 'listModelReleases', { params: { id: world.registeredModel } })
  const { items } = list.body as unknown as { items: { id: string; error: unknown }[] }
  expect(items.find((release) => release.id === id)?.error).toEqual(body['error'])
  return body['error']
}
const bare = 'Traceback (most recent call last):\n  File "custom.py", line 7, in score\nValueError: no'

it('shows none of the code of its file to whoever may not see the task', async () => {
  const { ann, mia } = platform.people
  const code = { taskVersionId: world.taskVersion } as store.ServedCode['code']
  const id = await failed({ coded: { code, outputs: [], parameters: [], files: [] } })
  expect(await toldTo(ann, id)).toEqual(error)
  expect(await toldTo(mia, id)).toEqual({ ...error, traceback: bare })
})

it('shows none of the code of a trained model to whoever may not see one of its tasks', async () => {
  const { ann, mia } = platform.people
  const id = await failed({ file: null, trained: { modelId: world.model, parameters: [], files: [] } })
  // The tasks of the library are everybody's.
  expect(await toldTo(mia, id)).toEqual(error)
  await platform.context.database.run(sql`
    update training_run set graph = jsonb_set(graph, '{nodes,0,taskVersion}', ${json(world.taskVersion)}) where id = ${world.trainingRun}`)
  expect(await toldTo(ann, id)).toEqual(error)
  expect(await toldTo(mia, id)).toEqual({ ...error, traceback: bare })
})

it('takes the model before its experiment, as its publication does: two in another order wait for each other', async () => {
  const { database } = platform.context
  const { registeredModel: id, experiment } = world
  const waits = sql`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
  let asked: ReturnType<typeof call> | undefined
  await database.transaction(async (queries) => {
    await store.lockModel(queries, id)
    asked = call(platform, platform.people.ann, 'releaseExperiment', {
      params: { id },
      body: { experimentId: experiment },
    })
    await expect.poll(() => database.first(waits)).toBeDefined()
    // Nobody has it who waits for the model.
    await queries.run(sql`select 1 from object where id = ${experiment} for update nowait`)
  })
  expect((await asked)?.body).toMatchObject({ code: 'release.notCandidate' })
})

it('answered nothing as a bug', () => {
  expect(platform.bugs).toEqual([])
})
