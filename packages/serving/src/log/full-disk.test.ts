import { type ChildProcess, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface, type Interface } from 'node:readline'
import { afterEach, beforeEach, expect, it } from 'vitest'

const id = 'deployment_00000000000000000000000000'
const token = 'msk_secret'
const manifest = JSON.stringify({
  generation: 1,
  tokens: [
    { sha256: createHash('sha256').update(token).digest('hex'), organisationId: 'o', expiresAt: null, grantees: 'all' },
  ],
  deployments: [
    { id, organisationId: 'o', releaseId: 'r', modelId: 'm', targetType: 'regression', classes: [], folder: 'm' },
  ],
  callers: {},
})

/** A disk of 1 MB that only the child sees: with rights of its own where this process has none. */
const asUser = process.getuid?.() === 0 ? [] : ['--map-root-user']
const onSmallDisk = 'mount -t tmpfs -o size=1m tmpfs "$1" && exec "$2" "$3" "$1" "$4"'

let folder = ''
let child: ChildProcess
let lines: Interface
let port = 0

const start = async (env: NodeJS.ProcessEnv = {}) => {
  const program = join(import.meta.dirname, 'full-disk.main.ts')
  child = spawn(
    'unshare',
    [...asUser, '--mount', 'sh', '-c', onSmallDisk, 'sh', folder, process.execPath, program, manifest],
    {
      env: { ...process.env, ...env },
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  )
  lines = createInterface(child.stdout as NodeJS.ReadableStream)
  port = (await tell('port')) as number
}

const tell = async (command: string): Promise<unknown> => {
  child.stdin?.write(`${command}\n`)
  const [line] = (await Promise.race([once(lines, 'line'), once(lines, 'close')])) as [string?]
  if (line === undefined) throw new Error('The process on the small disk has ended.')
  return JSON.parse(line) as unknown
}

const ask = async (body: unknown) => {
  const answer = await fetch(`http://127.0.0.1:${port}/api/v1/deployments/${id}/predictions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  return {
    status: answer.status,
    name: answer.headers.get('x-request-id'),
    retry: answer.headers.get('retry-after'),
    body: (await answer.json()) as Record<string, unknown>,
  }
}
const row = { size: 2, note: 'x'.repeat(3000) }

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ms-small-'))
})
afterEach(async () => {
  if (child.kill('SIGKILL')) await once(child, 'exit')
  rmSync(folder, { recursive: true })
})

it('answers nobody whose request the disk has no room for, and loses none of the others', async () => {
  await start()
  await expect.poll(async () => (await ask({ rows: [row] })).status).toBe(200)
  const answered: unknown[] = []
  const unanswered: unknown[] = []
  for (const _ of [1, 2, 3]) answered.push((await ask({ rows: [row, row] })).name)
  await tell('fill')
  const before = (await tell('segments')) as number
  for (const _ of [1, 2, 3]) {
    const refused = await ask({ rows: [row] })
    expect(refused).toMatchObject({
      status: 507,
      retry: null,
      body: { code: 'serving.logUnwritable', detail: expect.stringContaining('ENOSPC'), hint: expect.any(String) },
    })
    unanswered.push(refused.name)
  }
  // What is wrong with a request is told in its own words.
  expect(await ask({ rows: 'all' })).toMatchObject({ status: 422, body: { code: 'serving.bodyShape' } })
  expect(await tell('segments')).toBeLessThanOrEqual(before + 1)
  // The same process goes on as soon as there is room.
  await tell('free')
  const later = await ask({ rows: [row] })
  expect(later).toMatchObject({ status: 200, body: { predictions: [{ prediction: 4 }] } })
  answered.push(later.name)
  const logged = (await tell('logged')) as [string, string, number][]
  const names = logged.filter(([, status]) => status === 'ok').map(([name]) => name)
  expect(names).toEqual(expect.arrayContaining(answered))
  expect(names.filter((name) => unanswered.includes(name))).toEqual([])
  expect(logged.filter(([, , rows]) => rows === 2)).toHaveLength(3)
})

it('starts on a disk that is full, and follows what is deployed when there is room', async () => {
  await start({ FULL: 'yes' })
  expect((await fetch(`http://127.0.0.1:${port}/health`)).status).toBe(200)
  await tell('free')
  await tell('manifest')
  await expect.poll(async () => (await ask({ rows: [row] })).status).toBe(200)
})
