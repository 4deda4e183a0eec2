import { randomUUID } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { type IncomingMessage, request } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { call, type Called } from '../../testing/call.ts'
import { withPlatform } from '../../testing/platform.ts'
import { libraryGraph, rowsCsv } from '../../testing/world.ts'
import { sql } from '../database/database.ts'
import { placesOf } from '../settings.ts'

const uploadMb = 1
const platform = withPlatform({ MODELSMITH_UPLOAD_MB: String(uploadMb) })
const ann = () => platform.people.ann

/** The port of the server, which listens from the first time that somebody asks. */
const port = async (): Promise<number> => {
  if (!platform.app.server.listening) await platform.app.listen({ host: '127.0.0.1', port: 0 })
  return (platform.app.server.address() as AddressInfo).port
}

const createBlueprint = (name: string, headers: Record<string, string> = {}) =>
  call(platform, ann(), 'createBlueprint', { body: { name, graph: libraryGraph }, headers })
const told = ({ status, body }: Called) => [status, body.code]

describe('a change', () => {
  it('needs the version that was seen, and is refused when somebody was faster', async () => {
    const made = await createBlueprint('Shared')
    const params = { id: String(made.body['id']) }
    expect(made.headers['etag']).toBe('"1"')
    const change = (name: string, headers: Record<string, string>) =>
      call(platform, ann(), 'changeBlueprint', { params, body: { name }, headers })
    expect(told(await change('No version', {}))).toEqual([428, 'request.ifMatchMissing'])
    const first = await change('First', { 'if-match': '"1"' })
    expect([first.status, first.headers['etag'], first.body['version']]).toEqual([200, '"2"', 2])
    for (const seen of ['"1"', '"99999999999999999999"', '*', 'nonsense'])
      expect(told(await change('Late', { 'if-match': seen }))).toEqual([412, 'object.changed'])
    expect((await call(platform, ann(), 'getBlueprint', { params })).body['name']).toBe('First')
  })

  it('of two at once happens once', async () => {
    const params = { id: String((await createBlueprint('Raced')).body['id']) }
    const answers = await Promise.all(
      ['A', 'B', 'C', 'D'].map((name) =>
        call(platform, ann(), 'changeBlueprint', { params, body: { name }, ifMatch: 1 }),
      ),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412, 412, 412])
  })
})

describe('an idempotency key', () => {
  it('gives the first answer again, and makes nothing twice', async () => {
    const headers = { 'idempotency-key': randomUUID() }
    const first = await createBlueprint('Once', headers)
    const again = await createBlueprint('Once', headers)
    expect([again.status, again.body, again.headers['etag']]).toEqual([201, first.body, '"1"'])
    const found = await call(platform, ann(), 'listBlueprints', { query: { search: 'Once' } })
    expect(found.body['items']).toHaveLength(1)
  })

  it('is for one request of one person', async () => {
    const headers = { 'idempotency-key': randomUUID() }
    await createBlueprint('Mine', headers)
    expect(told(await createBlueprint('Another', headers))).toEqual([409, 'request.idempotency'])
    const body = { name: 'Mine', graph: libraryGraph }
    expect((await call(platform, platform.people.adam, 'createBlueprint', { body, headers })).status).toBe(201)
  })

  it('covers the content of uploaded files', async () => {
    const headers = { 'idempotency-key': randomUUID() }
    const upload = (csv: string) =>
      call(platform, ann(), 'uploadDataset', { files: { 'a.csv': csv }, fields: { name: 'Keyed' }, headers })
    const first = await upload(rowsCsv)
    expect((await upload(rowsCsv)).body).toEqual(first.body)
    expect(told(await upload(`${rowsCsv}9,red,no\n`))).toEqual([409, 'request.idempotency'])
  })

  it.each([0, 256, 8000])('of %i characters is refused', async (length) => {
    const answer = await createBlueprint('Keyed', { 'idempotency-key': 'k'.repeat(length) })
    expect(told(answer)).toEqual([422, 'request.idempotencyKey'])
  })

  it('may be used again after a failure', async () => {
    const headers = { 'idempotency-key': randomUUID() }
    const body = { name: 'P', datasetVersionId: 'datasetVersion_00000000000000000000000000', target: 'sold' }
    for (let attempt = 0; attempt < 2; attempt++)
      expect(told(await call(platform, ann(), 'createProject', { body, headers }))).toEqual([404, 'object.notFound'])
  })
})

