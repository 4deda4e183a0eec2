import { execFile } from 'node:child_process'
import { chmod, chown, lstat, mkdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Binaries } from './binaries.ts'
import { postgresError } from './errors.ts'
import { boundToUs } from './launch.ts'
import type { ServiceUser } from './service-user.ts'

/** Bytes that a socket's path leaves for its folder: 107 in all, less `/.s.PGSQL.5432` and its lock's suffix. */
const SOCKET_FOLDER_LIMIT = 107 - '/.s.PGSQL.5432.lock'.length

/**
 * Makes a folder that only `user` (by default we) may enter. One that is there must be theirs or ours: in a place like
 * `/tmp` someone else may have put a folder or a link of this name.
 */
const makePrivateFolder = async (folder: string, user: ServiceUser | undefined): Promise<void> => {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const found = await lstat(folder)
  if (!found.isDirectory() || (found.uid !== process.getuid?.() && found.uid !== user?.uid))
    throw postgresError('postgres.foreignFolder', { folder })
  if (user !== undefined) await chown(folder, user.uid, user.gid)
  await chmod(folder, 0o700)
}

export const makeSocketFolder = async (folder: string, user: ServiceUser | undefined): Promise<void> => {
  const length = Buffer.byteLength(folder)
  if (length > SOCKET_FOLDER_LIMIT)
    throw postgresError('postgres.socketTooLong', { folder, length, limit: SOCKET_FOLDER_LIMIT })
  await makePrivateFolder(folder, user)
}

const majorOf = (version: string): string => version.replace(/\..*/, '')

/**
 * Brings the database folder into being, or checks that it is of the programs' major version, which PostgreSQL
 * records in `PG_VERSION`. A folder appears under its name only when it is complete.
 */
export const prepareDatabaseFolder = async (options: {
  readonly folder: string
  readonly binaries: Binaries
  readonly user: ServiceUser | undefined
  readonly initArgs?: readonly string[]
}): Promise<string> => {
  const { binaries, user } = options
  const data = join(options.folder, 'data')
  await makePrivateFolder(options.folder, user)
  const found = (await readFile(join(data, 'PG_VERSION'), 'utf8').catch(() => undefined))?.trim()
  if (found !== undefined) {
    const expected = majorOf(binaries.version)
    if (found !== expected) throw postgresError('postgres.otherMajor', { folder: data, found, expected })
    return data
  }
  const unfinished = `${data}.new`
  await rm(unfinished, { recursive: true, force: true })
  const [program, args] = boundToUs(user, join(binaries.folder, 'initdb'), [
    `--pgdata=${unfinished}`,
    '--username=modelsmith',
    // The socket's folder is the guard: only its owner can enter it. Nothing listens on the network.
    '--auth-local=trust',
    '--auth-host=reject',
    '--encoding=UTF8',
    '--locale=C',
    '--data-checksums',
    '--no-instructions',
    ...(options.initArgs ?? []),
  ])
  await promisify(execFile)(program, args).catch((cause: Error & { stderr?: string }) => {
    throw postgresError(
      'postgres.failed',
      { program: 'initdb', said: (cause.stderr ?? cause.message).trim() },
      { cause },
    )
  })
  await rename(unfinished, data)
  return data
}
