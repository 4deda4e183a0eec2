import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type EnvironmentLock, lockText, nameOfLock } from '../environment-lock.ts'
import { compileArguments, environmentsFolder, installEnvironment, type InstallOptions } from '../environments.ts'
import { runnerError } from '../errors.ts'
import { whileHolding } from '../install-lock.ts'
import { isNoise, pip, runStep } from '../install-step.ts'
import type { Environment } from '../types.ts'
import { replacesAny } from './resolve.ts'

const lockName = 'lock.json'
const worker = fileURLToPath(new URL('../../../../runners/python', import.meta.url))

export const readLock = (dataDir: string, name: string): Promise<EnvironmentLock | undefined> =>
  readFile(join(environmentsFolder(dataDir), name, lockName), 'utf8').then(
    (text) => JSON.parse(text) as EnvironmentLock,
    () => undefined,
  )

export const keepLock = async (dataDir: string, lock: EnvironmentLock): Promise<void> => {
  const folder = join(environmentsFolder(dataDir), nameOfLock(lock))
  const file = join(folder, lockName)
  if ((await readLock(dataDir, nameOfLock(lock))) !== undefined) return
  await mkdir(folder, { recursive: true })
  await writeFile(`${file}.new`, JSON.stringify(lock, null, 2))
  await rename(`${file}.new`, file)
}

/**
 * The environment that a lock names: its base, and a folder with the packages on top. They are unpacked, never run: what they bring is imported
 * in a sandbox only, so that the zygote holds nothing but packages that come with the platform.
 */
export const installLayer = async (
  lock: EnvironmentLock,
  options: Omit<InstallOptions, 'name' | 'minor'>,
): Promise<Environment> => {
  const { dataDir, onProgress = () => {} } = options
  const name = nameOfLock(lock)
  const base = await installEnvironment({ ...options, name: lock.base, minor: lock.python })
  const [baseLock = '', version = ''] = base.fingerprint.split(' ')
  if (baseLock !== lock.baseLock)
    onProgress(
      `${lock.base} has changed since this lock was made: ${lock.baseLock.slice(0, 12)} is now ${baseLock.slice(0, 12)}`,
    )
  const folder = join(environmentsFolder(dataDir), name)
  if ((await readLock(dataDir, name)) === undefined)
    await whileHolding(`${folder}.installing`, async () => {
      if ((await readLock(dataDir, name)) === undefined) await make(lock, base, folder, onProgress)
    })
  const candidate = { name: lock.base, minor: lock.python }
  return {
    ...base,
    name,
    fingerprint: [name, baseLock, version, process.arch].join(' '),
    // Where nothing is imported before the session has shut itself in, it imports its own modules then.
    roots: [...base.roots, folder, worker],
    layers: [join(folder, 'packages')],
    // What a module of the base has imported stays imported: a session begins with none when one of them is replaced.
    preload: (await replacesAny(candidate, lock.packages)) ? [] : base.preload,
    zygote: base.fingerprint,
    lock,
  }
}

const make = async (
  lock: EnvironmentLock,
  base: Environment,
  folder: string,
  onProgress: (line: string) => void,
): Promise<void> => {
  const making = `${folder}.new`
  const target = join(making, 'packages')
  await rm(making, { recursive: true, force: true })
  await mkdir(target, { recursive: true })
  const file = join(making, 'packages.lock')
  await writeFile(file, lockText(lock.packages))
  const step = async (words: string, args: readonly string[]): Promise<void> => {
    onProgress(words)
    const { ok, output } = await runStep(base.interpreter, args, (line) => {
      if (!isNoise(line)) onProgress(line)
    })
    if (!ok)
      throw runnerError('environment.install', { name: nameOfLock(lock), step: words }, { cause: new Error(output) })
  }
  if (lock.packages.length > 0) {
    await step(`installing ${lock.packages.map(({ name, version }) => `${name} ${version}`).join(', ')}`, [
      ...pip,
      'install',
      '--progress-bar',
      'off',
      '--target',
      target,
      '--require-hashes',
      '--no-deps',
      '--only-binary',
      ':all:',
      '--no-compile',
      '-r',
      file,
    ])
    await step('compiling packages', compileArguments(target))
  }
  await writeFile(join(making, lockName), JSON.stringify(lock, null, 2))
  await rm(folder, { recursive: true, force: true })
  await rename(making, folder)
}
