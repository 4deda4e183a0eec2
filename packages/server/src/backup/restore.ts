import { existsSync } from 'node:fs'
import { chown, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { type Client, DatabaseError } from 'pg'
import { servingPaths } from '@modelsmith/serving'
import { allEntries, checkChain } from '../infra/audit/chain.ts'
import { copyIn } from '../infra/database/copy.ts'
import { queriesOf } from '../infra/database/database.ts'
import { makeMigrationTable, migrationNames, noteMigration, runMigration } from '../infra/database/migrate.ts'
import { syncDisk } from '../infra/disk/sync.ts'
import { openFolderStore } from '../infra/objects/store.ts'
import { withConnection } from '../infra/postgres/answers.ts'
import { makeFolders, type User } from '../infra/process/folders.ts'
import { placesOf, type Settings } from '../infra/settings.ts'
import { sequencesOf } from './backup.ts'
import { backupError } from './errors.ts'
import {
  type BackupManifest,
  columnsOf,
  demandFolders,
  keyName,
  logFile,
  manifestName,
  objectFile,
  readManifest,
  tableFile,
  verified,
} from './format.ts'

export type RestoreSettings = {
  /** The folder of a backup. */
  readonly source: string
  readonly settings: Settings
  readonly version: string
  /** Whom server and prediction process run as, where we are root. */
  readonly user: User | undefined
  /** Brings an empty database into being, or finds the one that a setting names. */
  readonly openDatabase: () => Promise<{ readonly url: string; readonly stop: () => Promise<void> }>
  readonly signal: AbortSignal
  readonly progress: (line: string) => void
}

export type Restored = {
  readonly manifest: BackupManifest
  /** Entries of the audit logs; undefined where a chain does not check out. */
  readonly audited: number | undefined
  /** Credentials and addresses that only the file of keys opens. */
  readonly sealed: number
}

const markName = 'restore.unfinished'

/** Refuses a data folder into which a backup was restored in part. */
export const demandWhole = (dataDir: string): void => {
  if (existsSync(join(dataDir, markName))) throw backupError('restore.unfinished', { folder: dataDir })
}

/** Makes of a backup and an empty place what was backed up; of anything that is wrong, nothing is left. */
export const restore = async (asked: RestoreSettings): Promise<Restored> => {
  const { source, settings, version, user, signal } = asked
  const { dataDir } = settings
  const manifest = await readManifest(source, version)
  await demandFolders(source)
  demandWhole(dataDir)
  await demandEmptyFolder(dataDir)
  const wasThere = existsSync(dataDir)
  await mkdir(dataDir, { recursive: true })
  try {
    await writeFile(join(dataDir, markName), '')
    makeFolders(settings, user)
    const database = await asked.openDatabase()
    let restored: Omit<Restored, 'manifest'>
    try {
      restored = await withConnection(database.url, (client) => fill(client, manifest, asked))
    } finally {
      await database.stop()
    }
    await rm(join(dataDir, markName))
    return { manifest, ...restored }
  } catch (error) {
    for (const name of await ownNames(dataDir)) await rm(join(dataDir, name), { recursive: true, force: true })
    if (!wasThere) await rm(dataDir, { recursive: true, force: true })
    if (signal.aborted) throw backupError('backup.interrupted', { what: 'restoring' }, { cause: error })
    throw error
  }
}

/** What a file system puts into a folder of its own is nobody's. */
const ofTheDisk = 'lost+found'

const ownNames = async (folder: string): Promise<string[]> => {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  return names.filter((name) => name !== ofTheDisk)
}

const demandEmptyFolder = async (folder: string): Promise<void> => {
  const [found] = await ownNames(folder)
  if (found !== undefined) throw backupError('restore.notEmpty', { place: `The data folder ${folder}`, found })
}

const demandEmptyDatabase = async (client: Client): Promise<void> => {
  const { rows } = await client.query<{ name: string }>(
    `select relname as name from pg_class where relnamespace = current_schema()::regnamespace order by relkind = 'r' desc, relname limit 1`,
  )
  const [found] = rows
  if (found !== undefined)
    throw backupError('restore.notEmpty', { place: 'The database', found: `the relation ${found.name}` })
}

/** All in one transaction, which ends when the files are in their places. */
const fill = async (
  client: Client,
  manifest: BackupManifest,
  asked: RestoreSettings,
): Promise<Omit<Restored, 'manifest'>> => {
  const { source, settings, user, signal, progress } = asked
  const done = new Set(manifest.migrations)
  const later = (await migrationNames()).filter((name) => !done.has(name))
  await client.query('begin')
  await demandEmptyDatabase(client)
  await makeMigrationTable(client)
  for (const name of [...done].sort()) await runMigration(client, name)
  await fillTables(client, manifest, asked)
  for (const name of later) {
    await runMigration(client, name)
    await noteMigration(client, name)
  }
  if (later.length > 0) progress(`${later.length} migrations of this version applied`)
  await fillObjects(client, manifest, asked)
  const place = join(placesOf(settings).serving, servingPaths.log)
  for (const { name, ...written } of manifest.log) {
    const file = join(place, name)
    await writeFile(file, verified(source, logFile(name), written, signal), { flag: 'wx', mode: 0o644 })
    // Whoever ships it removes it.
    if (user !== undefined) await chown(file, user.uid, user.gid)
  }
  if (manifest.key !== null) await bringKey(manifest.key, asked)
  const audited = await auditedEntries(client)
  const { rows } = await client.query<{ sealed: number }>(
    'select (select count(*) from credential)::int + (select count(*) from alert_setting where sealed is not null)::int as sealed',
  )
  await syncDisk(settings.dataDir)
  signal.throwIfAborted()
  await client.query('commit')
  await client.query('analyze')
  return { audited, sealed: rows[0]?.sealed ?? 0 }
}

/** Tables refer to each other in circles: what says so is taken away while they are filled. Returns how it comes back, and is checked. */
const withoutReferences = async (client: Client): Promise<() => Promise<void>> => {
  const { rows } = await client.query<{ table: string; name: string; says: string }>(`
    select conrelid::regclass::text as table, quote_ident(conname) as name, pg_get_constraintdef(oid) as says
    from pg_constraint where contype = 'f' and connamespace = current_schema()::regnamespace order by 1, 2`)
  for (const { table, name } of rows) await client.query(`alter table ${table} drop constraint ${name}`)
  return async () => {
    for (const { table, name, says } of rows)
      await client.query(`alter table ${table} add constraint ${name} ${says}`).catch((error: unknown) => {
        throw misfit(tableFile(table), error)
      })
  }
}

/** What the database refuses for what it was given. */
const misfit = (file: string, error: unknown): unknown =>
  error instanceof DatabaseError && /^(22|23|42)/.test(error.code ?? '')
    ? backupError('backup.damaged', { file, problem: `does not fit its table: ${error.message}` }, { cause: error })
    : error

const fillTables = async (
  client: Client,
  { tables, sequences }: BackupManifest,
  { source, signal, progress }: RestoreSettings,
) => {
  const { rows: there } = await client.query<{ name: string }>(
    `select relname as name from pg_class where relnamespace = current_schema()::regnamespace and relkind = 'r' order by 1`,
  )
  const order = there.map(({ name }) => name)
  const byName = new Map(tables.map((table) => [table.name, table]))
  const missing = order.find((name) => !byName.has(name))
  const unknown = tables.find(({ name }) => !order.includes(name))?.name
  const wrong = missing ?? unknown
  if (wrong !== undefined)
    throw backupError('backup.damaged', {
      file: tableFile(wrong),
      problem: missing === undefined ? 'is of no table of its version' : 'is not named by it',
    })
  const bringReferencesBack = await withoutReferences(client)
  for (const name of order) {
    signal.throwIfAborted()
    const table = byName.get(name) as BackupManifest['tables'][number]
    const file = tableFile(name)
    const damaged = (problem: string, cause?: unknown) => backupError('backup.damaged', { file, problem }, { cause })
    const packed = Readable.from(verified(source, file, table, signal), { objectMode: false })
    // It may fail before the database asks for it: whoever reads it then is told.
    const lines = createGunzip().on('error', () => {})
    packed.on('error', (error) => lines.destroy(error)).pipe(lines)
    const rows = await copyIn(client, `copy ${columnsOf(table)} from stdin`, lines).catch((error: unknown) => {
      if (error instanceof Error && 'code' in error && String(error.code).startsWith('Z_'))
        throw damaged('cannot be unpacked', error)
      throw misfit(file, error)
    })
    if (rows !== table.rows) throw damaged(`has ${rows} rows; ${table.rows} were written`)
  }
  await bringReferencesBack()
  await setSequences(client, sequences)
  progress(`${tables.length} tables, ${tables.reduce((sum, { rows }) => sum + rows, 0).toLocaleString('en')} rows`)
}

/** What counts goes on from where it was: markers say how far somebody has read. */
const setSequences = async (client: Client, sequences: BackupManifest['sequences']): Promise<void> => {
  const there = (await sequencesOf(client)).map(({ name }) => name)
  if (JSON.stringify(there) !== JSON.stringify(sequences.map(({ name }) => name)))
    throw backupError('backup.damaged', { file: manifestName, problem: 'names other sequences than its version has' })
  for (const { name, last } of sequences)
    if (last !== null)
      await client
        .query('select setval(quote_ident($1)::regclass, $2::bigint)', [name, last])
        .catch((error: unknown) => {
          throw misfit(manifestName, error)
        })
}

const page = 1000

/** The objects that the tables name; what nobody held was not backed up, and is forgotten. */
const fillObjects = async (
  client: Client,
  manifest: BackupManifest,
  { source, settings, signal, progress }: RestoreSettings,
) => {
  await client.query(
    'delete from stored_object o where not exists (select 1 from stored_object_reference r where r.key = o.key)',
  )
  const store = await openFolderStore(placesOf(settings).objects, async () => {}, { durable: false })
  const written = { count: 0, bytes: 0 }
  let told = Date.now()
  for (let after = ''; ; ) {
    const { rows } = await client.query<{ key: string; bytes: number }>(
      `select key, bytes::float8 as bytes from stored_object where key > $1 order by key limit ${page}`,
      [after],
    )
    for (const { key, bytes } of rows) {
      const file = objectFile(key)
      if (!/^[0-9a-f]{64}$/.test(key))
        throw backupError('backup.damaged', { file: tableFile('stored_object'), problem: 'names what is no object' })
      await store.putStream(
        Readable.from(verified(source, file, { bytes, sha256: key }, signal), { objectMode: false }),
      )
      written.count++
      written.bytes += bytes
      if (Date.now() - told < 2000) continue
      told = Date.now()
      progress(`${written.count.toLocaleString('en')} of ${manifest.objects.count.toLocaleString('en')} objects`)
    }
    after = rows.at(-1)?.key ?? ''
    if (rows.length < page) break
  }
  if (written.count !== manifest.objects.count)
    throw backupError('backup.damaged', {
      file: tableFile('stored_object'),
      problem: `names ${written.count} objects; ${manifest.objects.count} were written`,
    })
  progress(`${written.count.toLocaleString('en')} objects`)
}

/** A file of keys that is there already, outside the data folder, stays if it is the same. */
const bringKey = async (
  written: NonNullable<BackupManifest['key']>,
  { source, settings, user, signal }: RestoreSettings,
) => {
  const file = settings.secretsKeyFile
  const keys = Buffer.concat(await Array.fromAsync(verified(source, keyName, written, signal)))
  const there = await readFile(file).catch(() => undefined)
  if (there?.equals(keys) === true) return
  if (there !== undefined)
    throw backupError('restore.notEmpty', { place: `The file of keys ${file}`, found: 'other keys' })
  await writeFile(file, keys, { flag: 'wx', mode: 0o600 })
  if (user !== undefined) await chown(file, user.uid, user.gid)
}

const auditedEntries = async (client: Client): Promise<number | undefined> => {
  const { rows } = await client.query<{ id: string }>('select id from organisation')
  let entries = 0
  for (const { id } of rows) {
    const checked = await checkChain(allEntries(queriesOf(client), id))
    if (!checked.valid) return undefined
    entries += checked.entries
  }
  return entries
}
