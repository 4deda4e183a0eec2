import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { gzipSync } from 'node:zlib'
import type { Batch, Deployment, Job } from '@modelsmith/api'
import { tableWriter } from '@modelsmith/serving'
import { tableFromRows } from '@modelsmith/table'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { sql } from '../../packages/server/src/infra/database/database.ts'
import {
  accessOf,
  type Asker,
  listObjects,
  openObject,
  placeOf,
  uploadsTo,
  writeObject,
} from '../../packages/server/src/infra/s3/index.ts'
import { makeKeys } from '../../packages/server/src/infra/secrets/seal.ts'
import { jobEndings } from '../../packages/server/src/job-endings.ts'
import { call, type CallParts } from '../../packages/server/src/testing/call.ts'
import { type ObjectServer, startObjectServer } from './server.ts'
import { withPlatform } from '../../packages/server/src/testing/platform.ts'
import { irisFields, publishIris } from '../../packages/server/src/testing/publish.ts'
import { handlersOf, noSessions, runJob } from '../../packages/server/src/testing/world.ts'
import { startJobRunner } from '../../packages/server/src/features/jobs/index.ts'
import { batchJob } from '../../packages/server/src/features/batches/batch-job.ts'
import { takeBackUploads } from '../../packages/server/src/features/batches/into-s3.ts'

const platform = withPlatform({ MODELSMITH_S3_HOSTS: '127.0.0.1', MODELSMITH_UPLOAD_MB: '12' })
let server: ObjectServer
let door: Server
let port = 0
let deployment: Deployment
let credential = ''
/** Told of what goes to S3, and of what comes from it. */
let onSent: (text: string, inside: Socket, outside: Socket) => void = () => {}
let onHeard: (bytes: Buffer, inside: Socket, outside: Socket) => void = () => {}
let isOpen = true

const ask = (operation: Parameters<typeof call>[2], parts: CallParts = {}, person = platform.people.ann) =>
  call(platform, person, operation, parts)
const credentialOf = async (fields: Record<string, string>, type = 's3'): Promise<string> =>
  String((await ask('createCredential', { body: { name: 'Lake', type, fields } })).body['id'])
const fields = (changed: Record<string, string> = {}) => ({
  endpoint: `http://127.0.0.1:${port}`,
  accessKeyId: server.accessKeyId,
  secretAccessKey: server.secretAccessKey,
  ...changed,
})
/** Past the door. */
const asker = (): Asker => ({
  access: accessOf(fields({ endpoint: server.endpoint })),
  allowed: ['127.0.0.1'],
  signal: AbortSignal.timeout(120_000),
})

beforeAll(async () => {
  makeKeys(platform.context.settings.secretsKeyFile)
  server = await startObjectServer()
  const { hostname, port: at } = new URL(server.endpoint)
  door = createServer((socket) => {
    if (!isOpen) return void socket.destroy()
    const inside = connect(Number(at), hostname)
    socket.on('data', (bytes) => onSent(bytes.toString('latin1'), inside, socket))
    inside.on('data', (bytes) => onHeard(bytes, inside, socket))
    for (const each of [socket, inside]) each.on('error', () => {})
    socket.pipe(inside).pipe(socket)
  })
  await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', resolve))
  port = (door.address() as AddressInfo).port
  const { id } = (await ask('createRegisteredModel', { body: { name: 'Irises' } })).body as { id: string }
  const modelReleaseId = await publishIris(platform, platform.people.ann, id, 'dtc_iris')
  deployment = (await ask('createDeployment', { body: { name: 'Irises', modelReleaseId } }))
    .body as unknown as Deployment
  credential = await credentialOf(fields())
}, 240_000)
afterAll(() => {
  door?.close()
  server?.stop()
})

const csvOf = (rows: number, note = 'a b') =>
  `id,note,${irisFields.join(',')}\n${Array.from({ length: rows }, (_, at) => `f${at},${note},${5 + (at % 20) / 10},3,${1 + (at % 50) / 10},${(at % 25) / 10}\n`).join('')}`
const parquetOf = (names: readonly string[], ...rows: readonly (readonly number[])[]): Buffer => {
  const cells = rows.map((row) => Object.fromEntries(names.map((name, at) => [name, row[at]])))
  const writer = tableWriter('parquet')
  const table = tableFromRows({ columns: names.map((name) => ({ name, type: 'number' })) }, cells)
  return Buffer.concat([...writer.write(table), ...writer.end()])
}
const put = (key: string, content: string | Uint8Array) =>
  writeObject(
    asker(),
    { place: { bucket: 'bucket', key }, type: 'text/csv', note: async () => {} },
    (async function* () {
      yield Buffer.from(content)
    })(),
  )
