import { copyFile, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type {
  Deployment,
  DeploymentDrift,
  DeploymentHealth,
  FeatureDetail,
  LoggedRequest,
  MonitoringBaseline,
  PredictionLogRow,
} from '@modelsmith/api'
import { type LoggedRows, openPredictionLog, servingPaths } from '@modelsmith/serving'
import { numberColumn } from '@modelsmith/table'
import { beforeAll, beforeEach, expect, it } from 'vitest'
import { sql } from '../../infra/database/database.ts'
import { newId } from '../../infra/ids.ts'
import { placesOf } from '../../infra/settings.ts'
import { call, type CallParts } from '../../testing/call.ts'
import { withPlatform } from '../../testing/platform.ts'
import { makeWorld, type World } from '../../testing/world.ts'
import { keepBaselines } from './compute-baseline.ts'
import { shipLog } from './ship-log.ts'

const platform = withPlatform()
let world: World
let releaseId = ''

const log = () => join(placesOf(platform.context.settings).serving, servingPaths.log)
const ship = () => shipLog(platform.context, placesOf(platform.context.settings).serving)
const ask = async <T>(operation: Parameters<typeof call>[2], parts: CallParts) => {
  const { status, body } = await call(platform, platform.people.ann, operation, parts)
  expect(status).toBe(200)
  return body as unknown as T
}
const params = () => ({ id: world.deployment })
const range = { from: '2026-01-31T00:00:00Z', to: '2026-02-01T00:00:00Z' }

/** Rows of the model of the world: one number in, probabilities of two classes out. */
const rowsOf = (sizes: readonly (number | null)[], yes: readonly number[] = sizes.map(() => 0.25)): LoggedRows => ({
  inputs: {
    schema: { columns: [{ name: 'size', type: 'integer' }] },
    rows: sizes.length,
    columns: [numberColumn(sizes)],
  },
  scores: {
    schema: {
      columns: [
        { name: 'no', type: 'number' },
        { name: 'yes', type: 'number' },
      ],
    },
    rows: sizes.length,
    columns: [numberColumn(yes.map((share) => 1 - share)), numberColumn(yes)],
  },
  ids: undefined,
  outcome: { targetType: 'binary', classes: ['no', 'yes'] },
})

type Request = {
  readonly id?: string
  readonly at?: string
  readonly latencyMs?: number
  readonly error?: string
  readonly fallback?: PredictionLogRow['fallback']
  readonly rows?: LoggedRows
}

/** Requests as the prediction process writes them. */
const write = (requests: readonly Request[]) => {
  const writer = openPredictionLog(log())
  for (const {
    id = newId('request'),
    at = '2026-01-31T12:10:00.000Z',
    latencyMs = 2,
    error,
    fallback,
    rows,
  } of requests) {
    const outcome =
      error === undefined
        ? ({ status: 'ok', errorCode: null } as const)
        : ({ status: 'error', errorCode: error } as const)
    const facts = { deploymentId: world.deployment, releaseId, rows: rows?.inputs.rows ?? 0 }
    const entry = { requestId: id, at, latencyMs, ...facts, ...outcome }
    writer.append(fallback === undefined ? entry : { ...entry, rows: 2, fallback }, rows)
  }
  writer.close()
}

beforeAll(async () => {
  world = await makeWorld(platform, platform.people.ann)
  const { database, objects } = platform.context
  releaseId = (
    await database.first<{ id: string }>(sql`select id from release where deployment_id = ${world.deployment}`)
  )?.id as string
  const fold = Array.from({ length: 32 }, (_, row) => `${row},1,${row % 4 === 0 ? '0.2,0.8' : '0.9,0.1'}`)
  const stored = await objects.putBytes(Buffer.from(`row,fold,no,yes\n${fold.join('\n')}\n`))
  await database.run(sql`update model set out_of_fold_key = ${stored.key} where id = ${world.model}`)
})

beforeEach(async () => {
  const { database } = platform.context
  await rm(log(), { recursive: true, force: true })
  for (const table of ['hour', 'error', 'latency', 'count', 'held', 'baseline'])
    await database.run({ text: `delete from monitoring_${table}`, values: [] })
  await database.run(sql`delete from request_part`)
})

it('counts what a fallback answered apart, and its rows in no drift', async () => {
  const fallback = { deploymentId: newId('deployment'), releaseId: newId('release'), why: 'serving.timeout' }
  const before = (await ask<Deployment>('getDeployment', { params: params() })).fallbacks
  write([{ rows: rowsOf([1]) }, { fallback }, { id: 'request_fallback', fallback }])
  await ship()
  await ship()
  const health = await ask<DeploymentHealth>('getHealth', { params: params(), query: range })
  expect(health).toMatchObject({ requests: 3, rows: 5, errors: 0, fallbacks: 2 })
  expect((await ask<Deployment>('getDeployment', { params: params() })).fallbacks - before).toBe(2)
  const log = await ask<{ items: PredictionLogRow[] }>('listPredictionLog', { params: params() })
  expect(log.items.filter((each) => each.fallback !== undefined)).toHaveLength(2)
  const query = { request: 'request_fallback' }
  expect(await ask<LoggedRequest>('getLoggedRequest', { params: params(), query })).toMatchObject({
    fallback,
    status: 'ok',
    rowsState: 'notKept',
  })
})

it('counts requests, rows, errors by their code and latency, hour by hour', async () => {
  write([
    { at: '2026-01-31T12:59:59.999Z', latencyMs: 10, rows: rowsOf([1, 2]) },
    { at: '2026-01-31T13:00:00.000Z', latencyMs: 20, rows: rowsOf([3]) },
    { at: '2026-01-31T13:30:00.000Z', error: 'rows.cell' },
    { at: '2026-01-31T13:31:00.000Z', error: 'rows.cell' },
    { at: '2026-01-31T13:32:00.000Z', error: 'serving.busy' },
    { at: '2026-02-01T00:00:00.000Z', rows: rowsOf([1]) },
  ])
  await ship()
  const health = await ask<DeploymentHealth>('getHealth', { params: params(), query: range })
  expect(health).toMatchObject({ requests: 5, rows: 3, errors: 3, ahead: 0, stepHours: 1, ...isoRange })
  expect(health.errorCodes).toEqual([
    { code: 'rows.cell', requests: 2 },
    { code: 'serving.busy', requests: 1 },
  ])
  expect(health.series.map(({ at, requests, rows, errors }) => [at, requests, rows, errors])).toEqual([
    ['2026-01-31T12:00:00.000Z', 1, 2, 0],
    ['2026-01-31T13:00:00.000Z', 4, 1, 3],
  ])
  expect(Math.abs((health.latency.p99 as number) - 10) / 10).toBeLessThanOrEqual(health.latency.relativeError)
  expect(health.releases).toMatchObject([{ releaseId, number: 1, requests: 5, rows: 3, errors: 3 }])
  const other = await ask<DeploymentHealth>('getHealth', {
    params: params(),
    query: { from: '2025-01-01T00:00:00Z', to: '2025-06-01T00:00:00Z' },
  })
  expect(other).toMatchObject({ requests: 0, series: [], stepHours: 24, latency: { p50: null } })
})

const isoRange = { from: '2026-01-31T00:00:00.000Z', to: '2026-02-01T00:00:00.000Z' }

it('measures the rows of a trained model against its training rows, predictions against those out of fold', async () => {
  await keepBaselines(platform.context)
  write([{ rows: rowsOf([null, -5, 0, 39, 1000], [0.9, 0.9, 0.9, 0.1, 0.1]) }])
  await ship()
  const drift = await ask<DeploymentDrift>('getDrift', { params: params(), query: range })
  expect(drift.baseline).toMatchObject({
    source: 'training',
    state: 'ready',
    rows: 32,
    hasPredictions: true,
    problem: null,
  })
  expect(drift.rows).toBe(5)
  const [size, prediction, probability] = ['size', 'prediction', 'probability of yes'].map((name) =>
    drift.features.find((feature) => feature.name === name),
  )
  expect(size?.quality).toEqual({
    rows: 5,
    missing: 1,
    unseen: null,
    outOfRange: { below: 1, above: expect.any(Number) },
  })
  expect(size?.psi).toBeGreaterThan(0.5)
  expect(prediction).toMatchObject({ role: 'prediction', type: 'category', kolmogorovSmirnov: null })
  expect(prediction?.chiSquare?.degreesOfFreedom).toBe(1)
  expect(probability?.role).toBe('prediction')
  const detail = await ask<FeatureDetail>('getFeatureDrift', {
    params: params(),
    query: { ...range, name: 'prediction', role: 'prediction' },
  })
  expect(detail.bins).toEqual([
    { label: 'missing', kind: 'missing', baseline: 0, current: 0 },
    { label: 'not seen before', kind: 'unseen', baseline: 0, current: 0 },
    { label: 'no', kind: 'value', baseline: 24, current: 2 },
    { label: 'yes', kind: 'value', baseline: 8, current: 3 },
    { label: 'other', kind: 'other', baseline: 0, current: 0 },
  ])
  expect(detail.series).toMatchObject([{ at: '2026-01-31T12:00:00.000Z', rows: 5 }])
})

it('counts a segment once, whatever is shipped again', async () => {
  await keepBaselines(platform.context)
  write([{ rows: rowsOf([1]) }, { rows: rowsOf([5]) }])
  const [name] = (await readdir(log())) as [string]
  const kept = join(log(), '..', name)
  await copyFile(join(log(), name), kept)
  await ship()
  await copyFile(kept, join(log(), name))
  await Promise.all([ship(), ship()])
  const health = await ask<DeploymentHealth>('getHealth', { params: params(), query: range })
  expect(health).toMatchObject({ requests: 2, rows: 2 })
  expect((await ask<DeploymentDrift>('getDrift', { params: params(), query: range })).rows).toBe(2)
})

it('counts nothing of a segment that could not be shipped whole, and all of it later', async () => {
  const { database } = platform.context
  await keepBaselines(platform.context)
  write([{ rows: rowsOf([1, 2]) }])
  await database.run(sql`alter table monitoring_count add constraint refuse check (false) not valid`)
  await expect(ship()).rejects.toThrow('refuse')
  expect(await database.rows(sql`select 1 from request_part`)).toEqual([])
  await database.run(sql`alter table monitoring_count drop constraint refuse`)
  await ship()
  expect(await ask('getHealth', { params: params(), query: range })).toMatchObject({ requests: 1, rows: 2 })
  expect(await ask('getDrift', { params: params(), query: range })).toMatchObject({ rows: 2 })
})

it('lets rows wait for their baseline, then counts them', async () => {
  write([{ rows: rowsOf([1, 2]) }])
  await ship()
  expect(await ask('getDrift', { params: params(), query: range })).toMatchObject({
    rows: 0,
    baseline: { state: 'waiting', waitingRows: 2, source: 'training' },
  })
  await keepBaselines(platform.context)
  expect(await ask('getDrift', { params: params(), query: range })).toMatchObject({
    rows: 2,
    baseline: { state: 'ready', waitingRows: 0 },
  })
})

it('takes the first rows for a baseline where that is asked, and counts them too', async () => {
  const made = await ask<MonitoringBaseline>('setBaseline', {
    params: params(),
    body: { source: 'firstRows', rows: 10 },
  })
  expect(made).toMatchObject({ state: 'waiting', wantedRows: 10 })
  write([{ rows: rowsOf([1, 2, 3, 4]) }])
  await ship()
  expect(await ask('getDrift', { params: params(), query: range })).toMatchObject({
    rows: 0,
    baseline: { waitingRows: 4 },
  })
  // What comes behind the last of them is no part of it, however soon.
  write([{ at: '2026-01-31T14:00:00.000Z', rows: rowsOf([5, 6, 7, 8, 9, 10, 11]) }, { rows: rowsOf([99]) }])
  await ship()
  const drift = await ask<DeploymentDrift>('getDrift', { params: params(), query: range })
  expect(drift).toMatchObject({ rows: 12, baseline: { state: 'ready', rows: 11, hasPredictions: true } })
  expect(drift.features.find(({ name }) => name === 'size')?.quality.outOfRange).toEqual({ below: 0, above: 1 })
})

it('measures against an assigned dataset, and says why one does not fit', async () => {
  await ask('setBaseline', { params: params(), body: { source: 'dataset', datasetVersionId: world.datasetVersion } })
  await keepBaselines(platform.context)
  expect(await ask('getDrift', { params: params(), query: range })).toMatchObject({
    baseline: { source: 'dataset', state: 'ready', rows: 40, hasPredictions: false },
  })
  const { database } = platform.context
  await database.run(
    sql`update model set manifest = jsonb_set(manifest, '{inputs}', '[{"name": "size", "type": "text"}, {"name": "weight", "type": "number"}]') where id = ${world.model}`,
  )
  await ask('setBaseline', { params: params(), body: { source: 'dataset', datasetVersionId: world.datasetVersion } })
  await keepBaselines(platform.context)
  await database.run(
    sql`update model set manifest = jsonb_set(manifest, '{inputs}', '[{"name": "size", "type": "integer"}]') where id = ${world.model}`,
  )
  write([{ rows: rowsOf([1]) }])
  await ship()
  expect(await ask('getDrift', { params: params(), query: range })).toMatchObject({
    rows: 0,
    features: [],
    baseline: {
      state: 'failed',
      problem:
        'The dataset does not fit the model: column "size" is integer and not text; there is no column "weight".',
    },
  })
})

it('counts a request from a clock that is ahead when it is logged, and says so', async () => {
  const at = new Date(Date.now() + 86_400_000).toISOString()
  write([{ at, rows: rowsOf([1]) }])
  await ship()
  expect(await ask('getHealth', { params: params() })).toMatchObject({ requests: 1, ahead: 1 })
})

it.each([
  [{ from: 'yesterday' }, 'monitoring.range', 422],
  [{ from: '2026-02-01T00:00:00Z', to: '2026-02-01T00:00:00Z' }, 'monitoring.range', 422],
  [{ from: '-271821-04-20T00:00:00Z', to: '2026-02-01T00:00:00Z' }, 'monitoring.range', 422],
  [{ to: '+275760-09-13T00:00:00Z' }, 'monitoring.range', 422],
  [{ release: 'release_00000000000000000000000000' }, 'monitoring.noRelease', 404],
])('refuses %j', async (query, code, status) => {
  for (const operation of ['getHealth', 'getDrift'] as const)
    expect(await call(platform, platform.people.ann, operation, { params: params(), query })).toMatchObject({
      status,
      body: { code },
    })
})

it('refuses a baseline that says two things, one of training rows that are not here, and a feature that it has not', async () => {
  const { ann } = platform.people
  for (const body of [{ source: 'dataset' }, { source: 'training', datasetVersionId: world.datasetVersion }])
    expect(await call(platform, ann, 'setBaseline', { params: params(), body })).toMatchObject({
      status: 422,
      body: { code: 'monitoring.baselineDataset' },
    })
  const hosted = await call(platform, ann, 'createDeployment', {
    body: { name: 'Hosted', modelReleaseId: world.modelRelease },
  })
  const id = String(hosted.body['id'])
  expect(await call(platform, ann, 'setBaseline', { params: { id }, body: { source: 'training' } })).toMatchObject({
    status: 422,
    body: { code: 'monitoring.noTraining' },
  })
  await keepBaselines(platform.context)
  expect(await ask('getDrift', { params: { id } })).toMatchObject({
    baseline: { source: 'firstRows', wantedRows: 1000 },
  })
  expect(
    await call(platform, ann, 'getFeatureDrift', { params: params(), query: { name: '__proto__' } }),
  ).toMatchObject({ status: 404, body: { code: 'monitoring.noFeature' } })
})
