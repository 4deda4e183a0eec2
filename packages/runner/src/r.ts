import { createHash } from 'node:crypto'
import { access, constants, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runnerError } from './errors.ts'
import { findPythons } from './pythons.ts'
import type { Environment, InstalledPackage } from './types.ts'

/** `environment.json` of an environment whose packages are the system's. */
export type RDefinition = {
  readonly name: string
  readonly description: string
  readonly language: 'r'
  /** Packages that must be there; the others that are there can be used too. */
  readonly packages: readonly string[]
}

export type RInstallation = {
  readonly version: string
  readonly packages: readonly InstalledPackage[]
}

const worker = fileURLToPath(new URL('../../../runners/r', import.meta.url))
/** Where Debian and Ubuntu put R. */
const program = '/usr/lib/R/bin/R'
const libraries = ['/usr/local/lib/R/site-library', '/usr/lib/R/site-library', '/usr/lib/R/library']

/** The system's R and its packages, read from its files: that takes milliseconds, R itself a second. */
export const findR = async (): Promise<RInstallation | undefined> => {
  try {
    await access(program, constants.X_OK)
  } catch {
    return undefined
  }
  const found = new Map<string, string>()
  for (const library of libraries) {
    const names = await readdir(library).catch(() => [])
    const versions = await Promise.all(names.map((name) => versionOf(join(library, name))))
    for (const [index, name] of names.entries()) {
      const version = versions[index]
      // R takes a package from the first library that has it.
      if (version !== undefined && !found.has(name)) found.set(name, version)
    }
  }
  const packages = [...found].map(([name, version]) => ({ name, version }))
  return {
    version: found.get('base') ?? 'unknown',
    packages: packages.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
  }
}

const versionOf = async (folder: string): Promise<string | undefined> => {
  const text = await readFile(join(folder, 'DESCRIPTION'), 'utf8').catch(() => '')
  return /^Version:\s*(\S+)/m.exec(text)?.[1]
}

export const missingPackages = ({ packages }: RDefinition, { packages: there }: RInstallation): readonly string[] =>
  packages.filter((name) => !there.some((each) => each.name === name))

/** The environment, if the system has what it asks for; a session is shut in by Python and then becomes R. */
export const takeR = async (definition: RDefinition): Promise<Environment> => {
  const r = await findR()
  const missing = r === undefined ? definition.packages : missingPackages(definition, r)
  if (r === undefined || missing.length > 0) {
    const debian = ['r-base-core', ...missing.map((name) => `r-cran-${name.toLowerCase()}`)]
    throw runnerError('environment.noR', { name: definition.name, found: r?.version, missing, debian })
  }
  const [python] = await findPythons()
  if (python === undefined) throw runnerError('environment.noPython', { needed: '3.6 or newer' })
  return {
    name: definition.name,
    language: 'r',
    fingerprint: [hashOf(r), r.version, process.arch].join(' '),
    interpreter: python.path,
    program: [program, '--vanilla', '--no-echo', `--file=${join(worker, 'worker.R')}`],
    roots: [worker, ...python.roots],
    preload: [],
  }
}

const hashOf = ({ packages }: RInstallation): string =>
  createHash('sha256').update(JSON.stringify(packages)).digest('hex')
