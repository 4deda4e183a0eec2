import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createClient, type Job } from '@modelsmith/api'
import { afterEach, expect, it } from 'vitest'
import { followJob } from './jobs.ts'

const job = (state: Job['state']): Job => ({
  id: 'job_0000000000000000',
  kind: 'trainBlueprint',
  title: 'Train',
  state,
  owner: { id: 'person_0000000000000000', name: 'Ann' },
  attempt: 1,
  position: null,
  progress: { fraction: null, step: 'fitting' },
  error: null,
  subject: { kind: 'trainingRun', id: 'trainingRun_0000000000000000' },
  result: {},
  createdAt: '2026-01-31T12:00:00.000Z',
  startedAt: null,
  endedAt: null,
})

const lines = (from: number, to: number): string =>
  Array.from({ length: to - from + 1 }, (_, index) => {
    const sequence = from + index
    const line = { sequence, at: '2026-01-31T12:00:00.000Z', source: 'stdout', node: null, text: `line ${sequence}` }
    return `id: ${sequence}\nevent: log\ndata: ${JSON.stringify(line)}\n\n`
  }).join('')

let close: () => void = () => {}
afterEach(() => close())

/** A server whose streams are the given texts, one connection each; it keeps what clients said that they had seen. */
const streaming = async (streams: readonly ((response: ServerResponse) => void)[]) => {
  const seen: unknown[] = []
  const server = createServer((request, response) => {
    if (request.url?.endsWith('/events') === true) {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      seen.push(request.headers['last-event-id'])
      streams[seen.length - 1]?.(response)
    } else response.end(JSON.stringify(job(seen.length < streams.length ? 'running' : 'succeeded')))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  close = () => server.close()
  return { seen, client: createClient({ baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }) }
}

it('goes on behind the last line where a stream ended, and shows none twice where a server begins again', async () => {
  const { seen, client } = await streaming([
    (response) => response.end(lines(1, 3)),
    (response) => response.write(lines(2, 4), () => response.destroy()),
    (response) => response.end(lines(1, 5)),
  ])
  const said: string[] = []
  const done = await followJob(client, job('running'), {
    out: () => {},
    err: (text) => said.push(text),
    interactive: false,
  })
  expect(done.state).toBe('succeeded')
  expect(said.filter((text) => text.startsWith('line'))).toEqual([1, 2, 3, 4, 5].map((number) => `line ${number}\n`))
  expect(seen).toEqual(['0', '3', '4'])
})
