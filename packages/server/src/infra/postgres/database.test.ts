import { chmod, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { withConnection } from './answers.ts'
import { openDatabase } from './database.ts'
import { withTestDatabase } from './testing/index.ts'

const existing = withTestDatabase()
let root: string
let options: Omit<Parameters<typeof openDatabase>[0], 'url'>

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'ms-db-'))
  await chmod(root, 0o711)
  options = {
    folder: join(root, 'database'),
    socketFolder: join(root, 's'),
    binariesFolder: undefined,
    copiesFolder: join(root, 'programs'),
    log: () => undefined,
  }
})

afterEach(() => rm(root, { recursive: true, force: true }))

const currentDatabase = (url: string): Promise<unknown> =>
  withConnection(url, async (client) => (await client.query('select current_database() as name')).rows)

it('runs a PostgreSQL of its own when no database is named', async () => {
  const database = await openDatabase({ ...options, url: undefined })
  try {
    await database.ready()
    expect(await currentDatabase(database.url)).toEqual([{ name: 'modelsmith' }])
  } finally {
    await database.stop()
  }
})

it('uses the database that is named, and leaves it running', async () => {
  const database = await openDatabase({ ...options, url: existing.url })
  await database.stop()
  await database.ready()
  expect(database.url).toBe(existing.url)
})

it('says that a named database does not answer', async () => {
  const url = 'postgresql://nobody@localhost:1/nothing'
  await expect(openDatabase({ ...options, url, answerLimitMs: 100 })).rejects.toMatchObject({
    code: 'postgres.notReady',
    message: expect.stringContaining('ECONNREFUSED'),
  })
})

it('refuses a folder without the programs', async () => {
  await expect(openDatabase({ ...options, url: undefined, binariesFolder: root })).rejects.toMatchObject({
    code: 'postgres.noBinaries',
  })
})

it('refuses a socket folder that is too long or that someone else put there', async () => {
  const long = join(root, 'x'.repeat(100))
  await expect(openDatabase({ ...options, url: undefined, socketFolder: long })).rejects.toMatchObject({
    code: 'postgres.socketTooLong',
  })
  await symlink(tmpdir(), options.socketFolder)
  await expect(openDatabase({ ...options, url: undefined })).rejects.toMatchObject({ code: 'postgres.foreignFolder' })
})
