import { createHash } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { InstalledPackage } from './types.ts'

export type LockedFile = InstalledPackage & {
  readonly sha256: string
  /** The source of a package of R, from the mirror that the operator has named. */
  readonly from?: 'mirror'
}

/**
 * An environment that is a built-in one with more packages on top: enough to make it again elsewhere. The packages of the built-in one that
 * are not named here are those of its own lock.
 */
export type EnvironmentLock = {
  readonly version: 1
  readonly base: string
  /** Minor version of Python. */
  readonly python: string
  /** SHA-256 of the lock of the base. */
  readonly baseLock: string
  /** As the task asked for them. */
  readonly requirements: readonly string[]
  /** Why this version of Python. */
  readonly why: string
  /** What was added to the base, or stands in place of its own. */
  readonly packages: readonly LockedFile[]
}

const lockPattern = /^[a-z0-9.-]+\+[0-9a-f]{12}$/

/** `python-ml+3f2a9c01b5d7`: the base, and what the packages on top and their Python decide. */
export const nameOfLock = ({ base, python, baseLock, packages }: EnvironmentLock): string => {
  const content = JSON.stringify([
    base,
    python,
    baseLock,
    packages.map(({ name, version, sha256 }) => [name, version, sha256]),
  ])
  return `${base}+${createHash('sha256').update(content).digest('hex').slice(0, 12)}`
}

/** Whether the name is one of a built-in environment with packages on top. */
export const isLayered = (name: string): boolean => lockPattern.test(name)

/** As pip reads it, to be installed elsewhere: `pip install --require-hashes --no-deps -r FILE`. */
export const lockText = (packages: readonly LockedFile[]): string =>
  packages.map(({ name, version, sha256 }) => `${name}==${version} --hash=sha256:${sha256}\n`).join('')

/** PEP 503: letters of one case, and any run of `-`, `_` and `.` is one `-`. */
export const canonicalName = (name: string): string => name.toLowerCase().replace(/[-_.]+/g, '-')

const fileOf = (folder: string, name: string): string => join(folder, 'environments', `${name}.json`)

/** Keeps the lock with a model, so that it can be scored wherever it is taken. */
export const writeLock = async (folder: string, lock: EnvironmentLock): Promise<void> => {
  const file = fileOf(folder, nameOfLock(lock))
  await mkdir(join(folder, 'environments'), { recursive: true })
  await writeFile(file, JSON.stringify(lock, null, 2))
}

/** The lock that a model brings for the environment; none for a built-in one. */
export const lockIn = (folder: string, name: string): Promise<EnvironmentLock | undefined> =>
  isLayered(name)
    ? readFile(fileOf(folder, name), 'utf8').then(
        (text) => JSON.parse(text) as EnvironmentLock,
        () => undefined,
      )
    : Promise.resolve(undefined)