const get = async (key: string): Promise<Buffer> => {
  const { content } = await openObject(asker(), { bucket: 'bucket', key })
  const parts: Buffer[] = []
  for await (const part of content) parts.push(part)
  return Buffer.concat(parts)
}
const keysBeneath = async (key: string): Promise<string[]> => {
  const found: string[] = []
  for await (const { place } of listObjects(asker(), { bucket: 'bucket', key })) found.push(place.key)
  return found
}
const uploadsOf = (key: string) => uploadsTo(asker(), { bucket: 'bucket', key })

const begin = (body: object, person = platform.people.ann) =>
  ask('startBatch', { params: { id: deployment.id }, body: { logged: false, ...body } }, person)
const handlers = () => ({ scoreBatch: batchJob(platform.context, noSessions) })
const ended = (id: string) => runJob(platform, platform.people.ann, id, handlers())
const run = async (body: object): Promise<Job> => {
  const { job } = (await begin(body)).body as unknown as { job: Job }
  return ended(job.id)
}
const source = (key: string, credentialId = credential) => ({ kind: 's3', credentialId, url: `s3://bucket/${key}` })
const sink = (key: string, format?: string) => ({
  kind: 's3',
  credentialId: credential,
  url: `s3://bucket/${key}`,
  ...(format === undefined ? {} : { format }),
})

it('scores an object, and writes the predictions as one', async () => {
  const key = 'in/a+b ü&(1)=~.csv'
  await put(key, csvOf(12))
  const job = await run({ source: source(key), sink: sink("out/p+q 'ö'.csv"), passThrough: ['id'] })
  expect([job.error, job.state, job.result]).toEqual([
    null,
    'succeeded',
    { rows: 12, object: "s3://bucket/out/p+q 'ö'.csv" },
  ])
  const [header, first, ...rest] = (await get("out/p+q 'ö'.csv")).toString().trim().split('\n')
  expect(header).toMatch(/^id,prediction,probability_setosa,/)
  expect(first).toMatch(/^f0,setosa,1,/)
  expect(rest.length).toBe(11)
  const { items } = (await ask('listBatches', { params: { id: deployment.id } })).body as unknown as { items: Batch[] }
  expect(items[0]).toMatchObject({ source: source(key), sink: sink("out/p+q 'ö'.csv"), totalRows: 12 })
  const held = sql`select key from stored_object_reference where holder = ${job.id}`
  expect(await platform.context.database.rows(held)).toEqual([])
})

it('scores all files beneath a place, CSV and Parquet, and writes Parquet', async () => {
  await put('many/2.parquet', parquetOf(irisFields, [5.1, 3.5, 1.4, 0.2], [6.3, 3.3, 6, 2.5]))
  await put('many/1.csv', csvOf(10_003))
  await put('many/deep/3.csv', csvOf(2))
  await put('many/_SUCCESS', 'done')
  await put('many/', '')
  const job = await run({ source: source('many/'), sink: sink('out/many.parquet', 'parquet') })
  expect([job.error, job.state, job.result['rows']]).toEqual([null, 'succeeded', 10_007])
  const { key } = await platform.context.objects.putBytes(await get('out/many.parquet'))
  expect(key).toMatch(/^[0-9a-f]{64}$/)
  const again = await run({ source: source('many/2.parquet'), sink: { kind: 'file' }, passThrough: ['sepal length'] })
  const { text } = await ask('downloadBatch', { params: { id: again.id } })
  expect(text.split('\n').slice(1, 3)).toEqual([
    expect.stringMatching(/^5.1,setosa,/),
    expect.stringMatching(/^6.3,virginica,/),
  ])
})

it('names the file whose rows do not fit, or whose columns differ', async () => {
  await put('bad/1.csv', csvOf(3))
  await put('bad/2.csv', `${csvOf(2)}f9,x,wide,3,1,1\n`)
  const { error } = await run({ source: source('bad/') })
  expect([error?.code, error?.message]).toEqual(['csv.cell', expect.stringContaining('s3://bucket/bad/2.csv: ')])
  expect(error?.findings?.[0]).toMatchObject({ place: { file: 's3://bucket/bad/2.csv', line: 4 } })
  await put('bad/2.csv', parquetOf([...irisFields, 'id'], [5, 3, 1, 1, 7]))
  expect((await run({ source: source('bad/'), passThrough: ['id'] })).error?.code).toBe('batch.columnsDiffer')
  expect((await run({ source: source('bad/'), passThrough: ['absent'] })).error?.code).toBe('csv.missingColumns')
})

/** Of more than one part. */
const large = () => csvOf(4500, 'n'.repeat(2000))
const ofLarge = () => ({ source: source('large.csv'), passThrough: ['id', 'note'] })

