import { readFile } from 'node:fs/promises'
import type { Batch, Dataset, Deployment, Job } from '@modelsmith/api'
import { openParquetTable } from '@modelsmith/scoring'
import { rowsFromTable, sourceOf, tableFromColumns } from '@modelsmith/table'
import { beforeAll, expect, it } from 'vitest'
import { sql } from '../../infra/database/database.ts'
import { collectObjects } from '../../infra/objects/references.ts'
import { placesOf } from '../../infra/settings.ts'
import { jobEndings } from '../../job-endings.ts'
import { call, type CallParts } from '../../testing/call.ts'
import { withPlatform } from '../../testing/platform.ts'
import { irisFields, publishIris } from '../../testing/publish.ts'
import { addDataset, handlersOf, noSessions, runJob } from '../../testing/world.ts'
import { type JobPorts, startJobRunner } from '../jobs/index.ts'
import { shipLog } from '../monitoring/index.ts'
import { batchJob } from './batch-job.ts'

const platform = withPlatform()
let deployment: Deployment
let tree = ''

const ask = (operation: Parameters<typeof call>[2], parts: CallParts = {}, person = platform.people.ann) =>
  call(platform, person, operation, parts)
const params = () => ({ id: deployment.id })
const handlers = () => ({ scoreBatch: batchJob(platform.context, noSessions) })
const ended = (id: string) => runJob(platform, platform.people.ann, id, handlers())
const latest = async () => (await ask('getDeployment', { params: params() })).body as unknown as Deployment

/** Flowers of each kind in turn, with a name and a note beside them. */
const flowers = [
  [5.1, 3.5, 1.4, 0.2],
  [7, 3.2, 4.7, 1.4],
  [6.3, 3.3, 6, 2.5],
]
const csvOf = (rows: number) =>
  `id,note,${irisFields.join(',')}\n${Array.from({ length: rows }, (_, at) => `f${at},"a, b",${flowers[at % 3]?.join(',')}\n`).join('')}`

const send = async (csv: string, fields: Record<string, string> = {}) => {
  const { body, status } = await ask('startFileBatch', { params: params(), fields, files: { 'flowers.csv': csv } })
  return { status, body, job: body['job'] as Job }
}
const download = async (id: string, query = {}) => ask('downloadBatch', { params: { id }, query })
const ship = () => shipLog(platform.context, placesOf(platform.context.settings).serving)

beforeAll(async () => {
  const { id } = (await ask('createRegisteredModel', { body: { name: 'Irises' } })).body as { id: string }
  tree = await publishIris(platform, platform.people.ann, id, 'dtc_iris')
  deployment = (await ask('createDeployment', { body: { name: 'Irises', modelReleaseId: tree } }))
    .body as unknown as Deployment
}, 120_000)

it('scores a file with columns that are passed through, as CSV or Parquet', async () => {
  const { job, status } = await send(csvOf(4), { passThrough: 'id, note' })
  expect([status, job.title, job.subject]).toEqual([202, 'Batch of Irises', { kind: 'deployment', id: deployment.id }])
  expect((await download(job.id)).body.code).toBe('batch.noPredictions')
  expect(await ended(job.id)).toMatchObject({ state: 'succeeded', result: { rows: 4 } })
  const csv = await download(job.id)
  expect(csv.text.split('\n').slice(0, 3)).toEqual([
    'id,note,prediction,probability_setosa,probability_versicolor,probability_virginica',
    'f0,"a, b",setosa,1,0,0',
    expect.stringMatching(/^f1,"a, b",versicolor,/),
  ])
  const { bytes } = await download(job.id, { format: 'parquet' })
  const table = openParquetTable(sourceOf(bytes), { rows: 100, bytes: 1e6 })
  const rows = [...table.batches()].flatMap((batch) =>
    rowsFromTable(
      tableFromColumns(
        [
          { name: 'id', type: 'text' },
          { name: 'prediction', type: 'category' },
        ],
        batch,
      ),
    ),
  )
  expect(rows).toEqual([
    ['f0', 'setosa'],
    ['f1', 'versicolor'],
    ['f2', 'virginica'],
    ['f3', 'setosa'],
  ])
  const { items } = (await ask('listBatches', { params: params() })).body as unknown as { items: Batch[] }
  expect(items).toMatchObject([
    { id: job.id, state: 'succeeded', totalRows: 4, scoredRows: 4, source: { kind: 'file', name: 'flowers.csv' } },
  ])
  // What somebody sent is theirs alone.
  const { mia } = platform.people
  await ask('share', { params: { id: deployment.id }, body: { grantee: mia.id, role: 'editor' } })
  expect((await ask('downloadBatch', { params: { id: job.id } }, mia)).status).toBe(404)
  expect((await ask('listBatches', { params: params() }, mia)).body['items']).toEqual([])
})

