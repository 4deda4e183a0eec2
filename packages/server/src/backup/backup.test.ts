import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import {
  appendFile,
  chmod,
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { segmentWriter, servingPaths } from '@modelsmith/serving'
import { createApp } from '../app.ts'
import { shipLog } from '../features/monitoring/ship-log.ts'
import { sql } from '../infra/database/database.ts'
import { makeMigrationTable, migrationNames, noteMigration, runMigration } from '../infra/database/migrate.ts'
import { collectObjects, letGo } from '../infra/objects/references.ts'
import { withConnection } from '../infra/postgres/answers.ts'
import { withTestDatabase } from '../infra/postgres/testing/index.ts'
import { openContext } from '../infra/process/context.ts'
import { makeKeys } from '../infra/secrets/seal.ts'
import { placesOf, readSettings } from '../infra/settings.ts'
import { call, type CallParts } from '../testing/call.ts'
import { type Platform, withPlatform } from '../testing/platform.ts'
import { makeWorld, type World } from '../testing/world.ts'
import { type BackupSettings, makeBackup } from './backup.ts'
import { type BackupManifest, manifestName, objectFile, tableFile } from './format.ts'
import { demandWhole, restore, type RestoreSettings } from './restore.ts'

const platform = withPlatform()
const empty = withTestDatabase()
const second = withTestDatabase()
const older = withTestDatabase()
const third = withTestDatabase()
let world: World
let folder = ''
/** A backup that nothing has been done to. */
let whole = ''
let manifest: BackupManifest

const entry = (requestId: string) => ({
  requestId,
  deploymentId: world.deployment,
  releaseId: 'release',
  at: '2026-01-31T12:00:00.000Z',
  rows: 1,
  latencyMs: 1,
  status: 'ok' as const,
  errorCode: null,
})

const backupInto = (target: string, more: Partial<BackupSettings> = {}): Promise<BackupManifest> => {
  const { context } = platform
  const { settings } = context
  return makeBackup({
    target,
    databaseUrl: databaseUrl(),
    objects: context.objects,
    logFolder: join(placesOf(settings).serving, servingPaths.log),
    keyFile: undefined,
    version: '0.1.0',
    signal: new AbortController().signal,
    progress: () => {},
    ...more,
  })
}

let url = ''
const databaseUrl = (): string => url

const restoreFrom = (source: string, to: string, more: Partial<RestoreSettings> = {}, databaseOf = empty.url) =>
  restore({
    source,
    settings: readSettings({ MODELSMITH_DATA: to }),
    version: '0.1.0',
    user: undefined,
    openDatabase: async () => ({ url: databaseOf, stop: async () => {} }),
    signal: new AbortController().signal,
    progress: () => {},
    ...more,
  })

/** A copy of the whole backup, to be spoilt. */
const copyOf = async (name: string): Promise<string> => {
  const copy = join(folder, name)
  await cp(whole, copy, { recursive: true })
  return copy
}

const changeManifest = async (backup: string, change: (manifest: Record<string, unknown>) => void): Promise<void> => {
  const file = join(backup, manifestName)
  const value = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>
  change(value)
  await writeFile(file, JSON.stringify(value))
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ms-backup-'))
  await chmod(folder, 0o755)
  world = await makeWorld(platform, platform.people.ann)
  const { settings, database } = platform.context
  const { name } = (await database.first<{ name: string }>(sql`select current_database() as name`)) as { name: string }
  const address = new URL(empty.url)
  address.pathname = `/${name}`
  url = address.href
  makeKeys(settings.secretsKeyFile)
  const log = join(placesOf(settings).serving, servingPaths.log)
  await mkdir(log, { recursive: true })
  const write = segmentWriter()
  await writeFile(join(log, '000000000000001-aaaa-000001.jsonl'), write(entry('shipped late'), undefined))
  // The last line of one that is being written is cut off.
  const open = Buffer.concat([write(entry('still open'), undefined), write(entry('half'), undefined).subarray(0, 20)])
  await writeFile(join(log, '000000000000002-aaaa-000002.open'), open)
  await writeFile(join(log, 'notes.txt'), 'Not a segment.')
  await database.rows(sql`select nextval('kept_rows_sequence_seq') from generate_series(1, 7)`)
  whole = join(folder, 'whole')
  manifest = await backupInto(whole)
})
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('a backup', () => {
  it('has all tables, the objects that are held, the log that is not shipped, and no keys', async () => {
    const { database } = platform.context
    const tables = await database.rows<{ name: string }>(
      sql`select tablename as name from pg_tables where schemaname = 'public' order by 1`,
    )
    expect(manifest.tables.map(({ name }) => name)).toEqual(tables.map(({ name }) => name))
    const held = await database.first<{ count: number }>(
      sql`select count(distinct key)::int as count from stored_object_reference`,
    )
    expect(manifest.objects.count).toBe(held?.count)
    expect(manifest.log.map(({ name }) => name)).toEqual([
      '000000000000001-aaaa-000001.jsonl',
      '000000000000002-aaaa-000002.jsonl',
    ])
    expect(manifest.key).toBe(null)
    expect((await readdir(whole)).sort()).toEqual(['backup.json', 'log', 'objects', 'tables'])
  })

  it('says how far what numbers rows has counted', () => {
    expect(manifest.sequences).toEqual([
      { name: 'kept_rows_sequence_seq', last: '7' },
      { name: 'request_part_sequence_seq', last: null },
    ])
  })

  it('overwrites nothing, and leaves nothing of one that is broken off', async () => {
    await expect(backupInto(whole)).rejects.toMatchObject({ code: 'backup.exists' })
    const target = join(folder, 'broken-off')
    const interruption = new AbortController()
    const under = backupInto(target, { signal: interruption.signal, progress: () => interruption.abort() })
    await expect(under).rejects.toMatchObject({ code: 'backup.interrupted' })
    expect((await readdir(folder)).filter((name) => name.startsWith('broken-off'))).toEqual([])
  })

  it('keeps the objects of its moment from the collector, and names those that are not what they should be', async () => {
    const { database, objects } = platform.context
    const stored = await objects.putBytes(Buffer.from('Held for a moment'))
    await database.run(sql`insert into stored_object_reference (key, holder) values (${stored.key}, 'somebody')`)
    await database.run(sql`update stored_object set created_at = now() - interval '2 days' where key = ${stored.key}`)
    const target = join(folder, 'collected')
    let collected: number | undefined
    // Somebody deletes what holds it, and the collector comes, before the first object is read.
    async function* after(key: string) {
      if (collected === undefined) {
        await letGo(database, ['somebody'])
        collected = await collectObjects(database, objects, 3600)
      }
      yield* objects.read(key) as AsyncIterable<Buffer>
    }
    await backupInto(target, { objects: { read: (key) => Readable.from(after(key)) } })
    expect(collected).toBe(0)
    expect(await readFile(join(target, objectFile(stored.key)), 'utf8')).toBe('Held for a moment')
    expect(await collectObjects(database, objects, 3600)).toBe(1)

    const spoilt = await objects.putBytes(Buffer.from('As it was'))
    await database.run(sql`insert into stored_object_reference (key, holder) values (${spoilt.key}, 'somebody')`)
    await writeFile(await objects.pathOf(spoilt.key), 'As it is.')
    const refused = { code: 'backup.object', message: expect.stringContaining(`${spoilt.key} has other content`) }
    await expect(backupInto(join(folder, 'spoilt'))).rejects.toMatchObject(refused)
    await objects.delete(spoilt.key)
    const gone = { code: 'backup.object', message: expect.stringContaining('is missing') }
    await expect(backupInto(join(folder, 'spoilt'))).rejects.toMatchObject(gone)
    expect(existsSync(join(folder, 'spoilt'))).toBe(false)
    await letGo(database, ['somebody'])
    await database.run(sql`delete from stored_object where key = ${spoilt.key}`)
  })
})

