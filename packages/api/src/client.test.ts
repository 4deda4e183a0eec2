import { describe, expect, it } from 'vitest'
import { ApiError, createClient, serverSentEvents } from './index.ts'

const answering = (status: number, body: string, seen: { url?: string; init?: RequestInit } = {}) =>
  createClient({
    baseUrl: 'http://modelsmith.test',
    headers: () => ({ authorization: 'Bearer msk_1' }),
    fetch: async (url, init) => {
      Object.assign(seen, { url, init })
      return new Response(body, { status })
    },
  })

describe('the client', () => {
  it('fills the path, the query and the version that was seen', async () => {
    const seen: { url?: string; init?: RequestInit } = {}
    const client = answering(200, '{"id":"x"}', seen)
    await client.call('changeProject', { params: { id: 'project_1/2' }, body: { name: 'New' }, ifMatch: 7 })
    expect(seen.url).toBe('http://modelsmith.test/api/v1/projects/project_1%2F2')
    expect(seen.init?.method).toBe('PATCH')
    expect(seen.init?.headers).toMatchObject({
      'if-match': '"7"',
      authorization: 'Bearer msk_1',
      'content-type': 'application/json',
    })
    await client.call('listDatasets', { query: { limit: 5, search: 'a b' } })
    expect(seen.url).toBe('http://modelsmith.test/api/v1/datasets?limit=5&search=a+b')
  })

  it('throws what the server said was wrong, with its code', async () => {
    const problem = {
      type: 'x',
      title: 'Not found',
      status: 404,
      detail: 'No dataset "d".',
      code: 'object.notFound',
      requestId: 'r1',
    }
    const failure = answering(404, JSON.stringify(problem)).call('getDataset', { params: { id: 'd' } })
    await expect(failure).rejects.toBeInstanceOf(ApiError)
    await expect(failure).rejects.toMatchObject({ problem })
  })

  it('says so when something else than the server answered', async () => {
    await expect(answering(502, '<html>bad gateway</html>').call('me')).rejects.toMatchObject({
      problem: { code: 'api.notAProblem', status: 502 },
    })
  })

  it('sends the path of every file of a folder', async () => {
    const seen: { init?: RequestInit } = {}
    await answering(201, '{}', seen).upload('uploadTask', {
      fields: { name: 'T' },
      files: [{ name: 'sub/helper.py', data: new Blob(['x']) }],
    })
    const form = seen.init?.body as FormData
    expect(form.get('path')).toBe('sub/helper.py')
    expect((form.get('file') as File).name).toBe('helper.py')
  })
})

describe('server-sent events', () => {
  const streamOf = (...chunks: string[]) => new Blob(chunks).stream() as ReadableStream<Uint8Array>

  it('reads events, skips comments, joins lines of data', async () => {
    const events = []
    for await (const event of serverSentEvents(
      streamOf(': hello\n\nevent: log\nid: 4\ndata: {"a":\ndata: 1}\n\n', 'data: 2\r\n\r\n'),
    ))
      events.push(event)
    expect(events).toEqual([
      { event: 'log', id: '4', data: { a: 1 } },
      { event: 'message', id: undefined, data: 2 },
    ])
  })
})
