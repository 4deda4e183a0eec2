import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TaskMetadata } from '@modelsmith/domain'
import {
  type Attend,
  createAttendedRunner,
  createRunner,
  dataFolder,
  type Environment,
  type EnvironmentLock,
  type Limits,
  prepareEnvironment,
  type Runner,
} from '@modelsmith/runner'
import { ModelsmithError } from '@modelsmith/table'
import { terminal } from '../terminal.ts'

/** What running user code on this machine needs; all of it is gone when the command ends. */
export type Workshop = {
  readonly folder: string
  readonly signal: AbortSignal
  /** Makes a new folder in it, for one of several things that a command does. */
  place(): Promise<string>
  /** What the requirements, or the lock that a model brings, make of the environment of that name. */
  environment(name: string, lock?: EnvironmentLock, requirements?: readonly string[]): Promise<Environment>
  /** A runner that is known to open sessions for this environment, in a sandbox where the machine allows one. */
  runner(environment: Environment): Promise<Runner>
}

export const limitsOf = (resources: TaskMetadata['resources']): Limits => {
  const seconds = resources?.timeoutSeconds ?? 3600
  return {
    memoryMb: resources?.memoryMb ?? 2048,
    cpuSeconds: seconds,
    wallSeconds: seconds,
    processes: 128,
    fileSizeMb: 2048,
    threads: resources?.cpus ?? 1,
  }
}

/** With `attend`, code that raises stops until it resolves. */
export const inWorkshop = async (use: (workshop: Workshop) => Promise<void>, attend?: Attend): Promise<void> => {
  // A session of root's runs as a user of its own, who must be able to read what is made here.
  process.umask(0o022)
  const folder = await openFolder(join(tmpdir(), 'ms-'))
  const runners: Runner[] = []
  const stop = new AbortController()
  const onSignal = () => stop.abort()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, onSignal)
  const create = (sandbox: 'full' | 'none'): Runner => {
    const settings = { runtimeDir: join(folder, 'run'), sandbox }
    const runner = attend === undefined ? createRunner(settings) : createAttendedRunner(attend, settings)
    runners.push(runner)
    return runner
  }
  try {
    await use({
      folder,
      signal: stop.signal,
      place: () => openFolder(join(folder, 'place-')),
      environment: (name, lock, requirements = []) =>
        prepareEnvironment({
          name,
          lock,
          requirements,
          dataDir: dataFolder(),
          forEveryone: process.getuid?.() === 0,
          onProgress: (step) => terminal.err(`${name}: ${step}\n`),
        }),
      runner: async (environment) => {
        const sandboxed = create('full')
        try {
          await tryOut(sandboxed, environment)
          return sandboxed
        } catch (error) {
          if (!(error instanceof ModelsmithError) || error.code !== 'sandbox.refused') throw error
          terminal.err(`Warning: no sandbox on this machine, the code runs with your own rights. ${error.message}\n`)
          return create('none')
        }
      },
    })
  } finally {
    await Promise.all(runners.map((runner) => runner.close()))
    await rm(folder, { recursive: true, force: true })
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, onSignal)
  }
}

/** A new folder that everybody may read. */
const openFolder = async (prefix: string): Promise<string> => {
  const folder = await mkdtemp(prefix)
  await chmod(folder, 0o755)
  return folder
}

const tryOut = async (runner: Runner, environment: Environment): Promise<void> => {
  const session = await runner.open({ environment, limits: limitsOf(undefined), readable: [], writable: [] })
  await session.close()
}