describe('a list', () => {
  beforeAll(async () => {
    await Promise.all(Array.from({ length: 12 }, (_, index) => createBlueprint(`Page ${index}`)))
  })

  const page = async (query: Record<string, string | number>) => {
    const { body } = await call(platform, ann(), 'listBlueprints', { query: { search: 'Page', ...query } })
    return body as unknown as { items: { id: string; name: string }[]; nextCursor: string | null }
  }

  it('comes in pages that neither repeat nor leave out, while more is made', async () => {
    const whole = (await page({})).items.map(({ id }) => id)
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const part = await page({ limit: 5, ...(cursor === undefined ? {} : { cursor }) })
      seen.push(...part.items.map(({ id }) => id))
      cursor = part.nextCursor ?? undefined
      await createBlueprint(`Page made meanwhile`)
    } while (cursor !== undefined)
    expect(whole).toHaveLength(12)
    expect(seen).toEqual(whole)
  })

  it('takes signs in the searched words as themselves', async () => {
    await createBlueprint('100%_sure')
    const named = async (search: string) => (await page({ search })).items.map(({ name }) => name)
    expect(await named('0%_s')).toEqual(['100%_sure'])
    expect(await named('1%e')).toEqual([])
  })

  it.each([
    ['a limit of 0', { limit: 0 }, 422, 'request.invalid'],
    ['a limit that is a word', { limit: 'all' }, 422, 'request.invalid'],
    ['something it does not know', { sort: 'name' }, 422, 'request.invalid'],
    ['a cursor that is none', { cursor: 'x' }, 400, 'request.unreadable'],
    ['a cursor to no moment', { cursor: cursorTo('2026-13-45T00:00:00.000Z') }, 400, 'request.unreadable'],
  ])('refuses %s', async (_, query, status, code) => {
    expect(told(await call(platform, ann(), 'listBlueprints', { query }))).toEqual([status, code])
  })
})

