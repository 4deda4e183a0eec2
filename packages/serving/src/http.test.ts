import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as after } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { rowsFromTable, tableFromRows } from '@modelsmith/table'
import { mediaTypes, tableBytes } from './formats/formats.ts'
import { readSegment } from './log/segment.ts'
import { servingPaths } from './manifest.ts'
import type { Scorer } from './scorer.ts'
import { startServing } from './serve.ts'

const id = 'deployment_00000000000000000000000000'
const path = `/api/v1/deployments/${id}/predictions`
const token = 'msk_secret'
const rows = JSON.stringify({ rows: [{ size: 1 }] })

let folder: string
let serving: Awaited<ReturnType<typeof startServing>>

const sha256 = (secret: string): string => createHash('sha256').update(secret).digest('hex')

const writeManifest = (
  modelId: string,
  generation: number,
  limits?: { timeoutMs: number; rows: number },
  pauses: object = {},
) =>
  writeFileSync(
    join(folder, servingPaths.manifest),
    JSON.stringify({
      generation,
      tokens: [
        { sha256: sha256(token), organisationId: 'o', expiresAt: null, grantees: ['person'] },
        { sha256: sha256('msk_stranger'), organisationId: 'o', expiresAt: null, grantees: ['stranger', 'o'] },
        { sha256: sha256('msk_administrator'), organisationId: 'o', expiresAt: null, grantees: 'all' },
        { sha256: sha256('msk_other'), organisationId: 'other', expiresAt: null, grantees: 'all' },
      ],
      deployments: [
        {
          id,
          organisationId: 'o',
          releaseId: `release of ${modelId}`,
          modelId,
          targetType: 'regression',
          classes: [],
          folder: modelId,
          ...(limits === undefined ? {} : { limits }),
        },
      ],
      callers: { [id]: ['person'] },
      associations: { [id]: 'order' },
      pauses,
    }),
  )

/** A model in this process that answers with a number, until it is closed. */
const constant = (value: number): Scorer => {
  const end = Promise.withResolvers<string>()
  let open = true
  return {
    inputs: [{ name: 'size', type: 'number' }],
    predict: async ({ rows: count }) => {
      if (!open) throw new Error('The session has ended.')
      const values = new Float64Array(count).fill(value)
      return {
        schema: { columns: [{ name: 'Predictions', type: 'number' }] },
        rows: count,
        columns: [{ kind: 'float64', values, validity: undefined }],
      }
    },
    close: async () => {
      open = false
      end.resolve('closed')
    },
    ended: end.promise,
  }
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ms-serving-'))
  mkdirSync(join(folder, servingPaths.models))
  writeManifest('1', 1)
  serving = await startServing({
    folder,
    open: async ({ modelId }) => {
      await after(100)
      return constant(Number(modelId))
    },
    listen: { host: '127.0.0.1', port: 0 },
    pollMs: 10,
  })
})

afterEach(async () => {
  await serving.close()
  rmSync(folder, { recursive: true, force: true })
})

const generationOf = (): number =>
  (JSON.parse(readFileSync(join(folder, servingPaths.status), 'utf8')) as { generation: number }).generation

const isActive = () => readFileSync(join(folder, servingPaths.status), 'utf8').includes('"active"')

/** Sends a body in two parts; what happens between them is `meanwhile`. */
const ask = async (
  to: { port: number; host: string } | { socketPath: string },
  headers: Record<string, string>,
  meanwhile: () => Promise<void> = async () => {},
) => {
  const answered = Promise.withResolvers<{ status: number; name: unknown; body: Record<string, unknown> }>()
  const call = request({ ...to, method: 'POST', path, headers: { 'content-type': 'application/json', ...headers } })
  call.once('response', (answer) => {
    void text(answer).then((body) =>
      answered.resolve({
        status: answer.statusCode ?? 0,
        name: answer.headers['x-request-id'],
        body: JSON.parse(body) as Record<string, unknown>,
      }),
    )
  })
  call.once('error', answered.reject)
  call.write(rows.slice(0, 5))
  await meanwhile()
  call.end(rows.slice(5))
  return answered.promise
}

const open = () => ({ port: serving.port, host: '127.0.0.1' })
const bearer = { authorization: `Bearer ${token}` }