describe('restoring', () => {
  const spoil: readonly (readonly [string, string, string, (backup: string) => Promise<unknown>])[] = [
    ['no backup', 'backup.none', 'no backup.json', (backup) => rm(join(backup, manifestName))],
    [
      'a manifest that is cut off',
      'backup.damaged',
      'is not JSON',
      (backup) => truncate(join(backup, manifestName), 300),
    ],
    [
      'another form',
      'backup.damaged',
      'is not as expected',
      (backup) => changeManifest(backup, (value) => delete value['log']),
    ],
    [
      'a table that is cut off',
      'backup.damaged',
      'tables/object.copy.gz has',
      (backup) => truncate(join(backup, tableFile('object')), 100),
    ],
    [
      'a table with one other byte',
      'backup.damaged',
      'tables/person.copy.gz',
      async (backup) => {
        const bytes = await readFile(join(backup, tableFile('person')))
        bytes[bytes.length - 1] = (bytes.at(-1) as number) ^ 1
        await writeFile(join(backup, tableFile('person')), bytes)
      },
    ],
    [
      'no sequences',
      'backup.damaged',
      'names other sequences',
      (backup) => changeManifest(backup, (value) => (value['sequences'] = [])),
    ],
    [
      'a sequence beyond all numbers',
      'backup.damaged',
      'does not fit its table',
      (backup) =>
        changeManifest(backup, ({ sequences }) => {
          const [sequence] = sequences as { last: string }[]
          if (sequence !== undefined) sequence.last = '9'.repeat(19)
        }),
    ],
    ['a table that is missing', 'backup.damaged', 'is missing', (backup) => rm(join(backup, tableFile('job')))],
    [
      'a table that is not named',
      'backup.damaged',
      'job.copy.gz is not named by it',
      (backup) =>
        changeManifest(backup, (value) => {
          value['tables'] = (value['tables'] as { name: string }[]).filter(({ name }) => name !== 'job')
        }),
    ],
    [
      'a table of a hostile name',
      'backup.damaged',
      '/tables/0/name',
      (backup) =>
        changeManifest(
          backup,
          ({ tables }) => (((tables as { name: string }[])[0] as { name: string }).name = '../../passwd'),
        ),
    ],
    [
      'a column that would be more than a name',
      'backup.damaged',
      '/tables/0/columns/0',
      (backup) =>
        changeManifest(
          backup,
          ({ tables }) =>
            (((tables as { columns: string[] }[])[0] as { columns: string[] }).columns[0] =
              "id\") from program 'id' --"),
        ),
    ],
    [
      'a segment of a hostile name',
      'backup.damaged',
      '/log/0/name',
      (backup) =>
        changeManifest(
          backup,
          ({ log }) => (((log as { name: string }[])[0] as { name: string }).name = '../manifest.json'),
        ),
    ],
    [
      'a segment that is a link',
      'backup.damaged',
      'is a link',
      async (backup) => {
        const file = join(backup, 'log', (manifest.log[0] as { name: string }).name)
        await rm(file)
        await symlink('/etc/hostname', file)
      },
    ],
    [
      'a folder that is a link',
      'backup.damaged',
      'log is no folder',
      async (backup) => {
        await rm(join(backup, 'log'), { recursive: true })
        await symlink(join(whole, 'log'), join(backup, 'log'))
      },
    ],
    [
      'an object of other content',
      'backup.damaged',
      'objects/',
      async (backup) => {
        const [place = ''] = await readdir(join(backup, 'objects'))
        const [key = ''] = await readdir(join(backup, 'objects', place))
        await appendFile(join(backup, 'objects', place, key), '!')
      },
    ],
    ['no objects', 'backup.damaged', 'is missing', (backup) => rm(join(backup, 'objects'), { recursive: true })],
    [
      'a later migration',
      'backup.newer',
      '9999_later.sql',
      (backup) => changeManifest(backup, ({ migrations }) => (migrations as string[]).push('9999_later.sql')),
    ],
    [
      'a later format',
      'backup.newer',
      'the format 2',
      (backup) => changeManifest(backup, (value) => (value['format'] = 2)),
    ],
  ]

  it.each(spoil)('refuses %s, and leaves nothing', async (name, code, words, change) => {
    const backup = await copyOf(name.replaceAll(' ', '-'))
    await change(backup)
    const to = join(folder, `of ${name}`)
    await expect(restoreFrom(backup, to)).rejects.toMatchObject({ code, message: expect.stringContaining(words) })
    expect(existsSync(to)).toBe(false)
    const tables = await withConnection(empty.url, (client) =>
      client.query(`select 1 from pg_tables where schemaname = 'public'`),
    )
    expect(tables.rowCount).toBe(0)
    await rm(backup, { recursive: true })
  })

  it('refuses what is not empty, and touches nothing of it', async () => {
    const to = join(folder, 'full')
    await mkdir(to)
    await writeFile(join(to, 'mine'), 'Mine')
    await expect(restoreFrom(whole, to)).rejects.toMatchObject({ code: 'restore.notEmpty' })
    expect(await readdir(to)).toEqual(['mine'])
    const there = restoreFrom(whole, join(folder, 'new'), {}, databaseUrl())
    await expect(there).rejects.toMatchObject({
      code: 'restore.notEmpty',
      message: expect.stringContaining('database'),
    })
    expect(existsSync(join(folder, 'new'))).toBe(false)
  })

  it('leaves nothing when it is broken off, and says so where it could not clean up', async () => {
    const to = join(folder, 'stopped')
    const interruption = new AbortController()
    const under = restoreFrom(whole, to, { signal: interruption.signal, progress: () => interruption.abort() })
    await expect(under).rejects.toMatchObject({ code: 'backup.interrupted' })
    expect(existsSync(to)).toBe(false)
    await mkdir(to)
    await writeFile(join(to, 'restore.unfinished'), '')
    expect(() => demandWhole(to)).toThrow('did not get to its end')
    await expect(restoreFrom(whole, to)).rejects.toMatchObject({ code: 'restore.unfinished' })
  })

  it('brings back the same answers to the same tokens, and an audit log that checks out', async () => {
    const to = await mkdtemp(join(tmpdir(), 'ms-restored-'))
    const withKey = join(folder, 'with-key')
    await backupInto(withKey, { keyFile: platform.context.settings.secretsKeyFile })
    const restored = await restoreFrom(withKey, to)
    expect(restored.audited).toBeGreaterThan(0)
    expect(await readFile(join(to, 'secrets.key'))).toEqual(await readFile(platform.context.settings.secretsKeyFile))
    const context = await openContext(empty.url, { MODELSMITH_DATA: to })
    const app = await createApp(context, join(to, 'no-pages'), (_, error) => platform.bugs.push(error))
    try {
      const other: Platform = { app, context, people: platform.people, bugs: platform.bugs }
      const { ann, adam } = platform.people
      const questions: readonly (readonly [Parameters<typeof call>[2], CallParts])[] = [
        ['getDataset', { params: { id: world.dataset } }],
        ['getDatasetRows', { params: { id: world.datasetVersion } }],
        ['downloadDataset', { params: { id: world.datasetVersion } }],
        ['downloadTaskVersion', { params: { id: world.taskVersion } }],
        ['getProject', { params: { id: world.project } }],
        ['getModel', { params: { id: world.model } }],
        ['downloadArtifact', { params: { id: world.model }, query: { node: 'model', path: 'task.pkl' } }],
        ['getDeployment', { params: { id: world.deployment } }],
        ['listJobs', {}],
      ]
      for (const [operation, parts] of questions) {
        const [before, after] = [await call(platform, ann, operation, parts), await call(other, ann, operation, parts)]
        expect([operation, after.status, after.text]).toEqual([operation, 200, before.text])
      }
      const check = await call(platform, adam, 'checkAudit', {})
      expect(check.body).toMatchObject({ valid: true })
      expect((await call(other, adam, 'checkAudit', {})).body).toEqual(check.body)
      expect(await context.database.rows(sql`select nextval('kept_rows_sequence_seq')::int as next`)).toEqual([
        { next: 8 },
      ])
      // What was answered before the backup, and was not shipped, is counted once it is.
      await shipLog(context, placesOf(context.settings).serving)
      const requests = await context.database.rows(
        sql`select request_id from request_place where request_id in ('shipped late', 'still open', 'half') order by 1`,
      )
      expect(requests).toEqual([{ request_id: 'shipped late' }, { request_id: 'still open' }])
    } finally {
      await app.close()
      await context.database.close()
      await rm(to, { recursive: true })
    }
    await expect(restoreFrom(whole, join(folder, 'again'))).rejects.toMatchObject({ code: 'restore.notEmpty' })
  })

  it('brings one of an older version to this one', async () => {
    const names = await migrationNames()
    const known = names.slice(0, names.indexOf('0033_stars.sql'))
    await withConnection(older.url, async (client) => {
      await makeMigrationTable(client)
      for (const name of known) {
        await runMigration(client, name)
        await noteMigration(client, name)
      }
      await client.query(`
        insert into organisation values ('o', 'Ours\\with\ttab', now());
        insert into workspace values ('w', 'o', 'Main');
        insert into person values ('ann', 'o', 'w', 'ann@example.org', 'Ann', 'member', null, now());
        insert into object (id, kind, name, owner_id, organisation_id, workspace_id, created_at, updated_at)
          values ('z', 'project', 'Outer', 'ann', 'o', 'w', now(), now()), ('a', 'trainingRun', 'Inner', 'ann', 'o', 'w', now(), now());
        update object set within_id = 'z' where id = 'a'`)
    })
    const source = join(folder, 'older')
    await backupInto(source, { databaseUrl: older.url })
    await restoreFrom(source, join(folder, 'newer'), {}, second.url)
    const { rows } = await withConnection(second.url, (client) =>
      client.query(`select o.name, w.within_id from organisation o, object w where w.id = 'a'`),
    )
    expect(rows).toEqual([{ name: 'Ours\\with\ttab', within_id: 'z' }])
    const { rows: applied } = await withConnection(second.url, (client) =>
      client.query('select name from migration order by 1'),
    )
    expect(applied.map(({ name }: { name: string }) => name)).toEqual(names)
  })
})

