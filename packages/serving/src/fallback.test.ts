import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Table } from '@modelsmith/table'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { servingError } from './errors.ts'
import { readSegment } from './log/segment.ts'
import { servingPaths } from './manifest.ts'
import type { Scorer } from './scorer.ts'
import { startServing } from './serve.ts'

const token = 'msk_secret'
const sha256 = createHash('sha256').update(token).digest('hex')

/** What a model does when it is asked next; `answers` where nothing is said. */
type Doing = 'answers' | 'hangs' | 'breaks its contract' | 'dies' | 'refuses the row'
let doing: Record<string, Doing>
let folder: string
let serving: Awaited<ReturnType<typeof startServing>>
let ends: Record<string, (why: string) => void>
let starts: Record<string, 'opens' | 'fails to open'>

const answer = (rows: number, value: number): Table => ({
  schema: { columns: [{ name: 'Predictions', type: 'number' }] },
  rows,
  columns: [{ kind: 'float64', values: new Float64Array(rows).fill(value), validity: undefined }],
})

const model = (id: string, value: number): Scorer => {
  const { promise: ended, resolve } = Promise.withResolvers<string>()
  ends[id] = resolve
  return {
    inputs: [{ name: 'size', type: 'number' }],
    predict: async ({ rows }) => {
      switch (doing[id]) {
        case 'hangs':
          return new Promise<Table>(() => {})
        case 'breaks its contract':
          throw servingError('code.outputs', { found: '"a"', missing: '"b"', further: '' })
        case 'refuses the row':
          throw servingError('serving.parameters', {})
        case 'dies':
          resolve('It was killed.')
          throw new Error('The session has ended.')
        default:
          return answer(rows, value)
      }
    },
    close: async () => resolve('It was closed.'),
    ended,
  }
}

const deployment = (id: string) => ({
  id,
  organisationId: 'o',
  releaseId: `release_${id}`,
  modelId: `model_${id}`,
  folder: id,
  targetType: 'regression',
  classes: [],
  limits: { timeoutMs: 300, rows: 10 },
})
let generation = 0
const write = (more: object = {}) =>
  writeFileSync(
    join(folder, servingPaths.manifest),
    JSON.stringify({
      generation: ++generation,
      tokens: [{ sha256, organisationId: 'o', expiresAt: null, grantees: ['person'] }],
      deployments: [deployment('own'), deployment('other')],
      // Whoever asks the one may not ask the other by its own address.
      callers: { own: ['person'] },
      fallbacks: { own: 'other' },
      ...more,
    }),
  )

