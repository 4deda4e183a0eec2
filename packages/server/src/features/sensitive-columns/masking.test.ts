import type { Dataset, Job, Operation, StoredError, TrainingRun } from '@modelsmith/api'
import { mask } from '@modelsmith/domain'
import { beforeAll, expect, it } from 'vitest'
import { json, sql } from '../../infra/database/database.ts'
import { newId } from '../../infra/ids.ts'
import { call, type CallParts } from '../../testing/call.ts'
import { addPerson, type TestPerson, withPlatform } from '../../testing/platform.ts'
import { addDataset, libraryGraph, runJob } from '../../testing/world.ts'

const platform = withPlatform()

const secret = (row: number) => `SECRET-7f3a${row % 4}`
const csv = `size,name,born,pay,sold\n${Array.from({ length: 40 }, (_, row) => `${row},${secret(row)},1987-06-${10 + (row % 20)},${48151.25 + row},${row % 2 === 0 ? 'yes' : 'no'}`).join('\n')}\n`

let dataset: Dataset
let run: TrainingRun
let uma: TestPerson

const ask = (person: TestPerson, operation: Operation, parts: CallParts = {}) =>
  call(platform, person, operation, parts)
const mark = async (sensitive: string[]) => {
  const { ann } = platform.people
  const { version } = (await ask(ann, 'getDataset', { params: { id: dataset.id } })).body as unknown as Dataset
  const body = { sensitive }
  expect((await ask(ann, 'changeDataset', { params: { id: dataset.id }, body, ifMatch: version })).status).toBe(200)
}

const prints = [
  'fitting 40 rows of SECRET-7f3a2 and SECRET-7f3a9',
  '12  1987-06-22 00:00:00  48163.25',
  'Name: 12, dtype: object',
]
const error: StoredError = {
  code: 'task.raised',
  message: "KeyError: 'SECRET-7f3a1'",
  hint: 'SECRET-7f3a1',
  findings: [{ code: 'a.b', message: 'SECRET-7f3a1' }],
  traceback:
    'Traceback (most recent call last):\n  File "custom.py", line 7, in fit\n    raise KeyError\nKeyError: 48151.25',
}
const values = /SECRET-7f3a[0-3]|1987-06|481\d\d/

const write = async (job: string, lines: readonly string[]) => {
  const { database } = platform.context
  for (const [index, text] of lines.entries())
    await database.run(
      sql`insert into job_log (job_id, sequence, at, source, node, text) values (${job}, ${index + 1}, now(), 'stdout', null, ${text})`,
    )
  await database.run(
    sql`update job set log_lines = ${lines.length}, state = 'failed', ended_at = now(), error = ${json(error)} where id = ${job}`,
  )
}

beforeAll(async () => {
  const { ann } = platform.people
  uma = await addPerson(platform.context, ann, 'Uma', 'member')
  dataset = await addDataset(platform, ann, csv)
  const body = { name: 'Sales', datasetVersionId: dataset.latest.id, target: 'sold', partitioning: { folds: 2 } }
  const project = (await ask(ann, 'createProject', { body })).body as { id: string }
  for (const [id, role] of [
    [dataset.id, 'consumer'],
    [project.id, 'editor'],
  ] as const)
    await ask(ann, 'share', { params: { id }, body: { grantee: uma.id, role } })
  const started = await ask(ann, 'train', { params: { id: project.id }, body: { name: 'F', graph: libraryGraph } })
  run = (started.body as unknown as { run: TrainingRun }).run
  await write(run.jobId, prints)
  await platform.context.database.run(
    sql`update training_run set state = 'failed', error = ${json(error)} where id = ${run.id}`,
  )
})

/** All that is told of the run. */
const toldTo = async (person: TestPerson): Promise<string[]> => {
  const params = { id: run.jobId }
  const asked: [Operation, CallParts][] = [
    ['getJobLog', { params }],
    ['streamJob', { params }],
    ['getJob', { params }],
    ['listJobs', {}],
    ['getTrainingRun', { params: { id: run.id } }],
    ['getLeaderboard', { params: { id: run.projectId } }],
  ]
  return Promise.all(asked.map(async ([operation, parts]) => (await ask(person, operation, parts)).text))
}

it('stands in prints and errors as it was written, while no column is marked', async () => {
  for (const text of await toldTo(uma)) expect(text).toMatch(values)
})