it('holds a deployment to the limits of its release', async () => {
  writeManifest('2', 2, { timeoutMs: 60_000, rows: 1 })
  await vi.waitFor(() => expect([generationOf(), isActive()]).toEqual([2, true]), 30_000)
  const send = (body: object) =>
    fetch(`http://127.0.0.1:${serving.port}${path}`, {
      method: 'POST',
      headers: { ...bearer, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  expect((await send({ rows: [{ size: 1 }] })).status).toBe(200)
  const many = await send({ rows: [{ size: 1 }, { size: 2 }] })
  expect([many.status, await many.json()]).toMatchObject([
    422,
    { code: 'serving.rowCount', detail: expect.stringContaining('1 to 1 were expected') },
  ])
})

it('answers by the model that there is when the rows have come', async () => {
  await vi.waitFor(() => expect(isActive()).toBe(true), 30_000)
  const { status, body } = await ask(open(), bearer, async () => {
    await after(50)
    writeManifest('2', 2)
    await vi.waitFor(() => expect([generationOf(), isActive()]).toEqual([2, true]), 30_000)
  })
  expect([status, body]).toMatchObject([
    200,
    { modelId: '2', releaseId: 'release of 2', predictions: [{ prediction: 2 }] },
  ])
})

it('answers without a pause while another model takes the place of the first', async () => {
  await vi.waitFor(() => expect(isActive()).toBe(true), 30_000)
  writeManifest('2', 2)
  const answers: unknown[] = []
  while (answers.at(-1) !== '2') {
    const { status, body } = await ask(open(), bearer)
    answers.push(status === 200 ? body['modelId'] : body)
    await after(5)
  }
  expect(new Set(answers)).toEqual(new Set(['1', '2']))
  expect([generationOf(), isActive()]).toEqual([2, true])
})

it('answers those whom the deployment is shared with, and administrators of its organisation', async () => {
  await vi.waitFor(() => expect(isActive()).toBe(true), 30_000)
  const statuses = []
  for (const secret of [token, 'msk_administrator', 'msk_stranger', 'msk_other', 'msk_nobody'])
    statuses.push((await ask(open(), { authorization: `Bearer ${secret}` })).status)
  expect(statuses).toEqual([200, 200, 404, 404, 401])
})

it('says by whom and why it is paused, asks nobody to try again, and answers at once when resumed', async () => {
  await vi.waitFor(() => expect(isActive()).toBe(true), 30_000)
  const pause = { at: '2026-01-31T12:00:00.000Z', by: 'Ann', reason: 'Wrong prices' }
  writeManifest('1', 2, undefined, { [id]: pause })
  await vi.waitFor(() => expect(generationOf()).toBe(2), 30_000)
  const paused = await fetch(`http://127.0.0.1:${serving.port}${path}`, {
    method: 'POST',
    headers: { ...bearer, 'content-type': 'application/json' },
    body: rows,
  })
  expect([paused.status, paused.headers.get('retry-after'), await paused.json()]).toMatchObject([
    503,
    null,
    {
      code: 'serving.paused',
      detail: `Deployment "${id}" is paused since 2026-01-31T12:00:00.000Z by Ann: Wrong prices`,
    },
  ])
  writeManifest('1', 3)
  await vi.waitFor(() => expect(generationOf()).toBe(3), 30_000)
  expect((await ask(open(), bearer)).status).toBe(200)
})

it('counts the requests of each deployment for those who may ask it, in the form of Prometheus', async () => {
  await vi.waitFor(() => expect(isActive()).toBe(true), 30_000)
  const post = (to: string, body: string) =>
    fetch(`http://127.0.0.1:${serving.port}${to}`, {
      method: 'POST',
      headers: { ...bearer, 'content-type': 'application/json' },
      body,
    })
  await post(path, rows)
  await post(path, JSON.stringify({ rows: [{ size: 1 }, { size: 2 }] }))
  await post(path, '{')
  await post(path, JSON.stringify({ rows: [{ weight: 1 }] }))
  await post(path.replace(id, `${id}x`), rows)
  const read = async (secret: string) => {
    const answer = await fetch(`http://127.0.0.1:${serving.port}/metrics`, {
      headers: { authorization: `Bearer ${secret}` },
    })
    return { status: answer.status, type: answer.headers.get('content-type'), text: await answer.text() }
  }
  const { status, type, text: body } = await read(token)
  expect([status, type]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8'])
  const lines = body.split('\n')
  for (const line of [
    '# TYPE modelsmith_deployment_requests_total counter',
    `modelsmith_deployment_requests_total{deployment="${id}"} 4`,
    `modelsmith_deployment_rows_total{deployment="${id}"} 3`,
    `modelsmith_deployment_errors_total{deployment="${id}",kind="invalid"} 2`,
    `modelsmith_deployment_request_seconds_bucket{deployment="${id}",le="+Inf"} 4`,
    `modelsmith_deployment_request_seconds_count{deployment="${id}"} 4`,
    `modelsmith_deployment_paused{deployment="${id}"} 0`,
    `modelsmith_deployment_active{deployment="${id}"} 1`,
  ])
    expect(lines).toContain(line)
  // Every line is a comment or a sample; nobody's request names a series.
  expect(lines.filter((line) => !/^(# (HELP|TYPE) \w+ .+|\w+(\{(\w+="[^"]*",?)+\})? [\d.e+-]+|)$/.test(line))).toEqual(
    [],
  )
  expect(body).not.toContain(`${id}x`)
  expect((await read('msk_stranger')).text).not.toContain('deployment=')
  expect((await read('msk_other')).text).not.toContain('deployment=')
  expect((await read('msk_nobody')).status).toBe(401)
  writeManifest('1', 2, undefined, { [id]: { at: '2026-01-31T12:00:00.000Z', by: 'Ann', reason: 'Wrong' } })
  await vi.waitFor(() => expect(generationOf()).toBe(2), 30_000)
  expect((await read('msk_administrator')).text).toContain(`modelsmith_deployment_paused{deployment="${id}"} 1`)
})

it('takes and gives tables, and says beside them which model answered', async () => {
  await vi.waitFor(() => expect(isActive()).toBe(true), 30_000)
  const body = tableBytes(tableFromRows({ columns: [{ name: 'size', type: 'number' }] }, [{ size: 1 }, {}]), 'arrow')
  const response = await fetch(`http://127.0.0.1:${serving.port}${path}`, {
    method: 'POST',
    body: body as BodyInit,
    headers: { ...bearer, 'content-type': mediaTypes.arrow, accept: 'text/csv' },
  })
  expect(response.status).toBe(200)
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'content-type': 'text/csv; charset=utf-8',
    'x-release-id': 'release of 1',
    'x-model-id': '1',
    'x-deployment-id': id,
  })
  expect(await response.text()).toBe('prediction\n1\n1\n')
})

it('names a request as the API server has named it, and as nobody else does', async () => {
  await vi.waitFor(() => expect(isActive()).toBe(true), 30_000)
  const named = { 'x-request-id': 'a-request-of-the-server' }
  const inside = await ask({ socketPath: join(folder, servingPaths.socket) }, named)
  expect([inside.status, inside.name, inside.body['requestId']]).toEqual([
    200,
    'a-request-of-the-server',
    'a-request-of-the-server',
  ])
  const outside = await ask(open(), { ...bearer, ...named })
  expect(outside.status).toBe(200)
  expect(outside.body['requestId']).not.toBe('a-request-of-the-server')
  const log = join(folder, servingPaths.log)
  const lines = readdirSync(log).map((name) => readFileSync(join(log, name), 'utf8'))
  expect(lines.join('')).toContain('a-request-of-the-server')
})

it('logs the rows of a request beside its answer, and by what the actual value of each will be known', async () => {
  await vi.waitFor(() => expect(isActive()).toBe(true), 30_000)
  const send = async (type: string, body: string) => {
    const answer = await fetch(`http://127.0.0.1:${serving.port}${path}`, {
      method: 'POST',
      headers: { ...bearer, 'content-type': type },
      body,
    })
    expect(answer.status).toBe(200)
  }
  await send(
    'application/json',
    JSON.stringify({
      rows: [
        { size: 1, order: 'A-1' },
        { size: null, order: 17 },
      ],
    }),
  )
  await send('application/json', JSON.stringify({ rows: [{ size: 4 }] }))
  await send('text/csv', 'order,size\nB-1,7\n')
  await send('text/csv', 'size\n8\n')
  await serving.close()
  const log = join(folder, servingPaths.log)
  const logged = readdirSync(log)
    .toSorted()
    .flatMap((name) => readSegment(readFileSync(join(log, name))))
  expect(
    logged.map(({ entry: { status, rows: count }, rows: kept }) => [
      status,
      count,
      kept && rowsFromTable(kept.inputs).flat(),
      kept && rowsFromTable(kept.scores).flat(),
      kept?.ids && rowsFromTable(kept.ids).flat(),
    ]),
  ).toEqual([
    ['ok', 2, [1, null], [1, 1], ['A-1', '17']],
    ['ok', 1, [4], [1], [null]],
    ['ok', 1, [7], [1], ['B-1']],
    ['ok', 1, [8], [1], undefined],
  ])
})

const get = async (at: string, headers: Record<string, string> = bearer) => {
  const answer = await fetch(`http://127.0.0.1:${serving.port}${at}`, { headers })
  return [answer.status, await answer.json()] as const
}
const post = async (at: string, body: object, headers: Record<string, string> = bearer) => {
  const answer = await fetch(`http://127.0.0.1:${serving.port}${at}`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  return [answer.status, await answer.json()] as const
}
const model = `/v2/models/${id}`
const release = encodeURIComponent('release of 1')
const tensor = { inputs: [{ name: 'size', shape: [2], datatype: 'FP64', data: [1, 2] }] }

it('answers the Open Inference Protocol under the name of the deployment and the version of its release', async () => {
  await vi.waitFor(() => expect(isActive()).toBe(true), 30_000)
  expect(await get(model)).toEqual([
    200,
    {
      name: id,
      versions: ['release of 1'],
      platform: 'modelsmith',
      inputs: [{ name: 'size', datatype: 'FP64', shape: [-1] }],
      outputs: [{ name: 'prediction', datatype: 'FP64', shape: [-1] }],
    },
  ])
  for (const at of [`${model}/ready`, `${model}/versions/${release}/ready`, '/v2/health/ready', '/v2/health/live'])
    expect((await get(at))[0]).toBe(200)
  const answered = {
    model_name: id,
    model_version: 'release of 1',
    outputs: [{ name: 'prediction', datatype: 'FP64', shape: [2], data: [1, 1] }],
  }
  expect(await post(`${model}/infer`, tensor)).toEqual([200, answered])
  expect(await post(`${model}/versions/${release}/infer`, tensor)).toEqual([200, answered])
  expect(await post(`${model}/versions/1/infer`, tensor)).toMatchObject([
    404,
    { code: 'serving.unknownVersion', error: expect.stringContaining('what answers is release release of 1') },
  ])
})

it("answers MLflow's clients, who may send the token as a password", async () => {
  await vi.waitFor(() => expect(isActive()).toBe(true), 30_000)
  const at = `/api/v1/deployments/${id}`
  const basic = (password: string) => ({ authorization: `Basic ${Buffer.from(`x:${password}`).toString('base64')}` })
  const asked = { dataframe_split: { columns: ['size', 'order'], data: [[1, 'A-1']] } }
  expect(await post(`${at}/invocations`, asked, basic(token))).toEqual([200, { predictions: [1] }])
  expect(await get(`${at}/ping`, basic(token))).toEqual([200, { ready: true }])
  for (const headers of [basic('msk_nobody'), basic(''), { authorization: 'Basic !' }, { authorization: token }])
    expect((await post(`${at}/invocations`, asked, headers))[0]).toBe(401)
  await serving.close()
  const log = join(folder, servingPaths.log)
  const [first] = readdirSync(log).flatMap((name) => readSegment(readFileSync(join(log, name))))
  expect(first?.rows?.ids && rowsFromTable(first.rows.ids)).toEqual([['A-1']])
})

it('keeps other forms of request to those who may ask, and tells what was wrong in their words', async () => {
  await vi.waitFor(() => expect(isActive()).toBe(true), 30_000)
  const stranger = { authorization: 'Bearer msk_stranger' }
  for (const at of [model, `${model}/ready`, `/api/v1/deployments/${id}/ping`]) {
    expect((await get(at, stranger))[0]).toBe(404)
    expect((await get(at, {}))[0]).toBe(401)
  }
  expect(await post(`${model}/infer`, tensor, stranger)).toMatchObject([404, { error: expect.stringContaining(id) }])
  expect(await post(`${model}/infer`, { inputs: [] })).toMatchObject([
    422,
    { code: 'serving.inference', error: expect.any(String) },
  ])
  expect(await post(`/api/v1/deployments/${id}/invocations`, {})).toMatchObject([
    422,
    { error_code: 'BAD_REQUEST', message: expect.stringContaining('it has none of') },
  ])
  expect((await get('/v2/models/%E0%A4%A'))[0]).toBe(404)
  expect((await get('/v2/nothing'))[0]).toBe(404)
  writeManifest('1', 2, undefined, { [id]: { at: '2026-01-31T12:00:00.000Z', by: 'Ann', reason: 'Wrong' } })
  await vi.waitFor(() => expect(generationOf()).toBe(2), 30_000)
  expect((await get(`${model}/ready`))[0]).toBe(503)
  expect((await post(`${model}/infer`, tensor))[0]).toBe(503)
})
