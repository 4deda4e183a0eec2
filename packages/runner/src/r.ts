import { createHash } from 'node:crypto'
import { access, constants, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ModelsmithError } from '@modelsmith/table'
import { builtLibrary, configuredMirror, lockFromMirror } from './cran/index.ts'
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
  const packages = await packagesIn(libraries)
  return { version: packages.find(({ name }) => name === 'base')?.version ?? 'unknown', packages }
}

/** By name; R takes a package from the first library that has it. */
const packagesIn = async (folders: readonly string[]): Promise<InstalledPackage[]> => {
  const found = new Map<string, string>()
  for (const library of folders) {
    const names = await readdir(library).catch(() => [])
    const versions = await Promise.all(names.map((name) => versionOf(join(library, name))))
    for (const [index, name] of names.entries()) {
      const version = versions[index]
      if (version !== undefined && !found.has(name)) found.set(name, version)
    }
  }
  return [...found].map(([name, version]) => ({ name, version })).toSorted((a, b) => (a.name < b.name ? -1 : 1))
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

type RLayers = {
  readonly dataDir: string
  readonly onProgress?: ((step: string) => void) | undefined
  /** What an earlier preparation took from the mirror: it is taken again, and nothing is chosen. */
  readonly pinned?: readonly LockedFile[] | undefined
}

/**
 * The environment with what it brings and what the requirements name: R's own, else Debian's `r-cran-…`, unpacked beside the system, else
 * from the mirror that the operator has named, built from source.
 */
export const installR = async (
  definition: RDefinition,
  requirements: readonly string[],
  { dataDir, onProgress = () => {}, pinned }: RLayers,
): Promise<RPrepared> => {
  const base = await takeR(definition)
  const r = (await findR()) as RInstallation
  const options = { folder: join(dataDir, 'environments'), onProgress }
  const brought = lackingOf(definition.brings, r)
  const asked = lackingOf(requirements, r).filter((name) => !definition.brings.includes(name))
  if (brought.length > 0) onProgress(`R lacks ${brought.join(', ')}: they are looked for in Debian`)
  const own = brought.length === 0 ? undefined : await debianLayer(brought.map(debianName), options)
  const { layer: added, others } = await fromDebian(asked, pinned, options)
  const layers = [added, own].filter((layer) => layer !== undefined)
  const below = layers.length === 0 ? base : withLayers(base, layers)
  const fetched = added?.packages ?? []
  if (others.length === 0) return { environment: below, fetched }
  const there = await packagesIn([...rLibrariesOf(layers), ...libraries])
  const locked = pinned ?? (await lockFromMirror(mirrorFor(others), others, { ...r, packages: there }, options))
  const library = await builtLibrary(locked, below, options)
  return { environment: withLibrary(below, library, locked), fetched: [...fetched, ...locked] }
}

type Split = { readonly layer: DebianLayer | undefined; readonly others: readonly string[] }

/** What Debian has of these packages, and the names of the others, where there is a mirror that may have them. */
const fromDebian = async (
  names: readonly string[],
  pinned: readonly LockedFile[] | undefined,
  options: { readonly folder: string; readonly onProgress: (step: string) => void },
): Promise<Split> => {
  const others = names.filter((name) => pinned?.some((each) => each.name === name))
  const wanted = names.filter((name) => !others.includes(name))
  if (wanted.length === 0) return { layer: undefined, others }
  options.onProgress(`R lacks ${wanted.join(', ')}: they are looked for in Debian`)
  try {
    return { layer: await debianLayer(wanted.map(debianName), options), others }
  } catch (error) {
    if (configuredMirror() === undefined || pinned !== undefined || !(error instanceof ModelsmithError)) throw error
    if (error.code === 'environment.debian') {
      options.onProgress(`Debian cannot be asked: ${error.message}`)
      return { layer: undefined, others: wanted }
    }
    if (error.code !== 'requirements.notInDebian') throw error
    const absent = error.values['packages'] as readonly string[]
    const there = wanted.filter((name) => !absent.includes(debianName(name)))
    const layer = there.length === 0 ? undefined : await debianLayer(there.map(debianName), options)
    return { layer, others: wanted.filter((name) => !there.includes(name)) }
  }
}

const mirrorFor = (packages: readonly string[]): string => {
  const mirror = configuredMirror()
  if (mirror === undefined) throw runnerError('requirements.noMirror', { packages })
  return mirror
}

const rLibrariesOf = (layers: readonly DebianLayer[]): string[] =>
  layers.flatMap(({ root }) => ['usr/lib/R/site-library', 'usr/lib/R/library'].map((folder) => join(root, folder)))

const withLayers = (base: Environment, layers: readonly DebianLayer[]): Environment => {
  const machine = `usr/lib/${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu`
  return {
    ...base,
    fingerprint: `${base.fingerprint} ${hashOf(layers.flatMap(({ packages }) => packages))}`,
    roots: [...base.roots, ...layers.map(({ root }) => root)],
    variables: {
      R_LIBS: rLibrariesOf(layers).join(':'),
      LD_LIBRARY_PATH: layers.map(({ root }) => join(root, machine)).join(':'),
    },
    zygote: base.fingerprint,
  }
}

/** Packages that were built stand before all others. */
const withLibrary = (below: Environment, library: string, packages: readonly LockedFile[]): Environment => ({
  ...below,
  fingerprint: `${below.fingerprint} ${hashOf(packages)}`,
  roots: [...below.roots, library],
  variables: { ...below.variables, R_LIBS: [library, below.variables?.['R_LIBS'] ?? []].flat().join(':') },
  zygote: below.zygote ?? below.fingerprint,
})

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
    fingerprint: [hashOf(r.packages), r.version, process.arch].join(' '),
    interpreter: python.path,
    program: [program, '--vanilla', '--no-echo', `--file=${join(worker, 'worker.R')}`],
    roots: [worker, ...python.roots],
    preload: [],
  }
}

const hashOf = (content: unknown): string => createHash('sha256').update(JSON.stringify(content)).digest('hex')
