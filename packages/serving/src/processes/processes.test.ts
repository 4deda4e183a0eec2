import { type ChildProcess, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { readSegment } from '../log/segment.ts'
import { servingPaths, socketOf } from '../manifest.ts'

const token = 'msk_secret'
const id = 'deployment_one'
let folder: string
let port: number
let program: ChildProcess

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port: free } = server.address() as AddressInfo
  server.close()
  return free
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ms-processes-'))
  mkdirSync(join(folder, servingPaths.models))
  mkdirSync(join(folder, servingPaths.log))
  const one = { id, organisationId: 'o', releaseId: 'r', modelId: 'm', targetType: 'regression', classes: [] }
  const sha256 = createHash('sha256').update(token).digest('hex')
  const manifest = {
    generation: 7,
    tokens: [{ sha256, organisationId: 'o', expiresAt: null, grantees: 'all' }],
    deployments: [{ ...one, folder: 'm' }],
    callers: {},
  }
  writeFileSync(join(folder, servingPaths.manifest), JSON.stringify(manifest))
  port = await freePort()
  const main = fileURLToPath(new URL('./processes.main.ts', import.meta.url))
  program = spawn(process.execPath, [main, folder, String(port), '3'], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(program.stdout as NodeJS.ReadableStream, 'data')
})
afterEach(async () => {
  await stop()
  rmSync(folder, { recursive: true, force: true })
})

const stop = async () => {
  if (program.exitCode !== null || program.signalCode !== null) return
  program.kill('SIGTERM')
  await once(program, 'exit')
}

type Asked = { readonly pid: number; readonly requestId: string }
/** On a connection of its own, unless an agent keeps one. */
const ask = (ms = 0, to: object = { port, host: '127.0.0.1' }, agent: Agent | false = false) =>
  new Promise<Asked>((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    const path = `/api/v1/deployments/${id}/predictions`
    const call = request({ ...to, agent, method: 'POST', path, headers }, async (answer) => {
      const body = await text(answer).catch(reject)
      if (answer.statusCode !== 200) return reject(new Error(`${answer.statusCode}: ${body}`))
      const { requestId, predictions } = JSON.parse(String(body)) as {
        requestId: string
        predictions: { prediction: number }[]
      }
      resolve({ requestId, pid: predictions[0]?.prediction ?? 0 })
    })
    call.once('error', reject)
    call.end(JSON.stringify({ rows: [{ ms }] }))
  })
const counted = async (): Promise<number> => {
  const answer = await fetch(`http://127.0.0.1:${port}/metrics`, {
    headers: { authorization: `Bearer ${token}`, connection: 'close' },
  })
  const [, n] = /^modelsmith_deployment_request_seconds_count\{.*\} (\d+)$/m.exec(await answer.text()) ?? []
  return Number(n)
}
const ready = () => vi.waitFor(() => ask(), { timeout: 20_000 })
const logged = (): string[] => {
  const place = join(folder, servingPaths.log)
  return readdirSync(place).flatMap((name) =>
    readSegment(readFileSync(join(place, name))).map(({ entry }) => entry.requestId),
  )
}

it('answers by several processes on one port, each on a socket of its own, and counts as one', async () => {
  await ready()
  const before = await vi.waitFor(async () => {
    const n = await counted()
    expect(n).toBeGreaterThan(0)
    return n
  }, 5000)
  const answers = await Promise.all(Array.from({ length: 30 }, () => ask()))
  expect(new Set(answers.map(({ pid }) => pid)).size).toBe(3)
  const behind = await Promise.all([0, 1, 2].map((slot) => ask(0, { socketPath: join(folder, socketOf(slot)) })))
  expect(new Set(behind.map(({ pid }) => pid)).size).toBe(3)
  for (let times = 0; times < 3; times++) await vi.waitFor(async () => expect(await counted()).toBe(before + 33), 5000)
  const status = JSON.parse(readFileSync(join(folder, servingPaths.status), 'utf8')) as object
  expect(status).toEqual({ generation: 7, deployments: [{ id, releaseId: 'r', state: 'active', problem: null }] })
})

it('goes on answering while one of them is killed, starts it again, and loses nothing that was answered', async () => {
  await ready()
  const acknowledged: Asked[] = []
  const lost: unknown[] = []
  let busy = true
  const client = async () => {
    while (busy)
      await ask(2).then(
        (answer) => acknowledged.push(answer),
        (error) => lost.push(error),
      )
  }
  const clients = Array.from({ length: 4 }, client)
  const pids = () => new Set(acknowledged.map(({ pid }) => pid))
  await vi.waitFor(() => expect(pids().size).toBe(3), { timeout: 10_000 })
  const counts = [await counted()]
  const [victim = 0] = pids()
  process.kill(victim, 'SIGKILL')
  const reached = acknowledged.length + 40
  await vi.waitFor(() => expect(acknowledged.length).toBeGreaterThan(reached), { timeout: 10_000 })
  counts.push(await counted())
  await vi.waitFor(() => expect(pids().size).toBe(4), { timeout: 20_000 })
  counts.push(await counted())
  busy = false
  await Promise.all(clients)
  // Only what was with the one that died.
  expect(lost.length).toBeLessThanOrEqual(4)
  expect(counts).toEqual(counts.toSorted((a, b) => a - b))
  await stop()
  const names = logged()
  expect(new Set(names).size).toBe(names.length)
  expect(acknowledged.filter(({ requestId }) => !names.includes(requestId))).toEqual([])
})

it('answers what is under way before it ends', async () => {
  await ready()
  const agent = new Agent({ keepAlive: true })
  const under = Array.from({ length: 6 }, () => ask(700, undefined, agent))
  await new Promise((resolve) => setTimeout(resolve, 200))
  const ended = stop()
  const answers = await Promise.all(under)
  expect(new Set(answers.map(({ pid }) => pid)).size).toBeGreaterThan(1)
  await ended
  expect(program.exitCode).toBe(0)
  expect(logged()).toEqual(expect.arrayContaining(answers.map(({ requestId }) => requestId)))
  expect(readdirSync(join(folder, servingPaths.log)).filter((name) => !name.endsWith('.jsonl'))).toEqual([])
  agent.destroy()
})