describe('the command', () => {
  const operate = async (args: readonly string[], env: NodeJS.ProcessEnv) => {
    const child = spawn(process.execPath, [join(import.meta.dirname, '../entry/operate.ts'), ...args], {
      env: { ...process.env, ...env },
    })
    let said = ''
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (said += text))
    const [code] = (await once(child, 'close')) as [number]
    return { code, said }
  }

  it('backs up what the settings name, and says what else is needed', async () => {
    const env = { MODELSMITH_DATA: platform.context.settings.dataDir, DATABASE_URL: databaseUrl() }
    const target = join(folder, 'by-command')
    expect(await operate(['backup', target], env)).toMatchObject({
      code: 0,
      said: expect.stringContaining('Backed up to'),
    })
    expect(existsSync(join(target, manifestName))).toBe(true)
    const nowhere = { ...env, MODELSMITH_DATA: join(folder, 'nowhere') }
    const absent = await operate(['backup', join(folder, 'other')], nowhere)
    expect(absent).toMatchObject({ code: 1, said: expect.stringContaining('There is no data of Modelsmith in') })
    const unclear = await operate(['restore', target, '--with-key'], env)
    expect(unclear).toMatchObject({ code: 1, said: expect.stringContaining('Hint: npm run backup -- FOLDER') })
    const to = { MODELSMITH_DATA: join(folder, 'by-command-data'), DATABASE_URL: third.url }
    const restored = await operate(['restore', target], to)
    expect(restored).toMatchObject({ code: 0, said: expect.stringContaining('The audit log checks out') })
  })
})