it('writes an object in parts', async () => {
  await put('large.csv', large())
  const job = await run({ ...ofLarge(), sink: sink('out/undisturbed.csv') })
  expect([job.error, job.state]).toEqual([null, 'succeeded'])
  expect((await get('out/undisturbed.csv')).length).toBeGreaterThan(2 ** 23)
})

it.each([
  ['as its upload is begun', (text: string) => text.includes('?uploads=') && isLate()],
  ['as a part arrives', (text: string) => text.includes('partNumber=2')],
  ['as its object is completed', (text: string) => text.startsWith('POST') && text.includes('?uploadId=')],
])('leaves the same bytes and no half upload, where its worker is killed %s', async (_, isTime) => {
  const { job } = (await begin({ ...ofLarge(), sink: sink('out/killed.csv') })).body as unknown as { job: Job }
  const dead = Promise.withResolvers<void>()
  uploads = 0
  onSent = (text, inside) => {
    if (!isTime(text)) return
    onSent = () => {}
    // What was sent arrives, and whoever sent it is gone.
    isOpen = false
    inside.unpipe()
    dead.resolve()
  }
  const runner = startJobRunner({
    database: platform.context.database,
    worker: 'dying',
    handlers: handlersOf(platform, handlers()),
    endings: jobEndings,
    logBug: (error) => platform.bugs.push(error),
  })
  await dead.promise
  await runner.stop()
  isOpen = true
  await platform.context.database.run(sql`update job set heartbeat_at = now() - interval '1 hour' where id = ${job.id}`)
  expect(await ended(job.id)).toMatchObject({ error: null, state: 'succeeded', attempt: 2 })
  const [killed, undisturbed] = await Promise.all([get('out/killed.csv'), get('out/undisturbed.csv')])
  expect(killed.equals(undisturbed)).toBe(true)
  expect(await uploadsOf('out/killed.csv')).toEqual([])
  expect(await platform.context.database.rows(sql`select * from batch_upload`)).toEqual([])
})

let uploads = 0
/** The first upload is begun to see whether one may. */
const isLate = (): boolean => ++uploads === 2

it('takes back the upload of a batch that ended without it', async () => {
  const { database } = platform.context
  const { job } = (await begin({ ...ofLarge(), sink: sink('out/ended.csv') })).body as unknown as { job: Job }
  onSent = (text) => {
    if (!text.includes('partNumber=2')) return
    onSent = () => {}
    isOpen = false
  }
  onHeard = (_, inside, outside) => {
    if (isOpen) return
    inside.destroy()
    outside.destroy()
  }
  const { error, state } = await ended(job.id)
  onHeard = () => {}
  expect([state, error?.code]).toEqual(['failed', 's3.away'])
  expect((await uploadsOf('out/ended.csv')).length).toBe(1)
  expect(await keysBeneath('out/ended')).toEqual([])
  await takeBackUploads(platform.context, asker().signal, (bug) => platform.bugs.push(bug))
  expect((await uploadsOf('out/ended.csv')).length).toBe(1)
  isOpen = true
  await takeBackUploads(platform.context, asker().signal, (bug) => platform.bugs.push(bug))
  expect(await uploadsOf('out/ended.csv')).toEqual([])
  expect(await database.rows(sql`select * from batch_upload`)).toEqual([])
})

it('reads on where the connection breaks, and refuses what changed meanwhile', async () => {
  const content = large()
  await put('moving.csv', content)
  const breakOnce = () => {
    let heard = 0
    const broken = Promise.withResolvers<void>()
    onHeard = (bytes, inside, outside) => {
      heard += bytes.length
      if (heard < 2 ** 22) return
      onHeard = () => {}
      inside.destroy()
      outside.destroy()
      broken.resolve()
    }
    return broken.promise
  }
  const broken = breakOnce()
  const whole = run({ source: source('moving.csv') })
  await broken
  expect((await whole).result).toMatchObject({ rows: 4500 })
  const again = breakOnce()
  const changed = run({ source: source('moving.csv') })
  await again
  await put('moving.csv', csvOf(1))
  expect((await changed).error?.code).toBe('s3.changed')
})

it('completes an upload whose answer was lost', async () => {
  onSent = (text, inside, outside) => {
    if (!text.startsWith('POST') || !text.includes('?uploadId=')) return
    onSent = () => {}
    inside.unpipe()
    inside.once('data', () => outside.destroy())
    inside.resume()
  }
  const job = await run({ ...ofLarge(), sink: sink('out/lost.csv') })
  expect([job.error, job.state]).toEqual([null, 'succeeded'])
  expect((await get('out/lost.csv')).length).toBeGreaterThan(2 ** 23)
  expect(await uploadsOf('out/lost.csv')).toEqual([])
})

