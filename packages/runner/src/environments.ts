import { createHash } from 'node:crypto'
import { cp, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { debianLayer, type DebianLayer, libraryFolders, readLayer } from './debian.ts'
import {
  definedNames,
  lockedMinors,
  lockedPackages,
  lockFile,
  lockHash,
  type PythonDefinition,
  readDefinition,
} from './definitions.ts'
import type { LockedFile } from './environment-lock.ts'
import { runnerError } from './errors.ts'
import { whileHolding } from './install-lock.ts'
import { pip, runStep } from './install-step.ts'
import { findPythons, type Python } from './pythons.ts'
import { broughtBy, findR, installR, missingPackages, type RDefinition } from './r.ts'
import type { Environment, InstalledPackage } from './types.ts'

export type EnvironmentDescription = {
  readonly name: string
  readonly description: string
  readonly language: 'python' | 'r'
  readonly installed: boolean
  readonly interpreter: string | undefined
  /** Of Python: the minor versions that there are locks for, newest first. */
  readonly pythons: readonly string[]
  /** Undefined where the system's packages are taken as they are. */
  readonly downloadMb: number | undefined
  readonly diskMb: number | undefined
  readonly packages: readonly InstalledPackage[]
}

export type InstallOptions = {
  readonly name: string
  /** Of Python: the best that the machine has, unless one is asked for. */
  readonly minor?: string
  /** Where environments and copied interpreters live. */
  readonly dataDir: string
  /** Must a user other than this process's be able to run it. */
  readonly forEveryone?: boolean
  readonly onProgress?: (step: string) => void
}

const manifestName = 'installed.json'
type Manifest = Environment & {
  readonly version: string
  readonly why: string
  readonly packages: readonly InstalledPackage[]
  /** What came from Debian; not said by those who were installed before there was any. */
  readonly debian?: readonly LockedFile[]
}

export const environmentsFolder = (dataDir: string): string => join(dataDir, 'environments')

/** The environment in the version of Python that was taken by itself has its plain name. */
const folderOf = (dataDir: string, name: string, minor: string | undefined): string =>
  join(environmentsFolder(dataDir), minor === undefined ? name : `${name}@${minor}`)

const readManifest = (folder: string): Promise<Manifest | undefined> =>
  readFile(join(folder, manifestName), 'utf8').then(
    (text) => JSON.parse(text) as Manifest,
    () => undefined,
  )

/** The built-in environments and whether they are installed. */
export const listEnvironments = async (dataDir: string): Promise<EnvironmentDescription[]> =>
  Promise.all(
    (await definedNames()).map(async (name) => {
      const definition = await readDefinition(name)
      return definition.language === 'r' ? describeR(definition, dataDir) : describePython(definition, dataDir)
    }),
  )

/** What is not installed yet is shown with the packages of its newest lock: that is what there will be. */
const describePython = async (
  { name, description, language, downloadMb, diskMb, debian = [] }: PythonDefinition,
  dataDir: string,
): Promise<EnvironmentDescription> => {
  const manifest = await readManifest(folderOf(dataDir, name, undefined))
  const pythons = await lockedMinors(name)
  return {
    name,
    description,
    language,
    installed: manifest !== undefined,
    interpreter: manifest === undefined ? undefined : `Python ${manifest.version} (${manifest.why})`,
    pythons,
    downloadMb,
    diskMb,
    packages:
      manifest === undefined
        ? [...(await lockedPackages(name, pythons[0] ?? '')), ...debian.map(unfetched)]
        : [...manifest.packages, ...(manifest.debian ?? [])],
  }
}

const unfetched = (name: string): InstalledPackage => ({ name, version: 'as Debian has it' })

const describeR = async (definition: RDefinition, dataDir: string): Promise<EnvironmentDescription> => {
  const { name, description, language } = definition
  const r = await findR()
  const brought = r === undefined ? [] : broughtBy(definition, r)
  const layer = await readLayer(brought, environmentsFolder(dataDir))
  const isFetched = brought.length === 0 || layer !== undefined
  return {
    name,
    description,
    language,
    installed: r !== undefined && missingPackages(definition, r).length === 0 && isFetched,
    interpreter: r === undefined ? undefined : `R ${r.version} (the system's)`,
    pythons: [],
    downloadMb: definition.downloadMb,
    diskMb: definition.diskMb,
    packages: [...(r?.packages ?? []), ...(layer?.packages ?? (r === undefined ? [] : brought.map(unfetched)))],
  }
}

/** The environment, installed now if it is not or if its lock has changed. A half-made one is never used. */
export const installEnvironment = async (options: InstallOptions): Promise<Environment> => {
  const { name, dataDir } = options
  const definition = await readDefinition(name)
  if (definition.language === 'r') return (await installR(definition, [], options)).environment
  const minor = await minorToAskFor(options)
  const folder = folderOf(dataDir, name, minor)
  const known = await upToDate(name, folder)
  if (known !== undefined) return known
  await mkdir(dirname(folder), { recursive: true })
  // One for all environments: they share copied interpreters.
  return whileHolding(
    join(dirname(folder), 'installing'),
    async () => (await upToDate(name, folder)) ?? install(definition, minor, options),
  )
}

/** Nothing where the version that is asked for is the one that is taken anyway: that one is not installed twice. */
const minorToAskFor = async ({ name, minor, dataDir }: InstallOptions): Promise<string | undefined> => {
  if (minor === undefined) return undefined
  return (await minorTaken(name, dataDir)) === minor ? undefined : minor
}

/** The version of Python that the environment has, or would be installed in. */
export const minorTaken = async (name: string, dataDir: string): Promise<string | undefined> => {
  const there = await readManifest(folderOf(dataDir, name, undefined))
  return there === undefined ? (await bestPython(name))?.minor : minorOf(there.version)
}

/** What is installed, unless its lock has changed since. */
const upToDate = async (name: string, folder: string): Promise<Manifest | undefined> => {
  const manifest = await readManifest(folder)
  if (manifest === undefined) return undefined
  const isCurrent = (await lockHash(name, minorOf(manifest.version))) === manifest.fingerprint.split(' ')[0]
  return isCurrent ? manifest : undefined
}

const bestPython = async (name: string): Promise<Python | undefined> => {
  const locks = await lockedMinors(name)
  return (await pythonsFor(name)).find(({ minor }) => locks.includes(minor))
}

/** Debian's packages are made for Debian's Python. */
const pythonsFor = async (name: string): Promise<Python[]> => {
  const definition = await readDefinition(name)
  const all = await findPythons()
  if (definition.language === 'r' || definition.debian === undefined) return all
  return all.filter(({ roots }) => roots.length === 0)
}

const install = async (
  definition: PythonDefinition,
  wanted: string | undefined,
  options: InstallOptions,
): Promise<Manifest> => {
  const { name, dataDir, forEveryone = false, onProgress = () => {} } = options
  const folder = folderOf(dataDir, name, wanted)
  const python =
    wanted === undefined ? await bestPython(name) : (await pythonsFor(name)).find(({ minor }) => minor === wanted)
  if (python === undefined) {
    const needed = wanted ?? (await lockedMinors(name)).join(', ')
    const found = [...new Set((await pythonsFor(name)).map(({ minor }) => minor))].join(', ')
    throw runnerError('environment.noPython', { needed, found })
  }
  onProgress(`Python ${python.version} at ${python.path}`)
  const base = forEveryone && !python.forEveryone ? await copyInterpreter(python, dataDir, onProgress) : python

  const making = `${folder}.new`
  await rm(making, { recursive: true, force: true })
  await mkdir(making, { recursive: true })
  const venv = join(making, 'venv')
  const step = async (words: string, command: string, args: readonly string[]): Promise<void> => {
    onProgress(words)
    const { ok, output } = await runStep(command, args, (line) => {
      const fetched = /^\s*Downloading (\S+ \(.*\))$/.exec(line)?.[1]
      if (fetched !== undefined) onProgress(`downloading ${fetched}`)
    })
    if (!ok) throw runnerError('environment.install', { name, step: words }, { cause: new Error(output) })
  }
  await step('making a virtual environment', base.path, ['-I', '-m', 'venv', venv])
  onProgress(
    `${definition.downloadMb} MB to download, unless pip has them already; ${definition.diskMb} MB on the disk`,
  )
  if (definition.extends !== undefined) await shareFiles(definition.extends, python, dataDir, venv, onProgress)
  await step('installing packages', join(venv, 'bin/python'), [
    ...pip,
    'install',
    '--progress-bar',
    'off',
    '--require-hashes',
    '--no-deps',
    '--only-binary',
    ':all:',
    '--no-compile',
    '-r',
    lockFile(name, python.minor),
  ])
  await step('compiling packages', join(venv, 'bin/python'), compileArguments(join(venv, 'lib')))
  const layer = await layerOf(definition, dataDir, onProgress)
  if (layer !== undefined) {
    const packages = join(layer.root, 'usr/lib/python3/dist-packages')
    // Behind the environment's own packages: of what both have, the lock's is imported.
    await writeFile(join(venv, 'lib', `python${python.minor}`, 'site-packages', 'debian.pth'), `${packages}\n`)
    await step('compiling packages of Debian', join(venv, 'bin/python'), compileArguments(packages))
  }

  // Scripts and pyvenv.cfg name the folder; python itself finds its packages beside its own path.
  await rm(folder, { recursive: true, force: true })
  await rename(making, folder)
  const manifest: Manifest = {
    name,
    language: definition.language,
    fingerprint: [await lockHash(name, python.minor), python.version, process.arch, ...hashesOf(layer)].join(' '),
    interpreter: join(folder, 'venv/bin/python'),
    roots: [folder, ...base.roots, ...(layer === undefined ? [] : [layer.root])],
    ...(layer === undefined ? {} : { variables: { LD_LIBRARY_PATH: libraryFolders(layer).join(':') } }),
    preload: definition.preload,
    version: python.version,
    why: wanted === undefined ? whyTaken(python) : 'asked for by the requirements',
    packages: await lockedPackages(name, python.minor),
    debian: layer?.packages ?? [],
  }
  await writeFile(join(folder, `${manifestName}.new`), JSON.stringify(manifest, null, 2))
  await rename(join(folder, `${manifestName}.new`), join(folder, manifestName))
  return manifest
}

const layerOf = async (
  { debian }: PythonDefinition,
  dataDir: string,
  onProgress: (step: string) => void,
): Promise<DebianLayer | undefined> =>
  debian === undefined ? undefined : debianLayer(debian, { folder: environmentsFolder(dataDir), onProgress })

const hashesOf = (layer: DebianLayer | undefined): string[] =>
  layer === undefined ? [] : [createHash('sha256').update(JSON.stringify(layer.packages)).digest('hex')]

/** Links the packages of a smaller environment into this one, so that pip finds them there. They are never written to. */
const shareFiles = async (
  name: string,
  python: Python,
  dataDir: string,
  venv: string,
  onProgress: (step: string) => void,
): Promise<void> => {
  const folder = folderOf(dataDir, name, undefined)
  const there = await upToDate(name, folder)
  if (there?.version !== python.version) return
  onProgress(`sharing the packages of ${name}`)
  const packages = join('lib', `python${python.minor}`, 'site-packages')
  // Where links cannot be made, pip installs everything itself.
  await runStep('cp', ['-al', '--no-clobber', `${join(folder, 'venv', packages)}/.`, join(venv, packages)])
}

const whyTaken = ({ forEveryone }: Python): string =>
  forEveryone ? 'the newest that every user can run' : 'the newest found'

/** Tests that packages bring are not imported, and plotly is large and seldom used. */
export const compileArguments = (folder: string): readonly string[] => [
  '-I',
  '-m',
  'compileall',
  '-q',
  '-j',
  '0',
  '-x',
  '/(tests|plotly)/',
  folder,
]

const minorOf = (version: string): string => version.split('.').slice(0, 2).join('.')

/** An interpreter that a service user cannot read is copied beside the environments. */
const copyInterpreter = async (
  python: Python,
  dataDir: string,
  onProgress: (step: string) => void,
): Promise<Python> => {
  const [prefix] = python.roots
  if (prefix === undefined) return python
  const target = join(dataDir, 'interpreters', python.version)
  onProgress(`copying Python ${python.version} to where every user can read it`)
  await rm(`${target}.new`, { recursive: true, force: true })
  await cp(prefix, `${target}.new`, { recursive: true, verbatimSymlinks: true })
  await rm(target, { recursive: true, force: true })
  await rename(`${target}.new`, target)
  return { ...python, path: join(target, 'bin', `python${python.minor}`), roots: [target], forEveryone: true }
}