describe('a request', () => {
  const inject = (headers: Record<string, string>, payload: string | Buffer) =>
    platform.app.inject({
      method: 'POST',
      url: '/api/v1/blueprints',
      headers: { authorization: `Bearer ${ann().token}`, ...headers },
      payload,
    })
  const json = { 'content-type': 'application/json' }

  it.each([
    ['no JSON', json, '{"name":', 400, 'request.unreadable'],
    ['nothing', json, '', 400, 'request.unreadable'],
    ['a poisoned prototype', json, '{"__proto__":{"a":1}}', 400, 'request.unreadable'],
    ['bytes that are no UTF-8', json, Buffer.from('{"name":"Jos\xe9"}', 'latin1'), 400, 'request.unreadable'],
    ['another type', { 'content-type': 'text/plain' }, 'hello', 415, 'request.mediaType'],
    ['an unknown type', { 'content-type': 'application/x-thing' }, 'hello', 415, 'request.mediaType'],
    ['rows where it wants none', { 'content-type': 'text/csv' }, 'a\n1\n', 415, 'request.mediaType'],
    ['more than 32 MB', json, Buffer.alloc(32 * 2 ** 20 + 1, 32), 413, 'request.tooLarge'],
  ])('with %s is refused', async (_, headers, payload, status, code) => {
    const answer = await inject(headers, payload)
    const problem = answer.json<{ code: string; requestId: string }>()
    expect([answer.statusCode, problem.code]).toEqual([status, code])
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/)
    expect(answer.headers['x-request-id']).toBe(problem.requestId)
  })

  it('hears of all its mistakes at once, each with its place', async () => {
    const body = { name: 7, graph: { nodes: [{ id: 'no spaces', taskVersion: '' }] }, colour: 'red' }
    const answer = await call(platform, ann(), 'createBlueprint', { body })
    expect(told(answer)).toEqual([422, 'request.invalid'])
    expect(answer.body.findings?.map(({ place }) => place?.pointer).sort()).toEqual([
      '/colour',
      '/graph/nodes/0/id',
      '/graph/nodes/0/inputs',
      '/graph/nodes/0/taskVersion',
      '/name',
    ])
  })

  it('is not made to fit: "5" is no number', async () => {
    const body = { graph: { nodes: [{ ...libraryGraph.nodes[0], position: { x: '5', y: 0 } }] }, name: 'Text' }
    expect(told(await call(platform, ann(), 'createBlueprint', { body }))).toEqual([422, 'request.invalid'])
  })

  it.each([
    ['U+0000', 'a\u0000b'],
    ['half of a surrogate pair', 'a\ud800'],
  ])('with %s in a text is refused', async (_, name) => {
    expect(told(await createBlueprint(name))).toEqual([422, 'request.text'])
    const upload = await call(platform, ann(), 'uploadDataset', { files: { 'a.csv': rowsCsv }, fields: { name } })
    // A form carries no half pairs: they arrive as U+FFFD.
    expect(upload.status).toBe(name.includes('\0') ? 422 : 202)
  })

  it('to an address that is not there says so', async () => {
    const answer = await platform.app.inject({ method: 'GET', url: '/api/v1/nothing?x=1' })
    expect([answer.statusCode, answer.json()]).toMatchObject([
      404,
      { code: 'request.notFound', detail: 'Nothing answers GET /api/v1/nothing.' },
    ])
    const id = await call(platform, ann(), 'getDataset', { params: { id: '%00' } })
    expect(told(id)).toEqual([422, 'request.invalid'])
  })

  it('by a method that its address does not take hears which it takes', async () => {
    const answer = await platform.app.inject({ method: 'PUT', url: `/api/v1/datasets/dataset_${'0'.repeat(26)}` })
    expect([answer.statusCode, answer.headers['allow'], answer.json()]).toMatchObject([
      405,
      'GET, PATCH, DELETE',
      { code: 'request.method', hint: 'It takes GET, PATCH, DELETE.' },
    ])
  })

  it('by a method that only its neighbours take is refused, where a name could be an id', async () => {
    const answer = await platform.app.inject({ method: 'PATCH', url: '/api/v1/tasks/from-git', payload: {} })
    expect([answer.statusCode, answer.headers['allow']]).toEqual([405, 'POST'])
  })

  it.each([
    ['that no text is escaped to', '%E0%A4%A'],
    ['that is too long', 'a'.repeat(501)],
  ])('to an address %s is refused', async (_, id) => {
    const answer = await platform.app.inject({ method: 'GET', url: `/api/v1/datasets/${id}` })
    expect([answer.statusCode, answer.json()]).toMatchObject([400, { code: 'request.unreadable' }])
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/)
  })
})

