import { constants } from 'node:fs'
import { lstat, open, readFile } from 'node:fs/promises'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { check } from '@modelsmith/domain'
import Type, { type Static } from 'typebox'
import { migrationNames } from '../infra/database/migrate.ts'
import { backupError } from './errors.ts'

const strict = { additionalProperties: false }
const count = Type.Integer({ minimum: 0 })
const sha256 = Type.String({ pattern: '^[0-9a-f]{64}$' })
const written = { bytes: count, sha256 }

/** What a folder has to be a backup: written last, it says what must be there. The objects are those that the tables name. */
export const BackupManifest = Type.Object(
  {
    format: Type.Literal(1),
    version: Type.String(),
    createdAt: Type.String(),
    migrations: Type.Array(Type.String({ pattern: '^[0-9]{4}_[a-z0-9_]+\\.sql$' })),
    tables: Type.Array(
      Type.Object(
        {
          name: Type.String({ pattern: '^[a-z][a-z0-9_]*$' }),
          columns: Type.Array(Type.String({ pattern: '^[a-z][a-z0-9_]*$' })),
          rows: count,
          ...written,
        },
        strict,
      ),
    ),
    /** How far what numbers rows has counted; null where it has not begun. */
    sequences: Type.Array(
      Type.Object(
        {
          name: Type.String({ pattern: '^[a-z][a-z0-9_]*$' }),
          last: Type.Union([Type.String({ pattern: '^[0-9]{1,19}$' }), Type.Null()]),
        },
        strict,
      ),
    ),
    objects: Type.Object({ count, bytes: count }, strict),
    /** Segments of the prediction log that were not in the database yet. */
    log: Type.Array(
      Type.Object({ name: Type.String({ pattern: '^[A-Za-z0-9-]+\\.jsonl(\\.refused)?$' }), ...written }, strict),
    ),
    /** The file of keys, where the operator wanted it in. */
    key: Type.Union([Type.Object(written, strict), Type.Null()]),
  },
  strict,
)
export type BackupManifest = Static<typeof BackupManifest>
export type Written = { readonly bytes: number; readonly sha256: string }

export const manifestName = 'backup.json'
export const keyName = 'secrets.key'
export const tableFile = (name: string): string => join('tables', `${name}.copy.gz`)
export const objectFile = (key: string): string => join('objects', key.slice(0, 2), key)
export const logFile = (name: string): string => join('log', name)

/** A table with its columns, as `COPY` names them. */
export const columnsOf = ({ name, columns }: { readonly name: string; readonly columns: readonly string[] }): string =>
  `"${name}" (${columns.map((column) => `"${column}"`).join(', ')})`

/** A backup that this version can restore; refuses all else before anything is written. */
export const readManifest = async (folder: string, version: string): Promise<BackupManifest> => {
  const text = await readFile(join(folder, manifestName), 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR') throw backupError('backup.none', { folder }, { cause })
    throw cause
  })
  const damaged = (problem: string) => backupError('backup.damaged', { file: manifestName, problem })
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw damaged('is not JSON')
  }
  const said = value as { readonly format?: unknown; readonly version?: unknown }
  const newer = (known: string) => backupError('backup.newer', { version: String(said.version), here: version, known })
  if (typeof said?.format === 'number' && said.format > 1) throw newer(`the format ${said.format}`)
  const [finding] = check(BackupManifest, value)
  if (finding !== undefined) throw damaged(`is not as expected: ${finding.place?.pointer ?? ''} ${finding.message}`)
  const manifest = value as BackupManifest
  const known = new Set(await migrationNames())
  const unknown = manifest.migrations.find((name) => !known.has(name))
  if (unknown !== undefined) throw newer(`the migration ${unknown}`)
  for (const names of [manifest.tables, manifest.log].map((list) => list.map(({ name }) => name)))
    if (new Set(names).size !== names.length) throw damaged('names something twice')
  return manifest
}

/** The bytes of a file of a backup, which ends well only if they are those that were written. */
export async function* verified(
  folder: string,
  file: string,
  expected: Partial<Written>,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  const damaged = (problem: string) => backupError('backup.damaged', { file, problem })
  // A link would lead out of the backup.
  const handle = await open(join(folder, file), constants.O_RDONLY | constants.O_NOFOLLOW).catch(
    (cause: NodeJS.ErrnoException) => {
      if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR') throw damaged('is missing')
      if (cause.code === 'ELOOP') throw damaged('is a link')
      throw cause
    },
  )
  try {
    const found = await handle.stat()
    if (!found.isFile()) throw damaged('is no file')
    if (expected.bytes !== undefined && found.size !== expected.bytes)
      throw damaged(`has ${found.size.toLocaleString('en')} bytes; ${expected.bytes.toLocaleString('en')} were written`)
    const hash = createHash('sha256')
    for await (const chunk of handle.createReadStream({ autoClose: false })) {
      signal.throwIfAborted()
      hash.update(chunk as Buffer)
      yield chunk as Buffer
    }
    if (hash.digest('hex') !== expected.sha256) throw damaged('has other content than was written')
  } finally {
    await handle.close()
  }
}

/** A folder of a backup that is a link would lead out of it. */
export const demandFolders = async (folder: string): Promise<void> => {
  for (const name of ['tables', 'objects', 'log']) {
    const found = await lstat(join(folder, name)).catch(() => undefined)
    if (found?.isDirectory() !== true)
      throw backupError('backup.damaged', { file: name, problem: found === undefined ? 'is missing' : 'is no folder' })
  }
}