it('may find all kinds of files', async () => {
  await put('good.csv', csvOf(2))
  await put('header.csv', csvOf(0))
  await put('others.csv', 'a,b\n1,2\n')
  await put('packed.csv.gz', gzipSync(csvOf(2)))
  await put('broken.parquet', 'PAR1 and no more')
  await put('huge/1.csv', Buffer.alloc(13 * 2 ** 20, 'a'))
  expect(await keysBeneath('huge/')).toEqual(['huge/1.csv'])
})

it.each([
  ['a bucket that is not there', () => ({ source: { ...source(''), url: 's3://nowhere/a.csv' } }), 's3.noBucket'],
  ['a folder of such a bucket', () => ({ source: { ...source(''), url: 's3://nowhere/' } }), 's3.noBucket'],
  ['an object that is not there', () => ({ source: source('absent.csv') }), 's3.noObject'],
  ['a folder without files', () => ({ source: source('absent/') }), 'batch.noObjects'],
  ['a key that no address has', () => ({ source: source('a/../b.csv') }), 's3.key'],
  ['a file that is packed', () => ({ source: source('packed.csv.gz') }), 'batch.packed'],
  ['a file without columns of the model', () => ({ source: source('others.csv') }), 'csv.missingColumns'],
  ['a broken file of Parquet', () => ({ source: source('broken.parquet') }), 'parquet.unreadable'],
  ['a header alone', () => ({ source: source('header.csv') }), 'batch.noRows'],
  ['more than may be read', () => ({ source: source('huge/1.csv') }), 'batch.objectsTooLarge'],
  ['more than may be read, in a folder', () => ({ source: source('huge/') }), 'batch.objectsTooLarge'],
  [
    'a bucket of the predictions that is not there',
    () => ({ source: source('good.csv'), sink: { ...sink(''), url: 's3://nowhere/a.csv' } }),
    's3.noBucket',
  ],
])('fails for %s', async (_, body, code) => {
  const { error, state } = await run(body())
  expect([state, error?.code]).toEqual(['failed', code])
})

it('asks nobody that the operator does not allow, nor by a wrong credential, and tells no secret', async () => {
  const failing = async (changed: Record<string, string>, url = 's3://bucket/good.csv') => {
    const { error } = await run({ source: { ...source(''), url, credentialId: await credentialOf(fields(changed)) } })
    expect(JSON.stringify(error)).not.toContain(server.secretAccessKey)
    return [error?.code, error?.message]
  }
  expect(await failing({ endpoint: 'http://127.0.0.2:9000' })).toEqual([
    's3.private',
    expect.stringContaining('127.0.0.2'),
  ])
  expect((await failing({ endpoint: 'http://localhost:9000' }))[0]).toBe('s3.private')
  expect((await failing({ endpoint: 'http://169.254.169.254' }))[0]).toBe('s3.private')
  expect(await failing({ secretAccessKey: 'wrong' })).toEqual([
    's3.denied',
    expect.stringContaining('SignatureDoesNotMatch'),
  ])
  expect(await failing({ accessKeyId: 'nobody' })).toEqual(['s3.denied', expect.stringContaining('InvalidAccessKeyId')])
  expect((await failing({ bucket: 'another' }))[0]).toBe('s3.otherBucket')
  expect((await failing({ endpoint: 'http://127.0.0.1:1' }))[0]).toBe('s3.away')
  expect(await failing({ endpoint: 'ftp://127.0.0.1', region: 'A b', bucket: '/', pathStyle: 'maybe' })).toEqual([
    's3.fields',
    expect.stringContaining('region, endpoint, bucket, pathStyle'),
  ])
  const nothing = await credentialOf({ note: 'x' })
  const { error } = await run({ source: source('good.csv', nothing) })
  expect([error?.code, error?.message]).toEqual(['s3.fields', expect.stringContaining('accessKeyId, secretAccessKey')])
  const database = await credentialOf({ host: 'x' }, 'database')
  expect((await begin({ source: source('good.csv', database) })).body.code).toBe('batch.credentialType')
  for (const url of ['http://bucket/a.csv', 's3://b/a.csv', 's3://bucket', 's3://BUCKET/a'])
    expect((await begin({ source: { ...source(''), url } })).status).toBe(422)
  expect((await begin({ source: source('good.csv'), sink: sink('folder/') })).status).toBe(422)
})

it('puts the bucket before the host where the credential says so', () => {
  expect(accessOf({ accessKeyId: 'a', secretAccessKey: 'b', region: 'eu-west-1' })).toMatchObject({
    endpoint: new URL('https://s3.eu-west-1.amazonaws.com'),
    pathStyle: false,
  })
  expect(placeOf('s3://bucket/a/b')).toEqual({ bucket: 'bucket', key: 'a/b' })
})

it('answered nothing as a bug', () => {
  expect(platform.bugs).toEqual([])
})
