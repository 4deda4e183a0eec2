import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { lockedMinors, lockedPackages, lockHash, readDefinition } from '../definitions.ts'
import { canonicalName, type EnvironmentLock, isLayered, type LockedFile, nameOfLock } from '../environment-lock.ts'
import { environmentsFolder, installEnvironment, type InstallOptions, minorTaken } from '../environments.ts'
import { runnerError } from '../errors.ts'
import { whileHolding } from '../install-lock.ts'
import { runStep } from '../install-step.ts'
import { findPythons } from '../pythons.ts'
import { installR, type RDefinition } from '../r.ts'
import type { Environment } from '../types.ts'
import { chooseInterpreter } from './interpreter.ts'
import { installLayer, keepLock, readLock } from './layer.ts'
import { resolveOnTop } from './resolve.ts'

export type PrepareOptions = Omit<InstallOptions, 'minor'> & {
  /** Lines of `requirements.txt` that were checked: names, versions, markers. */
  readonly requirements: readonly string[]
  /** What an earlier preparation gave: nothing is resolved again. */
  readonly lock?: EnvironmentLock | undefined
}

/**
 * What a task runs in: the environment that it names, with what its requirements ask for on top. The same requirements on the same base are
 * resolved once for this data folder, and what came of it is made once.
 */
export const prepareEnvironment = async (options: PrepareOptions): Promise<Environment> => {
  const { name, dataDir, requirements } = options
  const lock = options.lock ?? (isLayered(name) ? await readLock(dataDir, name) : undefined)
  if (lock !== undefined) {
    const base = await readDefinition(lock.base)
    return base.language === 'r' ? prepareR(base, lock.requirements, options) : installLayer(lock, options)
  }
  if (isLayered(name)) throw runnerError('environment.noLock', { name })
  const definition = await readDefinition(name)
  if (definition.language === 'r') return prepareR(definition, requirements, options)
  if (await hasAll(options)) return installEnvironment(options)
  return installLayer(await resolveOnce(options), options)
}

const plain = /^(?<name>[A-Za-z0-9._-]+)(?:\s*==\s*(?<version>[A-Za-z0-9.!+]+))?$/

/** Whether the environment as it is has what these lines ask for, so that nobody need be asked; conditions are left to pip. */
const hasAll = async ({ name, dataDir, requirements }: PrepareOptions): Promise<boolean> => {
  const minor = await minorTaken(name, dataDir)
  if (requirements.length === 0 || minor === undefined) return requirements.length === 0
  const versions = new Map((await lockedPackages(name, minor)).map((each) => [canonicalName(each.name), each.version]))
  return requirements.every((line) => {
    const asked = plain.exec(line)?.groups
    const found = versions.get(canonicalName(asked?.['name'] ?? ''))
    return found !== undefined && (asked?.['version'] ?? found) === found
  })
}

const whyOf = (requirements: readonly string[], fetched: readonly LockedFile[]): string => {
  const built = fetched.filter(({ from }) => from === 'mirror').map(({ name }) => name)
  const others = requirements.filter((name) => !built.includes(name))
  const words = [
    others.length === 0 ? [] : `${others.join(', ')} from Debian`,
    built.length === 0 ? [] : `${built.join(', ')} built from the source of the mirror`,
  ]
  return ['R as the system has it', ...words.flat()].join('; ')
}

/** Debian has one version of each package at a time: what a lock names is compared with it, not chosen by it. What the mirror gave is taken again. */
const prepareR = async (
  definition: RDefinition,
  requirements: readonly string[],
  options: PrepareOptions,
): Promise<Environment> => {
  const pinned = options.lock?.packages.filter(({ from }) => from === 'mirror')
  const { environment, fetched } = await installR(definition, requirements, { ...options, pinned })
  if (fetched.length === 0) return environment
  const made: EnvironmentLock = {
    version: 1,
    base: definition.name,
    python: '',
    baseLock: '',
    requirements,
    why: whyOf(requirements, fetched),
    packages: fetched,
  }
  const { lock = made, onProgress = () => {} } = options
  const changed = made.packages.filter((each) =>
    lock.packages.some(({ name, sha256 }) => name === each.name && sha256 !== each.sha256),
  )
  if (changed.length > 0)
    onProgress(
      `Debian has other versions than this lock: ${changed.map(({ name, version }) => `${name} ${version}`).join(', ')}`,
    )
  const name = nameOfLock(lock)
  await keepLock(options.dataDir, lock)
  return { ...environment, name, lock }
}

