import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import type { Client } from 'pg'
import { copyOut } from '../infra/database/copy.ts'
import { syncDisk } from '../infra/disk/sync.ts'
import { collectionLock } from '../infra/objects/references.ts'
import type { ObjectStore } from '../infra/objects/store.ts'
import { withConnection } from '../infra/postgres/answers.ts'
import { backupError } from './errors.ts'
import {
  type BackupManifest,
  columnsOf,
  keyName,
  logFile,
  manifestName,
  objectFile,
  tableFile,
  type Written,
} from './format.ts'

export type BackupSettings = {
  /** The folder that the backup becomes; it does not exist yet. */
  readonly target: string
  readonly databaseUrl: string
  readonly objects: Pick<ObjectStore, 'read'>
  /** Where the prediction process writes its log. */
  readonly logFolder: string
  /** The file of keys, where it is to be in the backup. */
  readonly keyFile: string | undefined
  readonly version: string
  readonly signal: AbortSignal
  readonly progress: (line: string) => void
}

/**
 * Writes everything that a platform knows into a folder while it works: all tables of one moment, the objects that they name, and the requests
 * that were answered before and are not in the tables yet. The folder has its name only once it is whole.
 */
export const makeBackup = async (settings: BackupSettings): Promise<BackupManifest> => {
  const { target, signal } = settings
  const unfinished = `${target}.unfinished`
  for (const folder of [target, unfinished])
    if ((await stat(folder).catch(() => undefined)) !== undefined) throw backupError('backup.exists', { folder })
  await mkdir(unfinished, { recursive: true, mode: 0o700 })
  try {
    const manifest = await withConnection(settings.databaseUrl, (client) => write(client, unfinished, settings))
    signal.throwIfAborted()
    await rename(unfinished, target)
    await syncDisk(dirname(target))
    return manifest
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true })
    if (signal.aborted) throw backupError('backup.interrupted', { what: 'backup' }, { cause: error })
    throw error
  }
}

const write = async (client: Client, folder: string, settings: BackupSettings): Promise<BackupManifest> => {
  const { signal, progress } = settings
  for (const name of ['tables', 'objects', 'log']) await mkdir(join(folder, name), { mode: 0o700 })
  // Objects that lose their last holder meanwhile stay where they are until this connection ends.
  await client.query('select pg_advisory_lock($1)', [collectionLock])
  // Before the snapshot: what is shipped meanwhile is then in both, and counts once.
  const log = await writeLog(folder, settings)
  await client.query('begin isolation level repeatable read read only')
  await client.query(
    "set local timezone = 'UTC'; set local datestyle = 'ISO'; set local intervalstyle = 'postgres'; set local extra_float_digits = 1; set local bytea_output = 'hex'",
  )
  const createdAt = new Date().toISOString()
  const { rows: done } = await client.query<{ name: string }>('select name from migration order by name')
  const tables: BackupManifest['tables'] = []
  for (const { name, columns } of await tablesOf(client)) {
    signal.throwIfAborted()
    const { lines, rows } = copyOut(client, `copy ${columnsOf({ name, columns })} to stdout`)
    const zipped = createGzip({ level: 1 })
    const written = await Promise.all([
      writeFrom(zipped, join(folder, tableFile(name)), signal),
      pipeline(lines, zipped),
    ])
    tables.push({ name, columns, rows: rows(), ...written[0] })
  }
  progress(`${tables.length} tables, ${tables.reduce((sum, { rows }) => sum + rows, 0).toLocaleString('en')} rows`)
  // They count outside of any snapshot: read after the tables, none is behind them.
  const sequences = await sequencesOf(client)
  const objects = await writeObjects(client, folder, settings)
  const key =
    settings.keyFile === undefined ? null : await writeBytes(await readFile(settings.keyFile), join(folder, keyName))
  // Where the connection was lost, nobody has kept the collector away: this fails then.
  await client.query('commit')
  const migrations = done.map(({ name }) => name)
  const manifest: BackupManifest = {
    format: 1,
    version: settings.version,
    createdAt,
    migrations,
    tables,
    sequences,
    objects,
    log,
    key,
  }
  // What the manifest promises is on the disk before the manifest is.
  await syncDisk(folder)
  await writeBytes(Buffer.from(`${JSON.stringify(manifest, undefined, 2)}\n`), join(folder, manifestName))
  await syncDisk(folder)
  return manifest
}

/** The tables of the schema, with the columns that hold what cannot be computed. */
const tablesOf = async (client: Client): Promise<{ name: string; columns: string[] }[]> =>
  (
    await client.query<{ name: string; columns: string[] }>(`
      select c.relname as name, array_agg(a.attname::text order by a.attnum) as columns
      from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
      where c.relnamespace = current_schema()::regnamespace and c.relkind = 'r' group by c.relname order by c.relname`)
  ).rows

