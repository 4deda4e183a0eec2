import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import type { Batch, Deployment, Job } from '@modelsmith/api'
import pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { sql } from '../../infra/database/database.ts'
import { withTestDatabase } from '../../infra/postgres/testing/index.ts'
import { call, type CallParts } from '../../testing/call.ts'
import { makeKeys } from '../../infra/secrets/seal.ts'
import { withPlatform } from '../../testing/platform.ts'
import { publishIris } from '../../testing/publish.ts'
import { handlersOf, noSessions, runJob } from '../../testing/world.ts'
import { jobEndings } from '../../job-endings.ts'
import { findJob, type JobPorts, type JobRow, startJobRunner } from '../jobs/index.ts'
import { batchJob } from './batch-job.ts'
import { fetchQuery } from './fetch-query.ts'

const platform = withPlatform({ MODELSMITH_DATABASE_HOSTS: '127.0.0.1' })
const warehouse = withTestDatabase()
let door: Server
let port = 0
let client: pg.Client
let deployment: Deployment
let credential = ''
/** Told of what goes to the database. */
let onSent: (text: string, inside: Socket, outside: Socket) => void = () => {}
/** Whether the database can be reached. */
let isOpen = true

const ask = (operation: Parameters<typeof call>[2], parts: CallParts = {}, person = platform.people.ann) =>
  call(platform, person, operation, parts)
const credentialOf = async (fields: Record<string, string>, type = 'database'): Promise<string> =>
  String((await ask('createCredential', { body: { name: 'Warehouse', type, fields } })).body['id'])

