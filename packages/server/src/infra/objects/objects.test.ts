import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { describe, expect, it, vi } from 'vitest'
import { claimJob } from '../../features/jobs/store.ts'
import { recoverLost } from '../../features/jobs/ending.ts'
import { jobEndings } from '../../job-endings.ts'
import { call, type CallParts } from '../../testing/call.ts'
import { withPlatform } from '../../testing/platform.ts'
import { libraryGraph, makeWorld, rowsCsv, taskFiles } from '../../testing/world.ts'
import { sql } from '../database/database.ts'
import { placesOf } from '../settings.ts'
import { collectObjects, hold, letGo } from './references.ts'
import { forgetUnusedSteps, stepCacheOf } from './step-cache.ts'

const platform = withPlatform()
const graceSeconds = 3600
const collect = () => collectObjects(platform.context.database, platform.context.objects, graceSeconds)

/** Makes every object older than the grace period. */
const age = () => platform.context.database.run(sql`update stored_object set created_at = now() - interval '1 day'`)

const files = async (): Promise<string[]> => {
  const entries = await readdir(placesOf(platform.context.settings).objects, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name)
}

describe('the object store', () => {
  it('names bytes by their hash, once, however they came', async () => {
    const { objects, settings } = platform.context
    const path = join(settings.dataDir, 'hello.txt')
    await writeFile(path, 'hello')
    const [file, bytes] = [await objects.putFile(path), await objects.putBytes(Buffer.from('hello'))]
    expect(file).toEqual(bytes)
    expect(file).toEqual({ key: '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824', bytes: 5 })
    expect((await files()).filter((name) => name === file.key)).toHaveLength(1)
    expect(await text(objects.read(file.key))).toBe('hello')
    await objects.copyTo(file.key, join(settings.dataDir, 'copy/of.txt'))
    expect(await readFile(join(settings.dataDir, 'copy/of.txt'), 'utf8')).toBe('hello')
  })

  it('leaves nothing behind when a file cannot be read', async () => {
    const { objects, settings } = platform.context
    await expect(objects.putFile(join(settings.dataDir, 'absent'))).rejects.toMatchObject({ code: 'ENOENT' })
    expect(await readdir(join(placesOf(settings).objects, 'incoming'))).toEqual([])
  })

  it('tells of a stream that failed before it was read', async () => {
    const { objects, settings } = platform.context
    const content = new Readable({ read() {} })
    content.destroy(new Error('The sender has gone.'))
    await expect(objects.putStream(content)).rejects.toThrow('The sender has gone.')
    expect(await readdir(join(placesOf(settings).objects, 'incoming'))).toEqual([])
  })

  it('reads nothing but its own keys', () => {
    for (const key of ['../../etc/passwd', 'abc', ''])
      expect(() => platform.context.objects.read(key)).toThrow('is not an object key')
  })
})

describe('collection', () => {
  it('takes what nobody holds, after the grace period', async () => {
    const { database, objects } = platform.context
    const [held, free] = [await objects.putBytes(Buffer.from('held')), await objects.putBytes(Buffer.from('free'))]
    await hold(database, 'somebody', [held])
    expect(await collect()).toBe(0)
    await age()
    // Put again: as good as new, though it was there already.
    const fresh = await objects.putBytes(Buffer.from('hello'))
    expect(await collect()).toBe(1)
    expect(await files()).toEqual(expect.arrayContaining([held.key, fresh.key]))
    expect(await files()).not.toContain(free.key)
    await letGo(database, ['somebody'])
    expect(await collect()).toBe(1)
    expect(await files()).not.toContain(held.key)
  })

  it('is done once when two do it at a time', async () => {
    await age()
    await collect()
    for (let index = 0; index < 10; index++) await platform.context.objects.putBytes(Buffer.from(`many ${index}`))
    await age()
    const counts = await Promise.all([collect(), collect(), collect()])
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(10)
  })

  it('takes results of steps that nothing has used for a month, and no others', async () => {
    const { database, objects } = platform.context
    const folder = await mkdtemp(join(tmpdir(), 'modelsmith-steps-'))
    const steps = stepCacheOf(database, objects, 'an organisation')
    for (const key of ['old', 'used']) {
      await mkdir(join(folder, key))
      await writeFile(join(folder, key, 'model.pkl'), key)
      await steps.put(key, join(folder, key))
    }
    await database.run(sql`update step_result set used_at = now() - interval '31 days'`)
    expect(await steps.get('used', join(folder, 'taken'))).toBe(true)
    expect(await readFile(join(folder, 'taken', 'model.pkl'), 'utf8')).toBe('used')
    expect(await forgetUnusedSteps(database, 30)).toBe(1)
    await age()
    expect(await collect()).toBe(1)
    expect(await steps.get('old', join(folder, 'gone'))).toBe(false)
    expect(await steps.get('used', join(folder, 'again'))).toBe(true)
    await rm(folder, { recursive: true })
  })

  it('takes what belonged to deleted things, and nothing before', async () => {
    const { ann } = platform.people
    const world = await makeWorld(platform, ann)
    const inUse = (await files()).length
    await age()
    expect(await collect()).toBe(0)
    const remove = async (
      operation: 'deleteDeployment' | 'deleteProject' | 'deleteDataset' | 'deleteTask',
      id: string,
    ) => {
      const version = await platform.context.database.first<{ version: number }>(
        sql`select version from object where id = ${id}`,
      )
      return call(platform, ann, operation, { params: { id }, ifMatch: version?.version ?? 0 })
    }
    const told = async (...given: Parameters<typeof remove>) => {
      const { status, body } = await remove(...given)
      return [status, body.code]
    }
    expect(await told('deleteProject', world.project)).toEqual([409, 'object.inUse'])
    expect(await told('deleteDataset', world.dataset)).toEqual([409, 'object.inUse'])
    expect(await told('deleteDeployment', world.deployment)).toEqual([204, undefined])
    expect(await told('deleteProject', world.project)).toEqual([204, undefined])
    expect(await told('deleteDataset', world.dataset)).toEqual([204, undefined])
    expect(await collect()).toBeGreaterThanOrEqual(3)
    // The files of the task stay.
    expect((await files()).length).toBeLessThan(inUse)
    expect((await call(platform, ann, 'getModel', { params: { id: world.model } })).status).toBe(404)
    expect((await call(platform, ann, 'getTrainingRun', { params: { id: world.trainingRun } })).status).toBe(404)
    const archive = await call(platform, ann, 'downloadTaskVersion', { params: { id: world.taskVersion } })
    expect(archive.status).toBe(200)
    const { files: ofTask } = (await call(platform, ann, 'getTaskVersion', { params: { id: world.taskVersion } }))
      .body as { files: { sha256: string }[] }
    expect(await told('deleteTask', world.task)).toEqual([204, undefined])
    await collect()
    for (const { sha256 } of ofTask) expect(await files()).not.toContain(sha256)
  })
})