const ask = async (
  body: object = { rows: [{ size: 1 }] },
  path = '/api/v1/deployments/own/predictions',
  headers: object = {},
) => {
  const answered = await fetch(`http://127.0.0.1:${serving.port}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
  const text = await answered.text()
  return { status: answered.status, fallback: answered.headers.get('x-fallback-id'), head: answered.headers, text }
}
const json = ({ text }: { text: string }) => JSON.parse(text) as Record<string, unknown>
const statesAre = (state: string, id = 'own') =>
  vi.waitFor(() => {
    const status = JSON.parse(readFileSync(join(folder, servingPaths.status), 'utf8')) as {
      generation: number
      deployments: { id: string; state: string }[]
    }
    expect(status.generation).toBe(generation)
    expect(status.deployments.find((each) => each.id === id)?.state).toBe(state)
  })

beforeEach(async () => {
  ;[doing, ends, starts] = [{}, {}, {}]
  folder = mkdtempSync(join(tmpdir(), 'ms-fallback-'))
  mkdirSync(join(folder, servingPaths.models))
  write()
  serving = await startServing({
    folder,
    open: async ({ id }) => {
      if (starts[id] === 'fails to open') throw new Error('The file is damaged.')
      return model(id, id === 'own' ? 1 : 2)
    },
    listen: { host: '127.0.0.1', port: 0 },
    limits: { queue: 1, timeoutMs: 300, retryMs: { first: 10, most: 20 } },
    pollMs: 10,
  })
  await statesAre('active')
  await statesAre('active', 'other')
})
afterEach(async () => {
  await serving.close()
  rmSync(folder, { recursive: true, force: true })
})

const byOther = {
  deploymentId: 'own',
  fallbackId: 'other',
  releaseId: 'release_other',
  modelId: 'model_other',
  predictions: [{ prediction: 2 }],
}

it('answers by its own model while that can, and says nothing of another', async () => {
  const answered = await ask()
  expect(answered.fallback).toBe(null)
  expect(json(answered)).toMatchObject({ releaseId: 'release_own', predictions: [{ prediction: 1 }] })
  expect(json(answered)).not.toHaveProperty('fallbackId')
})

it.each(['breaks its contract', 'hangs', 'dies'] as const)('is answered for when its model %s', async (what) => {
  doing['own'] = what
  const answered = await ask()
  expect([answered.status, answered.fallback]).toEqual([200, 'other'])
  expect(json(answered)).toMatchObject(byOther)
})

it('is answered for while its model is not there, and by itself as soon as that is back', async () => {
  starts['own'] = 'fails to open'
  ends['own']?.('It crashed.')
  await statesAre('failed')
  expect(json(await ask())).toMatchObject(byOther)
  starts['own'] = 'opens'
  await statesAre('active')
  expect(json(await ask())).toMatchObject({ predictions: [{ prediction: 1 }] })
})

it('is answered for when more wait than may, in each protocol and form', async () => {
  doing['own'] = 'hangs'
  const first = ask()
  await vi.waitFor(async () => expect((await ask()).status).toBe(200))
  const csv = await ask(undefined, undefined, { accept: 'text/csv' })
  expect([csv.text, csv.head.get('x-release-id'), csv.fallback]).toEqual(['prediction\n2\n', 'release_other', 'other'])
  const mlflow = await ask({ dataframe_records: [{ size: 1 }] }, '/api/v1/deployments/own/invocations')
  expect([mlflow.fallback, json(mlflow)]).toEqual(['other', { predictions: [2] }])
  const tensors = { inputs: [{ name: 'size', shape: [1], datatype: 'FP64', data: [1] }] }
  const open = await ask(tensors, '/v2/models/own/infer')
  expect([open.fallback, json(open)['model_version']]).toEqual(['other', 'release_other'])
  expect((await first).fallback).toBe('other')
})

it('is not answered for where a request is wrong, a version is named, or somebody has decided that nothing answers', async () => {
  const wrong = await ask({ rows: [{ colour: 'red' }] })
  expect([wrong.status, wrong.fallback]).toEqual([422, null])
  doing['own'] = 'refuses the row'
  expect(json(await ask())['code']).toBe('serving.parameters')
  doing['own'] = 'breaks its contract'
  const tensors = { inputs: [{ name: 'size', shape: [1], datatype: 'FP64', data: [1] }] }
  expect((await ask(tensors, '/v2/models/own/versions/release_own/infer')).status).toBe(422)
  const pause = { at: '2026-01-31T00:00:00Z', by: 'Ann', reason: 'Wrong prices' }
  write({ pauses: { own: pause } })
  await statesAre('active')
  expect(json(await ask())).toMatchObject({ code: 'serving.paused', status: 503 })
  write({ pauses: { other: pause } })
  await statesAre('active')
  expect(json(await ask())['code']).toBe('code.outputs')
  write({ deployments: [{ ...deployment('own'), withheld: 'It waits.' }, deployment('other')] })
  starts['own'] = 'fails to open'
  await statesAre('failed')
  expect(json(await ask())['code']).toBe('serving.failed')
})

it('says what was wrong with its own model where the other cannot answer either, and what was wrong with the rows', async () => {
  doing = { own: 'breaks its contract', other: 'dies' }
  expect(json(await ask())['code']).toBe('code.outputs')
  doing = { own: 'breaks its contract', other: 'refuses the row' }
  await statesAre('active', 'other')
  expect(json(await ask())['code']).toBe('serving.parameters')
})

it('is logged and counted as answered by the other, without rows that would be taken for those of its own model', async () => {
  doing['own'] = 'breaks its contract'
  await ask()
  doing['own'] = 'answers'
  await ask()
  const metrics = await fetch(`http://127.0.0.1:${serving.port}/metrics`, {
    headers: { authorization: `Bearer ${token}` },
  })
  const text = await metrics.text()
  expect(text).toContain('modelsmith_deployment_fallbacks_total{deployment="own"} 1\n')
  expect(text).toContain('modelsmith_deployment_requests_total{deployment="own"} 2\n')
  expect(text).not.toContain('modelsmith_deployment_errors_total{deployment="own"')
  const place = join(folder, servingPaths.log)
  const requests = await vi.waitFor(() => {
    const found = readdirSync(place).flatMap((name) => readSegment(readFileSync(join(place, name))))
    expect(found).toHaveLength(2)
    return found
  })
  expect(
    requests.map(({ entry: { releaseId, status, fallback, rows }, rows: kept }) => [
      releaseId,
      status,
      rows,
      fallback,
      kept?.inputs.rows,
    ]),
  ).toEqual([
    ['release_own', 'ok', 1, { deploymentId: 'other', releaseId: 'release_other', why: 'code.outputs' }, undefined],
    ['release_own', 'ok', 1, undefined, 1],
  ])
})
