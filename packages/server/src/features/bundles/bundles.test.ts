import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type Job,
  type Person,
  type Project,
  RunBundle,
  type Task,
  tokenScopes,
  type TrainingRun,
} from '@modelsmith/api'
import { check } from '@modelsmith/domain'
import { decodeBlocks } from '@modelsmith/table'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { json, sql } from '../../infra/database/database.ts'
import { principalOf } from '../../infra/rights/principal.ts'
import { call } from '../../testing/call.ts'
import { withPlatform } from '../../testing/platform.ts'
import { makeWorld, taskFiles, type World } from '../../testing/world.ts'
import { createTasks } from '../tasks/index.ts'
import { createBundles } from './service.ts'
import { tar } from './tar.ts'

const platform = withPlatform()
let world: World
let task: Task
let run: TrainingRun
const folder = mkdtempSync(join(tmpdir(), 'ms-bundle-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

beforeAll(async () => {
  const { ann } = platform.people
  world = await makeWorld(platform, ann)
  const files = { ...taskFiles, 'more/ä long name.py': 'pass\n' }
  task = ((await call(platform, ann, 'uploadTask', { files })).body as { task: unknown }).task as Task
  const graph = {
    nodes: [
      { id: 'same', taskVersion: task.latest.id, inputs: [{ from: 'data', dataTypes: ['NUM'] }] },
      { id: 'model', taskVersion: 'builtin:random-forest@1', inputs: [{ from: 'node', node: 'same' }] },
    ],
  }
  const started = await call(platform, ann, 'train', { params: { id: world.project }, body: { name: 'Two', graph } })
  run = (started.body as unknown as { run: TrainingRun }).run
})

const bundleOf = async (person: 'ann' | 'vera' | 'bob', id: string): Promise<Buffer> => {
  const caller = platform.people[person]
  const { body } = await call(platform, caller, 'me')
  const bundles = createBundles(platform.context, createTasks(platform.context))
  const who = {
    ...caller,
    ...(await principalOf(platform.context.database, caller.id)),
    csrfToken: undefined,
    credential: 'a token',
    scopes: tokenScopes,
  }
  const named = { ...who, person: body as unknown as Person }
  const { stream } = await bundles[id.startsWith('job_') ? 'job' : 'training'](named, id)
  const parts: Uint8Array[] = []
  for await (const part of stream as AsyncIterable<Uint8Array>) parts.push(part)
  return Buffer.concat(parts)
}

const unpacked = (bytes: Buffer): string => {
  const place = mkdtempSync(join(folder, 'run-'))
  writeFileSync(join(folder, 'run.tar'), bytes)
  execFileSync('tar', ['-xf', join(folder, 'run.tar'), '-C', place])
  return place
}

it('is an archive of all that a training works from', async () => {
  const bytes = await bundleOf('ann', run.id)
  const place = unpacked(bytes)
  const about = JSON.parse(readFileSync(join(place, 'run.json'), 'utf8')) as Extract<RunBundle, { kind: 'training' }>
  expect(check(RunBundle, about)).toEqual([])
  expect(about).toMatchObject({ kind: 'training', id: run.id, target: 'sold', folds: 2, graph: { nodes: [{}, {}] } })
  const [custom, builtin] = about.tasks
  expect(builtin).toMatchObject({ id: 'builtin:random-forest@1', folder: null })
  for (const path of ['custom.py', 'more/ä long name.py'])
    expect(readFileSync(join(place, custom?.folder ?? '', path), 'utf8')).toContain('pass')
  expect(decodeBlocks(new Uint8Array(readFileSync(join(place, 'data.cols')))).rows).toBe(40)
  expect(readFileSync(join(place, 'partition.bin'))).toHaveLength(40)
  expect(await bundleOf('ann', run.id)).toEqual(bytes)
  expect(await bundleOf('ann', run.jobId)).toEqual(bytes)
  const { headers, status } = await call(platform, platform.people.ann, 'downloadTrainingRun', {
    params: { id: run.id },
  })
  expect([status, headers['content-type']]).toEqual([200, 'application/x-tar'])
})

it('of a search for anomalies tells no task which rows are', async () => {
  const { ann } = platform.people
  const body = { name: 'Odd', datasetVersionId: world.datasetVersion, targetType: 'anomaly', target: 'sold' } as const
  const { id } = (await call(platform, ann, 'createProject', { body })).body as unknown as Project
  const started = await call(platform, ann, 'train', { params: { id }, body: { repositoryId: 'isolation-forest' } })
  const place = unpacked(await bundleOf('ann', (started.body as unknown as { run: TrainingRun }).run.id))
  const about = JSON.parse(readFileSync(join(place, 'run.json'), 'utf8')) as RunBundle
  expect(check(RunBundle, about)).toEqual([])
  expect(about).toMatchObject({ target: null, targetType: 'anomaly', classes: [] })
})

it('is for those who may see the run, its data and its tasks', async () => {
  const foreign = await call(platform, platform.people.bob, 'downloadTrainingRun', { params: { id: run.id } })
  expect([foreign.status, foreign.body.code]).toEqual([404, 'object.notFound'])
  const job = await call(platform, platform.people.bob, 'downloadJob', { params: { id: run.jobId } })
  expect([job.status, job.body.code]).toEqual([404, 'object.notFound'])
  // A dataset that was deleted is nobody's to read any more.
  const { database } = platform.context
  await database.run(sql`update object set deleted_at = now() where id = ${world.dataset}`)
  const gone = await call(platform, platform.people.ann, 'downloadTrainingRun', { params: { id: run.id } })
  await database.run(sql`update object set deleted_at = null where id = ${world.dataset}`)
  expect([gone.status, gone.body.code]).toEqual([404, 'object.notFound'])
})

it('of a prediction has the model and the rows, for who sent them', async () => {
  const { ann, adam, vera } = platform.people
  const sent = await call(platform, ann, 'predictFile', {
    params: { id: world.model },
    files: { 'rows.csv': 'size\n1\n' },
  })
  const { job } = sent.body as unknown as { job: Job }
  const place = unpacked(await bundleOf('ann', job.id))
  expect(JSON.parse(readFileSync(join(place, 'run.json'), 'utf8'))).toMatchObject({
    kind: 'prediction',
    rows: 'rows.csv',
  })
  expect(readFileSync(join(place, 'rows.csv'), 'utf8')).toBe('size\n1\n')
  expect(readFileSync(join(place, 'model/artifacts/model/task.pkl'), 'utf8')).toContain('model')
  const statuses = await Promise.all(
    [ann, adam, vera].map(
      async (person) => (await call(platform, person, 'downloadJob', { params: { id: job.id } })).status,
    ),
  )
  expect(statuses).toEqual([200, 200, 404])
  const { database } = platform.context
  await database.run(
    sql`update job set payload = ${json({ model: world.model, sourceKey: '0'.repeat(64), blocks: false, passThrough: [] })} where id = ${job.id}`,
  )
  const gone = await call(platform, ann, 'downloadJob', { params: { id: job.id } })
  expect([gone.status, gone.body.code]).toEqual([404, 'bundle.gone'])
})

it('is not made of a job of another kind', async () => {
  const { body } = await call(platform, platform.people.ann, 'listJobs')
  const { items } = body as unknown as { items: Job[] }
  const ingest = items.find(({ kind }) => kind === 'ingestDataset')
  const answer = await call(platform, platform.people.ann, 'downloadJob', { params: { id: ingest?.id ?? '' } })
  expect([answer.status, answer.body.code]).toEqual([422, 'bundle.kind'])
})

it('breaks off when a file is not as long as was said', async () => {
  const writing = async () => {
    for await (const _ of tar([{ path: 'a', size: 3, read: () => Buffer.from('ab') }])) continue
  }
  await expect(writing()).rejects.toThrow('"a" has 2 bytes; 3 were expected.')
})
