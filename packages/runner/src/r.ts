import { createHash } from 'node:crypto'
import { access, constants, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type DebianLayer, debianLayer } from './debian.ts'
import type { LockedFile } from './environment-lock.ts'
import { runnerError } from './errors.ts'
import { findPythons } from './pythons.ts'
import type { Environment, InstalledPackage } from './types.ts'

/** `environment.json` of an environment whose packages are the system's. */
export type RDefinition = {
  readonly name: string
  readonly description: string
  readonly language: 'r'
  /** Packages that the system must have; the others that are there can be used too. */
  readonly packages: readonly string[]
  /** Packages that are fetched from Debian where the system lacks them, when the environment is first used. */
  readonly brings: readonly string[]
  readonly downloadMb?: number
  readonly diskMb?: number
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

/** What of these packages R does not have, and is no part of R itself. */
const lackingOf = (names: readonly string[], r: RInstallation): string[] =>
  names.filter((name) => !r.packages.some((each) => each.name === name))

/** The packages of Debian that an environment brings, since R does not have them. */
export const broughtBy = ({ brings }: RDefinition, r: RInstallation): string[] => lackingOf(brings, r).map(debianName)

export type RPrepared = {
  readonly environment: Environment
  /** What was fetched for the requirements alone. */
  readonly fetched: readonly LockedFile[]
}

type RLayers = { readonly dataDir: string; readonly onProgress?: (step: string) => void }

/** The environment with what it brings and what the requirements name: R's own, else Debian's `r-cran-…`, unpacked beside the system. */
export const installR = async (
  definition: RDefinition,
  requirements: readonly string[],
  { dataDir, onProgress = () => {} }: RLayers,
): Promise<RPrepared> => {
  const base = await takeR(definition)
  const r = (await findR()) as RInstallation
  const brought = lackingOf(definition.brings, r)
  const asked = lackingOf(requirements, r).filter((name) => !definition.brings.includes(name))
  const layers: DebianLayer[] = []
  for (const names of [brought, asked].filter(({ length }) => length > 0)) {
    onProgress(`R lacks ${names.join(', ')}: they are looked for in Debian`)
    layers.unshift(await debianLayer(names.map(debianName), { folder: join(dataDir, 'environments'), onProgress }))
  }
  if (layers.length === 0) return { environment: base, fetched: [] }
  const below = (...folders: readonly string[]) =>
    layers.flatMap(({ root }) => folders.map((folder) => join(root, folder))).join(':')
  const locked = layers.flatMap(({ packages }) => packages)
  const environment = {
    ...base,
    fingerprint: `${base.fingerprint} ${createHash('sha256').update(JSON.stringify(locked)).digest('hex')}`,
    roots: [...base.roots, ...layers.map(({ root }) => root)],
    variables: {
      R_LIBS: below('usr/lib/R/site-library', 'usr/lib/R/library'),
      LD_LIBRARY_PATH: below(`usr/lib/${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu`),
    },
    zygote: base.fingerprint,
  }
  return { environment, fetched: asked.length === 0 ? [] : (layers[0]?.packages ?? []) }
}

/** Debian names the packages of CRAN in small letters. */
const debianName = (name: string): string => `r-cran-${name.toLowerCase()}`

/** The environment, if the system has what it asks for; a session is shut in by Python and then becomes R. */
const takeR = async (definition: RDefinition): Promise<Environment> => {
  const r = await findR()
  const missing = r === undefined ? definition.packages : missingPackages(definition, r)
  if (r === undefined || missing.length > 0) {
    const debian = ['r-base-core', ...missing.map(debianName)]
    throw runnerError('environment.noR', { name: definition.name, found: r?.version, missing, debian })
  }
  const [python] = await findPythons()
  if (python === undefined) throw runnerError('environment.noPython', { needed: '3.6 or newer', found: '' })
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