describe('over the wire', () => {
  it('a method that must say what its body is, and does not, is refused', async () => {
    const socket = connect(await port(), '127.0.0.1', () =>
      socket.write('QUERY /api/v1/health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'),
    )
    const [head = '', body = ''] = (await text(socket)).split('\r\n\r\n')
    expect(head).toMatch(/^HTTP\/1.1 405 /)
    expect(body).toContain('"code":"request.method"')
    expect(platform.bugs).toEqual([])
  })

  it.each([
    ['no HTTP', 'hello\r\n\r\n', 400],
    ['headers without end', `GET /api/v1/health HTTP/1.1\r\nX-Long: ${'a'.repeat(20_000)}\r\n\r\n`, 431],
  ])('%s is answered with a problem', async (_, sent, status) => {
    const socket = connect(await port(), '127.0.0.1', () => socket.write(sent))
    const [head = '', body = ''] = (await text(socket)).split('\r\n\r\n')
    expect(head).toContain(`HTTP/1.1 ${status} `)
    expect(head).toContain('application/problem+json')
    expect(JSON.parse(body)).toMatchObject({ status, code: 'request.unreadable' })
  })

  it('a body that is too large is heard to its end, so that its sender hears the answer', async () => {
    const length = 40 * 2 ** 20
    const headers = { authorization: `Bearer ${ann().token}`, 'content-type': 'application/json' }
    const to = await port()
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const sent = request({
        port: to,
        host: '127.0.0.1',
        method: 'POST',
        path: '/api/v1/blueprints',
        headers: { ...headers, 'content-length': length },
      })
      // As clients do that read no answer before all is sent.
      let early: IncomingMessage | undefined
      sent.once('response', (response) => (early = response))
      sent.once('error', reject)
      const parts = Array.from({ length: 40 }, () => Buffer.alloc(2 ** 20, ' '))
      pipeline(Readable.from(parts), sent).then(() => {
        if (early === undefined) sent.once('response', resolve)
        else resolve(early)
      }, reject)
    })
    expect([answer.statusCode, JSON.parse(await text(answer))]).toMatchObject([413, { code: 'request.tooLarge' }])
  })
})

describe('an upload', () => {
  const leftovers = async () => {
    const { uploads, objects } = placesOf(platform.context.settings)
    return [...(await readdir(uploads)), ...(await readdir(`${objects}/incoming`))]
  }

  it('without a file, with two, or in no form is refused', async () => {
    const upload = (files: Record<string, string>) => call(platform, ann(), 'uploadDataset', { files })
    expect(told(await upload({}))).toEqual([422, 'dataset.noFile'])
    expect(told(await upload({ 'a.csv': 'a\n1\n', 'b.csv': 'b\n1\n' }))).toEqual([422, 'dataset.noFile'])
    expect(told(await call(platform, ann(), 'uploadDataset', { body: {} }))).toEqual([415, 'request.mediaType'])
    const broken = await call(platform, ann(), 'uploadDataset', {
      headers: { 'content-type': 'multipart/form-data; boundary=x' },
      body: '--x\r\nno part',
    })
    expect(told(broken)).toEqual([400, 'request.unreadable'])
    expect(await leftovers()).toEqual([])
  })

  it('that is too large is refused', async () => {
    const files = { 'big.csv': Buffer.alloc(uploadMb * 2 ** 20 + 1, 'a,b\n') }
    const answer = await call(platform, ann(), 'uploadDataset', { files })
    expect(told(answer)).toEqual([413, 'request.tooLarge'])
    expect(answer.body['detail']).toBe('The body is larger than 1 MB.')
    expect(await leftovers()).toEqual([])
  })

  it('that breaks off leaves nothing half done', async () => {
    const { uploads } = placesOf(platform.context.settings)
    const count = async () =>
      (await platform.context.database.rows(sql`select 1 from object where kind = 'dataset'`)).length
    const before = await count()
    const upload = request({
      port: await port(),
      host: '127.0.0.1',
      method: 'POST',
      path: '/api/v1/datasets',
      headers: { authorization: `Bearer ${ann().token}`, 'content-type': 'multipart/form-data; boundary=cut' },
    })
    upload.on('error', () => {})
    upload.write('--cut\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\na,b\r\n1,2\r\n')
    await vi.waitFor(async () => expect(await readdir(uploads)).toHaveLength(1), 30_000)
    upload.destroy()
    await vi.waitFor(async () => expect(await leftovers()).toEqual([]), 30_000)
    expect(await count()).toBe(before)
  })
})

it('answered nothing as a bug', () => {
  expect(platform.bugs).toEqual([])
})

function cursorTo(at: string): string {
  return Buffer.from(JSON.stringify([at, 'blueprint_0'])).toString('base64url')
}