beforeAll(async () => {
  makeKeys(platform.context.settings.secretsKeyFile)
  client = new pg.Client({ connectionString: warehouse.url })
  await client.connect()
  await client.query(`
    create table flowers (id bigint primary key, "sepal length" numeric(4, 1), "sepal width" real, "petal length" double precision, "petal width" text,
      seen timestamptz, "is tall" boolean);
    insert into flowers select i, 5 + (i % 20) / 10.0, 3, 1 + (i % 50) / 10.0, (i % 25) / 10.0, '2026-01-31 12:00+01', i % 2 = 0 from generate_series(1, 20005) i;
    create sequence s;
    create role reader login password 'let me in';
    grant select on flowers to reader; grant usage on s to reader; grant create on schema public to reader`)
  // The PostgreSQL of the tests listens at a socket alone.
  const { host, port: at } = client
  door = createServer((socket) => {
    if (!isOpen) return void socket.destroy()
    const inside = connect(`${host}/.s.PGSQL.${at}`)
    socket.on('data', (bytes) => onSent(bytes.toString('latin1'), inside, socket))
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
}, 120_000)
afterAll(async () => {
  await client?.query('drop owned by reader; drop role reader')
  await client?.end()
  door?.close()
})

const fields = (changed: Record<string, string> = {}) => ({
  host: '127.0.0.1',
  port: String(port),
  database: String(client.database),
  user: 'reader',
  password: 'let me in',
  tls: 'off',
  ...changed,
})
const query =
  'select id, "sepal length", "sepal width", "petal length", "petal width", seen, "is tall" from flowers order by id'
const begin = (body: object, person = platform.people.ann) =>
  ask('startBatch', { params: { id: deployment.id }, body: { logged: false, ...body } }, person)
const ended = (id: string) =>
  runJob(platform, platform.people.ann, id, { scoreBatch: batchJob(platform.context, noSessions) })
const run = async (body: object): Promise<Job> => {
  const { job } = (await begin(body)).body as unknown as { job: Job }
  return ended(job.id)
}
const source = (text = query, credentialId = credential) => ({ kind: 'postgres', credentialId, query: text })
const into = (table: string, mode: string, credentialId = credential) => ({
  kind: 'postgres',
  credentialId,
  table,
  mode,
})

it('scores the rows of a query, and puts predictions into a table', async () => {
  const job = await run({ source: source(), sink: into('scored', 'create'), passThrough: ['id', 'seen', 'is tall'] })
  expect([job.error, job.state, job.result]).toEqual([null, 'succeeded', { rows: 20_005, table: 'scored' }])
  const { rows } = await client.query('select * from scored order by id::bigint limit 2')
  expect(rows).toMatchObject([
    { id: '1', seen: '2026-01-31 11:00:00+00', 'is tall': 'false', prediction: 'setosa', probability_setosa: 1 },
    { id: '2', 'is tall': 'true' },
  ])
  const counted = await client.query('select count(*)::int as rows, count(distinct id)::int as ids from scored')
  expect(counted.rows).toEqual([{ rows: 20_005, ids: 20_005 }])
  // What was fetched and scored is let go.
  const left = sql`select key from stored_object_reference where holder = ${job.id}`
  expect(await platform.context.database.rows(left)).toEqual([])
})

it('appends to a table in the types of its columns', async () => {
  await client.query(`create table kept (id bigint, prediction varchar(20), probability_setosa numeric(6, 4), probability_versicolor real,
    probability_virginica double precision, at timestamptz default now()); grant select, insert on kept to reader`)
  const some = { source: source(`${query} limit 3`), sink: into('kept', 'append'), passThrough: ['id'] }
  await run(some)
  await run(some)
  const { rows } = await client.query('select id, prediction, probability_setosa from kept order by at, id')
  expect(rows.map(({ id }) => id)).toEqual([1, 2, 3, 1, 2, 3])
  expect(rows[0]).toEqual({ id: 1, prediction: 'setosa', probability_setosa: '1.0000' })
})

it.each([
  ['insert into', 'arrives'],
  ['commit', 'is lost'],
  ['commit', 'arrives'],
])('writes once, where its worker is killed as "%s" %s', async (text, how) => {
  await client.query('drop table if exists once')
  await client.query(`create table once (prediction text, probability_setosa real, probability_versicolor real, probability_virginica real);
    grant select, insert on once to reader`)
  const { job } = (await begin({ source: source(`${query} limit 5`), sink: into('once', 'append') }))
    .body as unknown as { job: Job }
  const dead = Promise.withResolvers<void>()
  let tried = 0
  onSent = (sent, inside) => {
    // Before there are rows, it tries to insert none.
    if (!sent.includes(text) || (text === 'insert into' && tried++ === 0)) return
    if (how === 'is lost') inside.destroy()
    dead.resolve()
  }
  const { database } = platform.context
  const runner = startJobRunner({
    database,
    worker: 'dying',
    handlers: handlersOf(platform, { scoreBatch: batchJob(platform.context, noSessions) }),
    endings: jobEndings,
    logBug: (error) => platform.bugs.push(error),
  })
  await dead.promise
  onSent = () => {}
  await runner.stop()
  await database.run(sql`update job set heartbeat_at = now() - interval '1 hour' where id = ${job.id}`)
  expect(await ended(job.id)).toMatchObject({ state: 'succeeded', attempt: 2 })
  expect((await client.query('select count(*)::int as rows from once')).rows).toEqual([{ rows: 5 }])
})

it.each([
  [
    'goes on where the answer is lost',
    (inside: Socket, outside: Socket) => lose(inside, outside),
    { state: 'succeeded', isThere: true },
  ],
  [
    'fails where nothing arrives',
    (inside: Socket, outside: Socket) => [inside, outside].map((each) => each.destroy()),
    { state: 'failed', isThere: false, code: 'batch.database' },
  ],
  [
    'says that nobody knows where the answer is lost and the database away',
    (inside: Socket, outside: Socket) => {
      isOpen = false
      lose(inside, outside)
    },
    { state: 'failed', isThere: true, code: 'batch.deliveryUnknown' },
  ],
  [
    'says that the rows are there where it is cancelled meanwhile',
    (inside: Socket, _: Socket, job: string) => {
      inside.unpipe()
      void ask('cancelJob', { params: { id: job } })
    },
    { state: 'cancelled', isThere: true, log: 'The table sure has the 5 rows of predictions.' },
  ],
])('commits, and %s', async (_, how, { state, isThere, ...told }) => {
  await client.query('drop table if exists sure')
  const { job } = (await begin({ source: source(`${query} limit 5`), sink: into('sure', 'create') }))
    .body as unknown as { job: Job }
  onSent = (sent, inside, outside) => {
    if (!sent.includes('commit')) return
    onSent = () => {}
    how(inside, outside, job.id)
  }
  const { error, ...found } = await ended(job.id)
  isOpen = true
  expect([found.state, error?.code]).toEqual([state, 'code' in told ? told.code : undefined])
  const there = await client.query("select to_regclass('sure') is not null as found")
  expect(there.rows).toEqual([{ found: isThere }])
  const { text } = await ask('getJobLog', { params: { id: job.id } })
  expect(text).toContain('log' in told ? told.log : '')
})

/** The other side hears what was sent, and nobody hears its answer. */
const lose = (inside: Socket, outside: Socket): void => {
  inside.unpipe()
  inside.once('data', () => outside.destroy())
  inside.resume()
}

it.each([
  ['is there already', into('flowers', 'create'), 'batch.database'],
  ['lacks the columns', into('flowers', 'append'), 'batch.tableColumns'],
  ['lies in a schema that is not there', { ...into('x', 'create'), schema: 'nowhere' }, 'batch.database'],
  ['may not be written', into('closed', 'append'), 'batch.database'],
])('scores nothing where the table %s', async (_, sink, code) => {
  await client.query(`create table if not exists closed (prediction text, probability_setosa real, probability_versicolor real,
    probability_virginica real); grant select on closed to reader`)
  const job = await run({ source: source(`${query} limit 1`), sink: { ...sink, credentialId: credential } })
  expect([job.state, job.error?.code]).toEqual(['failed', code])
  const { body } = await ask('listBatches', { params: { id: deployment.id } })
  expect((body['items'] as Batch[]).find(({ id }) => id === job.id)).toMatchObject({ totalRows: null })
})

it.each([
  ['a statement that writes', () => ({ source: source('delete from flowers returning *') }), 'batch.database'],
  ['two statements', () => ({ source: source('select 1; drop table flowers') }), 'batch.database'],
  [
    'a function that writes',
    () => ({ source: source("select set_config('a.b', nextval('s')::text, false)") }),
    'batch.database',
  ],
  ['columns of one name', () => ({ source: source('select id, id from flowers') }), 'batch.queryColumns'],
  ['columns that are not there', () => ({ source: source('select id from flowers') }), 'csv.missingColumns'],
  [
    'rows that are too large',
    () => ({ source: source("select repeat('x', 1400000) from generate_series(1, 1000)") }),
    'batch.rowsTooLarge',
  ],
  ['no rows', () => ({ source: source('select * from flowers where id < 0') }), 'batch.noRows'],
  [
    'cells that do not fit',
    () => ({ source: source(query.replace('"petal width"', `'wide' as "petal width"`)) }),
    'rows.cell',
  ],
])('fails for %s', async (_, body, code) => {
  const { error, state } = await run(body())
  expect([state, error?.code]).toEqual(['failed', code])
})

it('lets go of what it fetched before it begins anew', async () => {
  const { database } = platform.context
  const moving = source('select random()::text as a from generate_series(1, 10001)')
  const { job } = (await begin({ source: moving })).body as unknown as { job: Job }
  const row = (await findJob(database, job.id)) as JobRow
  const held = async () => {
    const write: JobPorts['write'] = async (work) => void (await database.transaction(work))
    const fetch = { job: row, signal: new AbortController().signal, progress: () => {}, write }
    await fetchQuery(platform.context, fetch, moving)
    return database.rows(sql`select key from stored_object_reference where holder = ${job.id}`)
  }
  const first = await held()
  const second = await held()
  expect(second.length).toBe(first.length)
  expect(second).not.toEqual(first)
  await ask('cancelJob', { params: { id: job.id } })
})

it('connects to nothing that the operator does not allow, nor by a wrong credential', async () => {
  const failing = async (changed: Record<string, string>) => {
    const { error } = await run({ source: source('select 1', await credentialOf(fields(changed))) })
    return [error?.code, error?.message]
  }
  expect(await failing({ host: '127.0.0.2' })).toEqual(['batch.databasePrivate', expect.stringContaining('127.0.0.2')])
  expect((await failing({ host: '/tmp' }))[0]).toBe('batch.databasePrivate')
  expect((await failing({ host: 'localhost' }))[0]).toBe('batch.databasePrivate')
  expect((await failing({ tls: 'on' }))[0]).toBe('batch.database')
  const unfit = { host: '127.0.0.1', port: '5432.5' }
  const { error } = await run({ source: source('select 1', await credentialOf(unfit)) })
  expect([error?.code, error?.message]).toEqual([
    'batch.credentialFields',
    expect.stringContaining('database, user, password, port'),
  ])
  for (const each of ['0', '65536', 'x']) expect((await failing({ port: each }))[0]).toBe('batch.credentialFields')
  const s3 = await credentialOf({ key: 'x' }, 's3')
  expect((await begin({ source: source('select 1', s3) })).body.code).toBe('batch.credentialType')
})

it('uses no credential that somebody may only see, or may no longer give to others', async () => {
  const { mia } = platform.people
  await ask('share', { params: { id: deployment.id }, body: { grantee: mia.id, role: 'consumer' } })
  await ask('share', { params: { id: credential }, body: { grantee: mia.id, role: 'editor' } })
  expect((await begin({ source: source() }, mia)).body.code).toBe('object.forbidden')
  const gone = await credentialOf(fields())
  const { job } = (await begin({ source: source('select 1', gone) })).body as unknown as { job: Job }
  await ask('deleteCredential', { params: { id: gone }, ifMatch: 1 })
  expect((await ended(job.id)).error?.code).toBe('object.notFound')
})

it('answered nothing as a bug', () => {
  expect(platform.bugs).toEqual([])
})