it('counts its rows as those of requests, with their ids, unless it is told not to', async () => {
  const { version } = await latest()
  await ask('changeDeployment', { params: params(), body: { associationColumn: 'id' }, ifMatch: version })
  await ship()
  const before = await latest()
  await ended((await send(csvOf(10_003))).job.id)
  await ended((await send(csvOf(5), { logged: 'false' })).job.id)
  await ship()
  const { rows, requests } = await latest()
  expect([rows - before.rows, requests - before.requests]).toEqual([10_003, 2])
  const known = await platform.context.database.first<{ ids: number }>(
    sql`select count(*)::int as ids from monitoring_prediction where deployment_id = ${deployment.id}`,
  )
  expect(known?.ids).toBe(10_003)
})

/** A worker that dies as its job has scored so many chunks. */
const dieAfter = async (job: string, chunks: number) => {
  const { database } = platform.context
  const dead = Promise.withResolvers<void>()
  const handler = handlers().scoreBatch
  let written = 0
  const dying = (ports: JobPorts) =>
    handler({
      ...ports,
      write: async (work) => {
        // The first is the number of rows.
        if (written++ <= chunks) return ports.write(work)
        dead.resolve()
        await new Promise((resolve) => ports.signal.addEventListener('abort', resolve))
        throw ports.signal.reason
      },
    })
  const runner = startJobRunner({
    database,
    worker: 'dying',
    handlers: handlersOf(platform, { scoreBatch: dying }),
    endings: jobEndings,
    logBug: (error) => platform.bugs.push(error),
  })
  await dead.promise
  await runner.stop()
  await database.run(sql`update job set heartbeat_at = now() - interval '1 hour' where id = ${job}`)
}

it('goes on behind the last chunk after its worker was killed, to what an undisturbed run gives', async () => {
  const csv = csvOf(25_001)
  const undisturbed = await send(csv, { passThrough: 'id' })
  await ended(undisturbed.job.id)
  await ship()
  const before = await latest()
  const { job } = await send(csv, { passThrough: 'id' })
  await dieAfter(job.id, 1)
  const scored = async () =>
    platform.context.database.rows<{ number: number; key: string }>(
      sql`select number, key from batch_chunk where job_id = ${job.id} order by number`,
    )
  const first = await scored()
  expect(first.map(({ number }) => number)).toEqual([0])
  expect(await ended(job.id)).toMatchObject({ state: 'succeeded', attempt: 2, result: { rows: 25_001 } })
  const second = await scored()
  expect(second.slice(0, 1)).toEqual(first)
  expect(second.length).toBe(3)
  const [one, other] = [await download(undisturbed.job.id), await download(job.id)]
  expect(other.bytes.equals(one.bytes)).toBe(true)
  expect(other.text.split('\n').length).toBe(25_003)
  // The second chunk was logged by both.
  await ship()
  expect((await latest()).rows - before.rows).toBe(25_001)
})

it('refuses all rows that do not fit, by their lines, before it scores any', async () => {
  await ship()
  const before = await latest()
  const lines = csvOf(10_010).split('\n')
  lines[3] = 'f2,x,wide,1,1,1'
  lines[10_005] = 'f10004,x,1,1,tall,1'
  const { job } = await send(lines.join('\n'))
  const { error, state } = await ended(job.id)
  expect([state, error?.code, error?.findings?.map(({ place }) => place?.line)]).toEqual([
    'failed',
    'csv.cell',
    [4, 10_006],
  ])
  await ship()
  expect((await latest()).rows).toBe(before.rows)
  const held = sql`select 1 from stored_object_reference where holder = ${job.id}`
  expect(await platform.context.database.rows(held)).toEqual([])
})

