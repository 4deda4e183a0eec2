import type { Explanation, Job, Operation } from '@modelsmith/api'
import { mask } from '@modelsmith/domain'
import { beforeAll, describe, expect, it } from 'vitest'
import { json, sql } from '../../infra/database/database.ts'
import { call, type CallParts } from '../../testing/call.ts'
import { addPerson, type TestPerson, withPlatform } from '../../testing/platform.ts'
import { makeWorld, type World } from '../../testing/world.ts'
import { findProject } from '../projects/index.ts'
import { keepExplanations, type StoredExplanation } from './store.ts'

const platform = withPlatform()
let world: World
let uma: TestPerson
let held: number

const ask = (person: TestPerson, operation: Operation, parts: CallParts) => call(platform, person, operation, parts)
const explain = (body: object, person = platform.people.ann) =>
  ask(person, 'explainRows', { params: { id: world.model }, body })
const explanationsFor = async (person: TestPerson, query: object = {}) =>
  (await ask(person, 'listExplanations', { params: { id: world.model }, query: { ...query } })).body as unknown as {
    items: Explanation[]
    nextCursor: string | null
  }

const stored = (row: number | null, changed: string[] = []): StoredExplanation => ({
  row,
  part: row === null ? null : 'validation',
  targetType: 'binary',
  features: ['size'],
  values: [7],
  changed,
  actual: row === null ? null : 'yes',
  method: 'sampled',
  whySampled: null,
  background: { rows: 2, of: 30, pairs: 2, seed: 0 },
  outputs: [{ label: 'yes', base: 0.5, prediction: 0.75, score: null, contributions: [0.25], errors: [0] }],
})

/** As the job keeps them. */
const keep = async (person: TestPerson, explanations: StoredExplanation[]): Promise<string> => {
  const { job } = (await explain({}, person)).body as unknown as { job: Job }
  await platform.context.database.transaction((queries) =>
    keepExplanations(queries, { id: job.id, owner_id: person.id }, world.model, explanations),
  )
  return job.id
}

beforeAll(async () => {
  const { ann } = platform.people
  world = await makeWorld(platform, ann)
  uma = await addPerson(platform.context, ann, 'Uma', 'member')
  await ask(ann, 'share', { params: { id: world.model }, body: { grantee: uma.id, role: 'consumer' } })
  const project = await findProject(platform.context.database, world.project)
  held = project?.partition.indexOf(0) ?? -1
})

describe('rows to explain', () => {
  it.each([
    ['rows that are not there', { rows: [0, 99_999] }, 422, 'model.noSuchRow', '99999'],
    ['the locked holdout', { part: 'holdout' }, 403, 'model.holdoutLocked', 'locked'],
    ['values of no column', { values: [{ colour: 'red' }] }, 422, 'rows.unknownColumn', 'colour'],
    ['values of another type', { values: [{ size: 'large' }] }, 422, 'rows.cell', 'large'],
    ['changes of no column', { rows: [1], changes: { colour: 'red' } }, 422, 'rows.unknownColumn', 'colour'],
    ['a row that is no number', { rows: [null] }, 422, 'request.invalid', 'rows'],
    ['more rows than are explained at once', { count: 51 }, 422, 'request.invalid', 'count'],
    ['a background of one row, which has no spread', { background: 1 }, 422, 'request.invalid', 'background'],
  ])('are not %s', async (_name, body, status, code, words) => {
    const answer = await explain(body)
    expect([answer.status, answer.body['code']]).toEqual([status, code])
    expect(answer.text).toContain(words)
  })

  it('are not of the locked holdout by their numbers either, until it is unlocked', async () => {
    const answer = await explain({ rows: [held] })
    expect([answer.status, answer.body['code']]).toEqual([403, 'model.holdoutRows'])
    const { database } = platform.context
    await database.run(sql`update project set holdout_unlocked = true where id = ${world.project}`)
    expect((await explain({ rows: [held] })).status).toBe(202)
    expect((await explain({ part: 'holdout' })).status).toBe(202)
    await database.run(sql`update project set holdout_unlocked = false where id = ${world.project}`)
  })

  it('are not so many that they would keep a worker for ever, nor with more answers than there is room for', async () => {
    const { database } = platform.context
    const wide = Array.from({ length: 500 }, (_, at) => ({ name: at === 0 ? 'size' : `c${at}`, type: 'integer' }))
    const setModel = (features: object[], classes: readonly string[]) =>
      database.transaction(async (queries) => {
        await queries.run(
          sql`update model set manifest = jsonb_set(manifest, '{inputs}', ${json(features)}::jsonb) where id = ${world.model}`,
        )
        await queries.run(sql`update project set classes = ${json(classes)} where id = ${world.project}`)
      })
    await setModel(wide, ['no', 'yes'])
    const fit = (await explain({ count: 50 })).body as unknown as { job: Job }
    // What may take minutes waits with what does.
    expect(await database.first(sql`select lane from job where id = ${fit.job.id}`)).toEqual({ lane: 'long' })
    const many = await explain({ count: 50, background: 1000, pairs: 100 })
    expect([many.status, many.body['code']]).toEqual([413, 'model.tooMuchToExplain'])
    // Of 40 rows a fifth is held out.
    expect(many.text).toContain('a background of 32 rows and 100 pairs')
    expect(many.text).toContain('160,000,000 rows with 2 outputs each; the limit is 5,000,000 rows')
    const listed = { values: Array.from({ length: 30 }, () => ({ size: 1 })), rows: [1, 2, 3], pairs: 10 }
    expect((await explain(listed)).body['code']).toBe('model.tooMuchToExplain')
    await setModel(
      wide,
      Array.from({ length: 1000 }, (_, at) => `class ${at}`),
    )
    expect((await explain({ count: 1 })).text).toContain(
      '64,000 rows with 1,000 outputs each; the limit is 50,000 rows',
    )
    await setModel([{ name: 'size', type: 'integer' }], ['no', 'yes'])
    expect((await explain({ count: 50, background: 1000, pairs: 100 })).status).toBe(202)
  })

  it('are not of a part that the project has none of', async () => {
    const { database } = platform.context
    const project = await findProject(database, world.project)
    const empty = Buffer.from(project?.partition ?? []).fill(2)
    await database.run(sql`update project set partition = ${empty} where id = ${world.project}`)
    expect((await explain({})).body['code']).toBe('model.noneToExplain')
    await database.run(sql`update project set partition = ${project?.partition} where id = ${world.project}`)
  })
})

