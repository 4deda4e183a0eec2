import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runnerError } from './errors.ts'
import type { RDefinition } from './r.ts'
import type { InstalledPackage } from './types.ts'

const folder = fileURLToPath(new URL('../../../environments', import.meta.url))

/** `environment.json` of a built-in environment of Python; its locks lie beside it, one for each minor version. */
export type PythonDefinition = {
  readonly name: string
  readonly description: string
  readonly language: 'python'
  readonly preload: readonly string[]
  /** A smaller environment whose locks are part of this one's: where it is installed, its files are shared. */
  readonly extends?: string
  /** Packages of Debian that come with it, for what no package index has in a form that fits; then it needs the system's own Python. */
  readonly debian?: readonly string[]
  /** What pip fetches when it has nothing yet, and what lies on the disk afterwards; the largest of its Python versions. */
  readonly downloadMb: number
  readonly diskMb: number
}

export type Definition = PythonDefinition | RDefinition

/** Names of the built-in environments. */
export const definedNames = async (): Promise<string[]> =>
  (await readdir(folder, { withFileTypes: true }))
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()

export const readDefinition = async (name: string): Promise<Definition> => {
  const known = await definedNames()
  if (!known.includes(name)) throw runnerError('environment.unknown', { name, known: known.join(', ') })
  return JSON.parse(await readFile(join(folder, name, 'environment.json'), 'utf8')) as Definition
}

export const lockFile = (name: string, minor: string): string => join(folder, name, `py${minor}.lock`)

/** The packages by their names alone, as whoever made the locks asked for them. */
export const namesFile = (name: string): string => join(folder, name, 'requirements.in')

/** Minor versions of Python that the environment has a lock for, newest first. */
export const lockedMinors = async (name: string): Promise<string[]> =>
  (await readdir(join(folder, name)))
    .flatMap((file) => /^py3\.(\d+)\.lock$/.exec(file)?.[1] ?? [])
    .sort((a, b) => Number(b) - Number(a))
    .map((minor) => `3.${minor}`)

/** SHA-256 of a lock; of nothing where there is none. */
export const lockHash = async (name: string, minor: string): Promise<string> => {
  const bytes = await readFile(lockFile(name, minor)).catch(() => Buffer.alloc(0))
  return createHash('sha256').update(bytes).digest('hex')
}

export const lockedPackages = async (name: string, minor: string): Promise<InstalledPackage[]> =>
  packagesOf(await readFile(lockFile(name, minor), 'utf8'))

/** Names and versions in a lock as pip reads it. */
export const packagesOf = (lock: string): InstalledPackage[] =>
  [...lock.matchAll(/^([A-Za-z0-9._-]+)==([^\s\\;]+)/gm)].map(([, name = '', version = '']) => ({ name, version }))