it('passes a column through whose name has a comma', async () => {
  const passThrough = JSON.stringify(['a, b', 'id'])
  const { job } = await send(csvOf(1).replace('note', '"a, b"'), { passThrough, logged: 'false' })
  await ended(job.id)
  expect((await download(job.id)).text.split('\n').slice(0, 2)).toEqual([
    '"a, b",id,prediction,probability_setosa,probability_versicolor,probability_virginica',
    '"a, b",f0,setosa,1,0,0',
  ])
})

it.each([
  ['a column that is not there', csvOf(1).replace('sepal width', 'sepal'), {}, 'csv.missingColumns'],
  ['a column to pass through that is not there', csvOf(1), { passThrough: 'none' }, 'csv.missingColumns'],
  [
    'a column that a prediction has',
    csvOf(1).replace('note', 'prediction'),
    { passThrough: 'prediction' },
    'batch.columnTwice',
  ],
  ['no rows', csvOf(0), {}, 'batch.noRows'],
  ['nothing', '', {}, 'csv.empty'],
])('fails for %s', async (_, csv, fields, code) => {
  const { job } = await send(csv, fields)
  expect((await ended(job.id)).error?.code).toBe(code)
})

it.each([
  ['a parameter that there is none of', { parameters: '{"limit": 1}' }, 'model.parameters'],
  ['a sink of another kind', { sink: '{"kind": "cloud"}' }, 'batch.sinkText'],
  ['a sink that is no JSON', { sink: 'file' }, 'batch.sinkText'],
])('is not begun with %s', async (_, fields, code) => {
  expect((await send(csvOf(1), fields)).body.code).toBe(code)
})

it('makes a dataset of a dataset, with the types and the marks that its columns had', async () => {
  const csv = csvOf(30).replaceAll('f', '00')
  const source = await addDataset(platform, platform.people.ann, csv)
  const marked = { params: { id: source.id }, body: { sensitive: ['note'] }, ifMatch: source.version }
  expect((await ask('changeDataset', marked)).status).toBe(200)
  const body = {
    source: { kind: 'dataset', datasetVersionId: source.latest.id },
    sink: { kind: 'dataset', name: 'Scored irises' },
    passThrough: ['note', 'petal width'],
  }
  const { job } = (await ask('startBatch', { params: params(), body })).body as unknown as { job: Job }
  const { state, result } = await ended(job.id)
  expect([state, result['rows']]).toEqual(['succeeded', 30])
  const params2 = { id: String(result['datasetId']) }
  const read = async () => (await ask('getDataset', { params: params2 })).body as unknown as Dataset
  await ended((await read()).latest.jobId as string)
  expect(await read()).toMatchObject({
    name: 'Scored irises',
    sensitive: ['note'],
    latest: { state: 'ready', rows: 30 },
  })
  expect((await read()).latest.columns.map(({ name, type }) => `${name} ${type}`)).toEqual([
    'note category',
    'petal width number',
    'prediction category',
    'probability_setosa number',
    'probability_versicolor number',
    'probability_virginica number',
  ])
  expect((await download(job.id)).body.code).toBe('batch.noPredictions')
})

/** What monitoring knows of the rows of a deployment. */
const monitored = async (id: string) => {
  await ship()
  const { rows } = (await ask('getDeployment', { params: { id } })).body as unknown as Deployment
  const known = await platform.context.database.first<{ ids: number; kept: number }>(sql`
    select (select count(*)::int from monitoring_prediction where deployment_id = ${id}) as ids,
      (select count(*)::int from kept_rows where deployment_id = ${id}) as kept`)
  return { rows, ids: known?.ids, kept: known?.kept }
}
const linesOf = async (id: string) => (await ask('getJobLog', { params: { id } })).text