describe('explanations', () => {
  it('are listed for whoever asked, the newest first and each job in its order, and for nobody else', async () => {
    const { ann } = platform.people
    await keep(ann, [stored(1), stored(2)])
    const job = await keep(ann, [stored(3), stored(4), stored(null)])
    await keep(uma, [stored(5)])
    expect((await explanationsFor(ann)).items.map(({ row }) => row)).toEqual([3, 4, null, 1, 2])
    expect((await explanationsFor(ann, { jobId: job })).items.map(({ row }) => row)).toEqual([3, 4, null])
    expect((await explanationsFor(uma)).items.map(({ row }) => row)).toEqual([5])
    const { items, nextCursor } = await explanationsFor(ann, { limit: 2 })
    expect(items).toHaveLength(2)
    expect((await explanationsFor(ann, { limit: 2, cursor: nextCursor })).items.map(({ row }) => row)).toEqual([
      null,
      1,
    ])
    expect(items[0]).toMatchObject({ modelId: world.model, jobId: job, outputs: [{ base: 0.5, prediction: 0.75 }] })
  })

  it('are work for whoever asked: others do not see the job', async () => {
    const { job } = (await explain({ values: [{ size: 3 }] }, uma)).body as unknown as { job: Job }
    expect((await ask(uma, 'getJob', { params: { id: job.id } })).status).toBe(200)
    expect((await ask(platform.people.mia, 'getJob', { params: { id: job.id } })).status).toBe(404)
  })

  it('hide values of rows from whoever may not see the dataset, but not what they typed', async () => {
    await keep(uma, [stored(6), stored(6, ['size']), stored(null)])
    const shown = async () =>
      (await explanationsFor(uma, { limit: 3 })).items.map(({ values, actual }) => [values, actual])
    expect(await shown()).toEqual([
      [[mask], mask],
      [[7], mask],
      [[7], null],
    ])
    const { ann } = platform.people
    await ask(ann, 'share', { params: { id: world.dataset }, body: { grantee: uma.id, role: 'consumer' } })
    expect((await shown())[0]).toEqual([[7], 'yes'])
    const { version } = (await ask(ann, 'getDataset', { params: { id: world.dataset } })).body as { version: number }
    await ask(ann, 'changeDataset', {
      params: { id: world.dataset },
      body: { sensitive: ['size'] },
      ifMatch: version,
    })
    expect((await shown())[0]).toEqual([[mask], 'yes'])
    await keep(ann, [stored(6)])
    expect((await explanationsFor(ann)).items[0]).toMatchObject({ values: [7], actual: 'yes' })
  })

  it('stay, so many of them', async () => {
    const { ann } = platform.people
    await keep(
      ann,
      Array.from({ length: 500 }, (_, row) => stored(row)),
    )
    const count = await platform.context.database.first<{ count: number }>(
      sql`select count(*)::integer as count from explanation where owner_id = ${ann.id}`,
    )
    expect(count?.count).toBe(500)
    expect((await explanationsFor(ann)).items[0]?.row).toBe(0)
  })
})

describe('a portable scorer', () => {
  const download = () => ask(platform.people.ann, 'downloadScorer', { params: { id: world.model } })
  const model = async () => (await ask(platform.people.ann, 'getModel', { params: { id: world.model } })).body

  it('is there once the native scorer was found equal, and not after another version of it came', async () => {
    const { database } = platform.context
    expect((await download()).status).toBe(200)
    expect(await model()).toMatchObject({ native: { state: 'equal', rows: 8 } })
    await database.run(sql`
      update model_insight set value = jsonb_set(value, '{version}', '0')
      where model_id = ${world.model} and name = 'native'`)
    const answer = await download()
    expect([answer.status, answer.body['code']]).toEqual([404, 'model.noScorer'])
    expect(await model()).toMatchObject({ native: null })
  })
})