it('is masked in what was printed before the mark, for all who do not see it', async () => {
  await mark(['name', 'born', 'pay'])
  for (const text of await toldTo(uma)) {
    expect(text).not.toMatch(values)
    expect(text).toContain(mask)
  }
  const log = (await ask(uma, 'getJobLog', { params: { id: run.jobId } })).body as unknown as {
    lines: { text: string }[]
  }
  expect(log.lines.map(({ text }) => text)).toEqual([
    `fitting 40 rows of ${mask} and SECRET-7f3a9`,
    `12  ${mask} 00:00:00  ${mask}`,
    'Name: 12, dtype: object',
  ])
  expect((await ask(uma, 'getTrainingRun', { params: { id: run.id } })).body['error']).toMatchObject({
    code: 'task.raised',
    message: `KeyError: '${mask}'`,
    findings: [{ code: 'a.b', message: mask }],
    traceback: expect.stringContaining('line 7, in fit'),
  })
  for (const text of await toldTo(platform.people.ann)) expect(text).toMatch(values)
})

it('masks one column and leaves the others', async () => {
  await mark(['pay'])
  const { text } = await ask(uma, 'getJobLog', { params: { id: run.jobId } })
  expect([text.includes('SECRET-7f3a2'), text.includes('1987-06-22'), text.includes('48163')]).toEqual([
    true,
    true,
    false,
  ])
})

it('is masked in what a prediction of the dataset prints, and all of it where the rows are gone', async () => {
  await mark(['name', 'born', 'pay'])
  const { database } = platform.context
  const version = await database.first<{ blocks_key: string }>(
    sql`select blocks_key from dataset_version where id = ${dataset.latest.id}`,
  )
  const printed = async (payload: object) => {
    const id = newId('job')
    await database.run(sql`
      insert into job (id, kind, lane, title, state, owner_id, organisation_id, payload, subject_kind, subject_id, created_at)
      values (${id}, 'predictFile', 'short', 'Predict', 'queued', ${uma.id}, ${uma.organisation}, ${json({ blocks: true, ...payload })}, 'model', ${newId('model')}, now())`)
    await write(id, prints)
    const { body } = await ask(uma, 'getJobLog', { params: { id } })
    return (body as unknown as { lines: { text: string }[] }).lines.map(({ text }) => text)
  }
  const masked = [`fitting 40 rows of ${mask} and SECRET-7f3a9`, `12  ${mask} 00:00:00  ${mask}`, prints[2]]
  expect(await printed({ sourceKey: version?.blocks_key, dataset: dataset.id })).toEqual(masked)
  // Jobs of before there were marks name the rows alone.
  expect(await printed({ sourceKey: version?.blocks_key })).toEqual(masked)
  expect(await printed({ sourceKey: '0'.repeat(64), dataset: dataset.id })).toEqual([mask, mask, mask])
  expect(await printed({ sourceKey: version?.blocks_key, blocks: false })).toEqual(prints)
})

it('keeps back why a file could not be read, which cites it', async () => {
  await mark(['name'])
  const { ann } = platform.people
  const columns = [{ name: 'name', type: 'number' }]
  const { body } = await ask(ann, 'changeDatasetSchema', { params: { id: dataset.latest.id }, body: { columns } })
  const { job } = body as unknown as { job: Job }
  expect((await runJob(platform, ann, job.id)).error?.message).toContain('SECRET-7f3a')
  const asked: [Operation, CallParts][] = [
    ['getDataset', { params: { id: dataset.id } }],
    ['listDatasets', {}],
    ['listDatasetVersions', { params: { id: dataset.id } }],
    ['getDatasetVersion', { params: { id: dataset.latest.id } }],
    ['getJob', { params: { id: job.id } }],
    ['getJobLog', { params: { id: job.id } }],
  ]
  for (const [operation, parts] of asked) {
    const { text, status } = await ask(uma, operation, parts)
    expect([operation, status, text.includes('SECRET-')]).toEqual([operation, 200, false])
  }
  expect((await ask(uma, 'getJob', { params: { id: job.id } })).body['error']).toMatchObject({
    code: 'csv.cell',
    message: 'What went wrong may tell values of sensitive columns.',
  })
  expect((await ask(ann, 'getDataset', { params: { id: dataset.id } })).text).toContain('SECRET-7f3a')
})

it('answered nothing as a bug', () => {
  expect(platform.bugs).toEqual([])
})