it('stops the reading of a dataset that is deleted, and keeps nothing of it', async () => {
  const { database } = platform.context
  const { ann } = platform.people
  const { body } = await call(platform, ann, 'uploadDataset', { files: { 'late.csv': 'a\n1\n' } })
  const { dataset, job } = body as {
    dataset: { id: string; version: number; latest: { id: string } }
    job: { id: string }
  }
  const claimed = await claimJob(database, 'worker')
  expect(claimed?.id).toBe(job.id)
  const removed = await call(platform, ann, 'deleteDataset', { params: { id: dataset.id }, ifMatch: dataset.version })
  expect(removed.status).toBe(204)
  expect((await call(platform, ann, 'getJob', { params: { id: job.id } })).body).toMatchObject({ state: 'cancelling' })
  await database.run(sql`update job set heartbeat_at = now() - interval '1 minute' where id = ${job.id}`)
  await recoverLost(database, jobEndings, { silentSeconds: 15, mostAttempts: 3 })
  expect((await call(platform, ann, 'getJob', { params: { id: job.id } })).body).toMatchObject({ state: 'cancelled' })
  const held = sql`select 1 from stored_object_reference where holder = ${dataset.latest.id}`
  expect(await database.rows(held)).toEqual([])
})

it.each(['train', 'createDeployment', 'createProject', 'predictDataset', 'uploadDatasetVersion'] as const)(
  '%s makes nothing of what is deleted at the same moment',
  async (operation) => {
    const { database } = platform.context
    const { ann } = platform.people
    const world = await makeWorld(platform, ann)
    const uses: Readonly<Record<typeof operation, readonly [string, CallParts]>> = {
      train: [world.project, { params: { id: world.project }, body: { name: 'Late', graph: libraryGraph } }],
      createDeployment: [world.model, { body: { name: 'Late', modelId: world.model } }],
      createProject: [
        world.dataset,
        { body: { name: 'Late', datasetVersionId: world.datasetVersion, target: 'sold', partitioning: { folds: 2 } } },
      ],
      predictDataset: [
        world.dataset,
        { params: { id: world.model }, body: { datasetVersionId: world.datasetVersion } },
      ],
      uploadDatasetVersion: [world.dataset, { params: { id: world.dataset }, files: { 'late.csv': rowsCsv } }],
    }
    const [used, parts] = uses[operation]
    const late = await database.transaction(async (queries) => {
      await queries.run(sql`update object set deleted_at = now() where id = ${used}`)
      const asked = call(platform, ann, operation, parts)
      // Until this ends, others see the object; they must wait for it all the same.
      await vi.waitFor(async () => {
        const waiting = sql`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
        expect(await queries.rows(waiting)).toHaveLength(1)
      }, 5000)
      return { asked }
    })
    const { status, body } = await late.asked
    expect([status, body.code]).toEqual([404, 'object.notFound'])
  },
)

it('does not let the blueprint of another organisation keep a task', async () => {
  const { ann, bob } = platform.people
  const made = await call(platform, ann, 'uploadTask', { files: taskFiles })
  const { task } = made.body as { task: { id: string; version: number; latest: { id: string } } }
  const nodes = [{ id: 'model', taskVersion: task.latest.id, inputs: [{ from: 'data' }] }]
  await call(platform, bob, 'createBlueprint', { body: { name: 'A secret of Bob', graph: { nodes } } })
  const removed = await call(platform, ann, 'deleteTask', { params: { id: task.id }, ifMatch: task.version })
  expect(removed.status).toBe(204)
})

it('stops the training of a project that is deleted', async () => {
  const { ann } = platform.people
  const world = await makeWorld(platform, ann)
  const { body } = await call(platform, ann, 'getProject', { params: { id: world.project } })
  const { datasetVersionId, target } = body as { datasetVersionId: string; target: string }
  const made = await call(platform, ann, 'createProject', { body: { name: 'Short', datasetVersionId, target } })
  const id = String(made.body['id'])
  const started = await call(platform, ann, 'train', { params: { id }, body: { name: 'Forest', graph: libraryGraph } })
  const { job } = started.body as { job: { id: string } }
  const { version } = (await call(platform, ann, 'getProject', { params: { id } })).body as { version: number }
  expect((await call(platform, ann, 'deleteProject', { params: { id }, ifMatch: version })).status).toBe(204)
  expect((await call(platform, ann, 'getJob', { params: { id: job.id } })).body).toMatchObject({ state: 'cancelled' })
})