/** How far each sequence has counted; null where it has not begun. */
export const sequencesOf = async (client: Client): Promise<{ name: string; last: string | null }[]> =>
  (
    await client.query<{ name: string; last: string | null }>(
      'select sequencename::text as name, last_value::text as last from pg_sequences where schemaname = current_schema() order by 1',
    )
  ).rows

const page = 1000
const mostNamed = 10

/** The objects that somebody holds in the snapshot, each held against its name. */
const writeObjects = async (client: Client, folder: string, settings: BackupSettings) => {
  const { signal, progress } = settings
  const held =
    'select key, bytes::float8 as bytes from stored_object o where exists (select 1 from stored_object_reference r where r.key = o.key)'
  const { rows: sums } = await client.query<Written & { count: number }>(
    `select count(*)::int as count, coalesce(sum(bytes), 0)::float8 as bytes from (${held}) h`,
  )
  const { count = 0, bytes = 0 } = sums[0] ?? {}
  const failed: string[] = []
  let failures = 0
  let written = 0
  let told = Date.now()
  for (let after = ''; ; ) {
    const { rows } = await client.query<{ key: string; bytes: number }>(
      `${held} and key > $1 order by key limit ${page}`,
      [after],
    )
    for (const row of rows) {
      signal.throwIfAborted()
      const problem = await writeObject(row, folder, settings)
      if (problem !== undefined && ++failures <= mostNamed) failed.push(`${row.key} ${problem}`)
      written += row.bytes
      if (Date.now() - told < 2000) continue
      told = Date.now()
      progress(`${megabytes(written)} of ${megabytes(bytes)} MB of objects`)
    }
    after = rows.at(-1)?.key ?? ''
    if (rows.length < page) break
  }
  if (failures > 0) throw backupError('backup.object', { count: failures, first: failed.join('; ') })
  progress(`${count.toLocaleString('en')} objects, ${megabytes(bytes)} MB`)
  return { count, bytes }
}

const megabytes = (bytes: number): string => (bytes / 2 ** 20).toLocaleString('en', { maximumFractionDigits: 1 })

/** What is wrong with an object that is not what its name says. */
const writeObject = async (
  { key, bytes }: { readonly key: string; readonly bytes: number },
  folder: string,
  { objects, signal }: BackupSettings,
): Promise<string | undefined> => {
  const file = join(folder, objectFile(key))
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  try {
    const found = await writeFrom(objects.read(key), file, signal)
    if (found.bytes !== bytes) return `has ${found.bytes} bytes in place of ${bytes}`
    return found.sha256 === key ? undefined : 'has other content than its name says'
  } catch (error) {
    if (isReadFailure(error)) return 'is missing or cannot be read'
    throw error
  }
}

/** That a file of the platform could not be read, rather than one of the backup written. */
const isReadFailure = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && ['ENOENT', 'EACCES', 'EIO', 'EISDIR'].includes(String(error.code))

const segment = /^([A-Za-z0-9-]+)\.(open|jsonl|jsonl\.refused)$/

/** Segments as they are now; one that is shipped before it is read is in the tables. */
const writeLog = async (folder: string, { logFolder, signal }: BackupSettings): Promise<BackupManifest['log']> => {
  // One that gets its last name while the folder is read is found the second time.
  const names = new Set([...(await namesIn(logFolder)), ...(await namesIn(logFolder))])
  const log = new Map<string, BackupManifest['log'][number]>()
  for (const found of names) {
    const [, stem, ending] = segment.exec(found) ?? []
    if (stem === undefined) continue
    const name = `${stem}.${ending === 'open' ? 'jsonl' : ending}`
    try {
      const written = await writeFrom(createReadStream(join(logFolder, found)), join(folder, logFile(name)), signal)
      log.set(name, { name, ...written })
    } catch (error) {
      if (!isReadFailure(error)) throw error
    }
  }
  return [...log.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
}

const namesIn = (folder: string): Promise<string[]> => readdir(folder).catch(() => [])

/** Writes what comes, in bounded memory. A file that is there already is written anew. */
const writeFrom = async (source: Readable, file: string, signal: AbortSignal): Promise<Written> => {
  const hash = createHash('sha256')
  let bytes = 0
  let target: Awaited<ReturnType<typeof open>> | undefined
  try {
    for await (const chunk of source as AsyncIterable<Buffer>) {
      signal.throwIfAborted()
      target ??= await open(file, 'w', 0o600)
      hash.update(chunk)
      bytes += chunk.length
      await target.appendFile(chunk)
    }
    target ??= await open(file, 'w', 0o600)
  } finally {
    await target?.close()
  }
  return { bytes, sha256: hash.digest('hex') }
}

const writeBytes = async (content: Buffer, file: string): Promise<Written> => {
  await writeFile(file, content, { flag: 'wx', mode: 0o600 })
  return { bytes: content.length, sha256: createHash('sha256').update(content).digest('hex') }
}