const resolveOnce = async (options: PrepareOptions): Promise<EnvironmentLock> => {
  const { name, dataDir } = options
  const folder = join(environmentsFolder(dataDir), 'resolved')
  await mkdir(folder, { recursive: true })
  const file = join(folder, `${await requestHash(options)}.json`)
  const read = (): Promise<EnvironmentLock | undefined> =>
    readFile(file, 'utf8').then(
      (text) => JSON.parse(text) as EnvironmentLock,
      () => undefined,
    )
  return (
    (await read()) ??
    whileHolding(`${file}.resolving`, async () => {
      const known = await read()
      if (known !== undefined) return known
      const work = await mkdtemp(join(folder, 'work-'))
      try {
        const lock = await resolve({ ...options, name }, work)
        await writeFile(`${file}.new`, JSON.stringify(lock))
        await rename(`${file}.new`, file)
        return lock
      } finally {
        await rm(work, { recursive: true, force: true })
      }
    })
  )
}

/** What decides the answer, as far as this machine knows: the lines, the locks of the base, and the interpreters. */
const requestHash = async ({ name, requirements }: PrepareOptions): Promise<string> => {
  const locks = await Promise.all((await lockedMinors(name)).map((minor) => lockHash(name, minor)))
  const pythons = (await findPythons()).map(({ version }) => version)
  return createHash('sha256')
    .update(JSON.stringify([name, locks, pythons, requirements.toSorted()]))
    .digest('hex')
    .slice(0, 24)
}

const resolve = async (options: PrepareOptions, work: string): Promise<EnvironmentLock> => {
  const { name, dataDir, requirements, onProgress = () => {} } = options
  const pip = await pipOfItsOwn(dataDir, onProgress)
  onProgress(`looking for a Python that has ${requirements.join(', ')}`)
  const choice = await chooseInterpreter(name, requirements, pip, work)
  onProgress(`${choice.why}`)
  const base = await installEnvironment({ ...options, name: choice.name, minor: choice.minor })
  onProgress('resolving the requirements')
  const packages = await resolveOnTop(base, choice, requirements, work, onProgress)
  return {
    version: 1,
    base: choice.name,
    python: choice.minor,
    baseLock: await lockHash(choice.name, choice.minor),
    requirements,
    why: choice.why,
    packages,
  }
}

/** A pip that can be asked before any environment is installed; that of the interpreter may be too old, or none. */
const pipOfItsOwn = async (dataDir: string, onProgress: (step: string) => void): Promise<string> => {
  const folder = join(environmentsFolder(dataDir), 'pip')
  const python = join(folder, 'bin', 'python')
  const works = async (): Promise<boolean> =>
    runStep(python, ['-I', '-m', 'pip', '--version']).then(
      ({ ok }) => ok,
      () => false,
    )
  if (await works()) return python
  return whileHolding(`${folder}.installing`, async () => {
    if (await works()) return python
    const best = (await findPythons()).find(({ minor }) => Number(minor.split('.')[1]) >= 9)
    if (best === undefined) throw runnerError('environment.noPython', { needed: '3.9 or newer', found: '' })
    onProgress('making pip ready')
    const { ok, output } = await runStep(best.path, ['-I', '-m', 'venv', '--clear', folder])
    if (!ok)
      throw runnerError(
        'environment.install',
        { name: 'pip', step: 'making a virtual environment' },
        { cause: new Error(output) },
      )
    return python
  })
}
