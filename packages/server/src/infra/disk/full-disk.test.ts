import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface, type Interface } from 'node:readline'
import { createClient } from '@modelsmith/api'
import { afterEach, expect, it } from 'vitest'
import { storedError } from '../../features/jobs/runner.ts'
import { withPlatform } from '../../testing/platform.ts'
import { sql } from '../database/database.ts'
import { diskFull } from './room.ts'

const platform = withPlatform()

/** A disk of 16 MB that only the child sees: with rights of its own where this process has none. */
const asUser = process.getuid?.() === 0 ? [] : ['--map-root-user']
const onSmallDisk = 'mount -t tmpfs -o size=16m tmpfs "$1" && exec "$2" "$3" "$1" "$4"'

let folder = ''
let child: ChildProcess | undefined
let lines: Interface

const tell = async (command: string): Promise<unknown> => {
  child?.stdin?.write(`${command}\n`)
  const [line] = (await Promise.race([once(lines, 'line'), once(lines, 'close')])) as [string?]
  if (line === undefined) throw new Error('The process on the small disk has ended.')
  return JSON.parse(line) as unknown
}

const start = async (reserveMb: number) => {
  folder = mkdtempSync(join(tmpdir(), 'ms-small-'))
  const program = join(import.meta.dirname, 'full-disk.main.ts')
  const { database } = platform.context
  const [{ url } = { url: '' }] = await database.rows<{ url: string }>(
    sql`select 'postgresql://' || current_user || '@localhost/' || current_database() || '?host=' || split_part(current_setting('unix_socket_directories'), ',', 1) as url`,
  )
  child = spawn(
    'unshare',
    [...asUser, '--mount', 'sh', '-c', onSmallDisk, 'sh', folder, process.execPath, program, url],
    {
      env: { ...process.env, MODELSMITH_DISK_RESERVE_MB: String(reserveMb) },
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  )
  lines = createInterface(child.stdout as NodeJS.ReadableStream)
  const baseUrl = (await tell('address')) as string
  const client = createClient({ baseUrl, headers: () => ({ authorization: `Bearer ${platform.people.ann.token}` }) })
  return {
    client,
    upload: (megabytes: number) =>
      client.upload('uploadDataset', {
        files: [{ name: 'some.csv', data: new Blob(['a\n', '1\n'.repeat(megabytes * 2 ** 19)]) }],
      }),
  }
}

afterEach(async () => {
  if (child === undefined) return
  if (child.kill('SIGKILL')) await once(child, 'exit')
  child = undefined
  rmSync(folder, { recursive: true })
})

it('refuses what the disk has no room for, keeps nothing of it, and goes on when there is room', async () => {
  const { client, upload } = await start(2)
  const { dataset } = await upload(1)
  const full = (words: RegExp) => ({
    problem: { code: 'storage.full', status: 507, detail: expect.stringMatching(words) },
  })
  // The body does not fit, or does and its object beside it does not.
  await expect(upload(17)).rejects.toMatchObject(full(/no space is left/))
  await expect(upload(6)).rejects.toMatchObject(full(/no space is left|MB are free/))
  await tell('fill')
  await expect(upload(1)).rejects.toMatchObject(
    full(/[01] MB are free, and 2 MB are kept for the database and the log of predictions/),
  )
  expect(await tell('leftovers')).toEqual([])
  const { items } = await client.call('listDatasets', {})
  expect(items.map(({ id }) => id)).toEqual([dataset.id])
  await tell('free')
  expect((await upload(1)).dataset.id).not.toBe(dataset.id)
})

it('tells a full disk from other failures, in jobs too', () => {
  const noRoom = Object.assign(new Error('write'), { code: 'ENOSPC' })
  expect(diskFull(new Error('A step failed.', { cause: noRoom }))).toMatchObject({ code: 'storage.full' })
  expect(storedError(Object.assign(new Error('could not extend file'), { code: '53100' }))).toMatchObject({
    code: 'storage.full',
    message: expect.stringContaining('for the database'),
  })
  expect(diskFull(Object.assign(new Error('open'), { code: 'ENOENT' }))).toBe(undefined)
})
