import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runnerError } from './errors.ts'
import { whileHolding } from './install-lock.ts'
import { findPythons, type Python } from './pythons.ts'
import { findR, missingPackages, type RDefinition, takeR } from './r.ts'
import type { Environment, InstalledPackage } from './types.ts'

const definitions = fileURLToPath(new URL('../../../environments', import.meta.url))

/** `environment.json` of a built-in environment of Python; its locks lie beside it, one for each minor version. */
type PythonDefinition = {
  readonly name: string
  readonly description: string
  readonly language: 'python'
  readonly preload: readonly string[]
}

type Definition = PythonDefinition | RDefinition

export type EnvironmentDescription = {
  readonly name: string
  readonly description: string
  readonly language: 'python' | 'r'
  readonly installed: boolean
  readonly interpreter: string | undefined
  readonly packages: readonly InstalledPackage[]
}

export type InstallOptions = {
  readonly name: string
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
}

const definedNames = async (): Promise<string[]> =>
  (await readdir(definitions, { withFileTypes: true }))
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()

const readDefinition = async (name: string): Promise<Definition> => {
  const known = await definedNames()
  if (!known.includes(name)) throw runnerError('environment.unknown', { name, known: known.join(', ') })
  return JSON.parse(await readFile(join(definitions, name, 'environment.json'), 'utf8')) as Definition
}

const readManifest = (folder: string): Promise<Manifest | undefined> =>
  readFile(join(folder, manifestName), 'utf8').then(
    (text) => JSON.parse(text) as Manifest,
    () => undefined,
  )

const folderOf = (dataDir: string, name: string): string => join(dataDir, 'environments', name)

/** The built-in environments and whether they are installed. */
export const listEnvironments = async (dataDir: string): Promise<EnvironmentDescription[]> => {
  return Promise.all(
    (await definedNames()).map(async (name) => {
      const definition = await readDefinition(name)
      return definition.language === 'r' ? describeR(definition) : describePython(definition, dataDir)
    }),
  )
}

const describePython = async (
  { name, description, language }: PythonDefinition,
  dataDir: string,
): Promise<EnvironmentDescription> => {
  const manifest = await readManifest(folderOf(dataDir, name))
  return {
    name,
    description,
    language,
    installed: manifest !== undefined,
    interpreter: manifest === undefined ? undefined : `Python ${manifest.version} (${manifest.why})`,
    packages: manifest?.packages ?? [],
  }
}

const describeR = async (definition: RDefinition): Promise<EnvironmentDescription> => {
  const { name, description, language } = definition
  const r = await findR()
  return {
    name,
    description,
    language,
    installed: r !== undefined && missingPackages(definition, r).length === 0,
    interpreter: r === undefined ? undefined : `R ${r.version} (the system's)`,
    packages: r?.packages ?? [],
  }
}

/** The environment, installed now if it is not or if its lock has changed. A half-made one is never used. */
export const installEnvironment = async (options: InstallOptions): Promise<Environment> => {
  const { name, dataDir } = options
  const definition = await readDefinition(name)
  if (definition.language === 'r') return takeR(definition)
  const folder = folderOf(dataDir, name)
  const known = await upToDate(name, folder)
  if (known !== undefined) return known
  await mkdir(dirname(folder), { recursive: true })
  // One for all environments: they share copied interpreters.
  return whileHolding(
    join(dirname(folder), 'installing'),
    async () => (await upToDate(name, folder)) ?? install(definition, options),
  )
}

/** What is installed, unless its lock has changed since. */
const upToDate = async (name: string, folder: string): Promise<Manifest | undefined> => {
  const manifest = await readManifest(folder)
  if (manifest === undefined) return undefined
  const isCurrent = (await lockHash(name, minorOf(manifest.version))) === manifest.fingerprint.split(' ')[0]
  return isCurrent ? manifest : undefined
}

const install = async (definition: PythonDefinition, options: InstallOptions): Promise<Manifest> => {
  const { name, dataDir, forEveryone = false, onProgress = () => {} } = options
  const folder = folderOf(dataDir, name)
  const locks = (await readdir(join(definitions, name))).flatMap((file) => /^py(.+)\.lock$/.exec(file)?.[1] ?? [])
  const python = (await findPythons()).find(({ minor }) => locks.includes(minor))
  if (python === undefined) throw runnerError('environment.noPython', { needed: locks.sort().join(', ') })
  onProgress(`Python ${python.version} at ${python.path}`)
  const base = forEveryone && !python.forEveryone ? await copyInterpreter(python, dataDir, onProgress) : python

  const making = `${folder}.new`
  await rm(making, { recursive: true, force: true })
  await mkdir(making, { recursive: true })
  const pip = [join(making, 'venv/bin/python'), '-I', '-m', 'pip', '--no-input', '--disable-pip-version-check'] as const
  const lock = join(definitions, name, `py${python.minor}.lock`)
  const step = (words: string, command: string, args: readonly string[]) => {
    onProgress(words)
    return runStep(name, words, command, args)
  }
  await step('making a virtual environment', base.path, ['-I', '-m', 'venv', join(making, 'venv')])
  await step('installing packages', pip[0], [
    ...pip.slice(1),
    'install',
    '--quiet',
    '--require-hashes',
    '--no-deps',
    '--only-binary',
    ':all:',
    '--no-compile',
    '-r',
    lock,
  ])
  await step('compiling packages', pip[0], ['-I', '-m', 'compileall', '-q', '-j', '0', join(making, 'venv/lib')])

  // Scripts and pyvenv.cfg name the folder; python itself finds its packages beside its own path.
  await rm(folder, { recursive: true, force: true })
  await rename(making, folder)
  const manifest: Manifest = {
    name,
    language: definition.language,
    fingerprint: [await lockHash(name, python.minor), python.version, process.arch].join(' '),
    interpreter: join(folder, 'venv/bin/python'),
    roots: [folder, ...base.roots],
    preload: definition.preload,
    version: python.version,
    why: python.forEveryone ? 'the newest that every user can run' : 'the newest found',
    packages: await lockedPackages(lock),
  }
  await writeFile(join(folder, `${manifestName}.new`), JSON.stringify(manifest, null, 2))
  await rename(join(folder, `${manifestName}.new`), join(folder, manifestName))
  return manifest
}

const minorOf = (version: string): string => version.split('.').slice(0, 2).join('.')

const lockHash = async (name: string, minor: string): Promise<string> => {
  const text = await readFile(join(definitions, name, `py${minor}.lock`)).catch(() => Buffer.alloc(0))
  return createHash('sha256').update(text).digest('hex')
}

const lockedPackages = async (lock: string): Promise<InstalledPackage[]> =>
  [...(await readFile(lock, 'utf8')).matchAll(/^([A-Za-z0-9._-]+)==([^\s\\;]+)/gm)].map(
    ([, name = '', version = '']) => ({ name, version }),
  )

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

const runStep = (name: string, words: string, command: string, args: readonly string[]): Promise<void> =>
  new Promise((resolve, reject) => {
    const { PYTHONDONTWRITEBYTECODE: _, PYTHONPATH: __, ...env } = process.env
    const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output = (output + text).slice(-8000)
      })
    }
    child.once('error', reject)
    child.once('exit', (code) =>
      code === 0
        ? resolve()
        : reject(runnerError('environment.install', { name, step: words }, { cause: new Error(output) })),
    )
  })