it('keeps no sensitive ids, and no rows whose sensitive columns the model reads', async () => {
  const { version } = await latest()
  const body = { keepRowsDays: 30 }
  expect((await ask('changeDeployment', { params: params(), body, ifMatch: version })).status).toBe(200)
  const source = await addDataset(platform, platform.people.ann, csvOf(30))
  const scoreMarked = async (sensitive: string[]) => {
    const { version: known } = (await ask('getDataset', { params: { id: source.id } })).body as unknown as Dataset
    await ask('changeDataset', { params: { id: source.id }, body: { sensitive }, ifMatch: known })
    const asked = { source: { kind: 'dataset', datasetVersionId: source.latest.id } }
    const { job } = (await ask('startBatch', { params: params(), body: asked })).body as unknown as { job: Job }
    expect((await ended(job.id)).state).toBe('succeeded')
    return linesOf(job.id)
  }
  const before = await monitored(deployment.id)
  expect(await scoreMarked(['id'])).toContain('without their ids: the column id is sensitive')
  const withoutIds = await monitored(deployment.id)
  expect(withoutIds).toEqual({ rows: before.rows + 30, ids: before.ids, kept: (before.kept ?? 0) + 1 })
  expect(await scoreMarked(['id', 'petal width'])).toContain(
    'keeps none of them: the model reads sensitive columns (petal width)',
  )
  expect(await monitored(deployment.id)).toEqual({ ...withoutIds, rows: before.rows + 60 })
})

it('masks what a release hands on for whoever does not see it, and marks it in a new dataset', async () => {
  const { ann, mia } = platform.people
  const { id: model } = (await ask('createRegisteredModel', { body: { name: 'Noted' } })).body as { id: string }
  const modelReleaseId = await publishIris(platform, ann, model, 'dtc_iris', [{ field: 'note', type: 'text' }])
  const noted = (await ask('createDeployment', { body: { name: 'Noted', modelReleaseId } })).body as { id: string }
  const source = await addDataset(platform, ann, csvOf(30).replaceAll('"a, b"', 'SECRET-7f3a'))
  await ask('changeDataset', { params: { id: source.id }, body: { sensitive: ['note'] }, ifMatch: source.version })
  for (const id of [noted.id, source.id])
    await ask('share', { params: { id }, body: { grantee: mia.id, role: 'consumer' } })
  const body = {
    source: { kind: 'dataset', datasetVersionId: source.latest.id },
    sink: { kind: 'dataset', name: 'Hers' },
    logged: false,
  }
  const { job } = (await ask('startBatch', { params: { id: noted.id }, body }, mia)).body as unknown as { job: Job }
  const { result } = await runJob(platform, mia, job.id, handlers())
  const of = { params: { id: String(result['datasetId']) } }
  const made = async () => (await ask('getDataset', of, mia)).body as unknown as Dataset
  await runJob(platform, mia, (await made()).latest.jobId as string, handlers())
  const { sensitive, latest: ready } = await made()
  const rows = await ask('getDatasetRows', { params: { id: ready.id }, query: { limit: 1 } }, mia)
  expect([sensitive, rows.body['rows']]).toEqual([['note'], [['•••', 'setosa', 1, 0, 0]]])
})

it('answers nothing while the deployment is paused, nor goes on with what was begun', async () => {
  const { job } = await send(csvOf(1))
  const { version } = await latest()
  await ask('pauseDeployment', { params: params(), body: { reason: 'Wrong' }, ifMatch: version })
  const { status, body } = await send(csvOf(1))
  expect([status, body.code]).toEqual([503, 'serving.paused'])
  expect((await ended(job.id)).error?.code).toBe('serving.paused')
  await ask('resumeDeployment', { params: params(), ifMatch: (await latest()).version })
})

it('leaves nothing behind when it is cancelled, and keeps what somebody may still download', async () => {
  const { database, objects } = platform.context
  const kept = await send(csvOf(3))
  await ended(kept.job.id)
  const { job } = await send(csvOf(20_001))
  await dieAfter(job.id, 1)
  await ask('cancelJob', { params: { id: job.id } })
  expect((await ended(job.id)).state).toBe('cancelled')
  expect(await database.rows(sql`select 1 from batch_chunk where job_id = ${job.id}`)).toEqual([])
  await collectObjects(database, objects, 0)
  expect((await download(kept.job.id)).text.split('\n').length).toBe(5)
  const left = await database.first<{ key: string }>(sql`select key from batch_chunk where job_id = ${kept.job.id}`)
  expect((await readFile(await objects.pathOf(left?.key as string))).length).toBeGreaterThan(0)
})

it('answered nothing as a bug', () => {
  expect(platform.bugs).toEqual([])
})
