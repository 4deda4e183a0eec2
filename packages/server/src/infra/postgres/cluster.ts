import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { open, readFile, rename, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { waitForAnswer, withConnection } from './answers.ts'
import type { Binaries } from './binaries.ts'
import { postgresError } from './errors.ts'
import { makeSocketFolder, prepareDatabaseFolder } from './folder.ts'
import { boundToUs } from './launch.ts'
import { removeLockOfStranger, waitUntilFree } from './occupants.ts'
import type { ServiceUser } from './service-user.ts'

export type ClusterOptions = {
  /** Holds the database and its log; made when it does not exist. */
  readonly folder: string
  /** A short path; the socket's folder lets nobody else in. */
  readonly socketFolder: string
  readonly binaries: Binaries
  /** Whom PostgreSQL runs as when we are root; `undefined`: as ourselves. */
  readonly user: ServiceUser | undefined
  readonly settings?: Readonly<Record<string, string>>
  readonly initArgs?: readonly string[]
  readonly log: (line: string) => void
}

/** A PostgreSQL that we started: it is started again when it dies, and ends with us. */
export type Cluster = {
  readonly url: string
  /** The postmaster's process number; `undefined` while none runs. */
  readonly pid: () => number | undefined
  /** Resolves when the database answers, also during a restart. */
  readonly ready: () => Promise<void>
  /** Ends all connections, writes a checkpoint, and leaves nothing running. */
  readonly stop: () => Promise<void>
}

/** For a small machine: its cores belong to training, and containers have little shared memory for parallel queries. */
const SETTINGS = {
  listen_addresses: '',
  unix_socket_permissions: '0700',
  max_parallel_workers_per_gather: '0',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  cluster_name: 'modelsmith',
}

const DATABASE = 'modelsmith'
const START_LIMIT_MS = 60_000
const STOP_LIMIT_MS = 30_000
const LOG_LIMIT_BYTES = 10 * 1024 * 1024
const RESTART_DELAYS_MS = [0, 200, 500, 1_000, 2_000, 5_000, 10_000]
/** After this long a restart counts as a success, and the delays begin anew. */
const STEADY_MS = 60_000

export const addressOf = (socketFolder: string, database: string = DATABASE): string =>
  `postgresql://modelsmith@localhost/${database}?host=${encodeURIComponent(socketFolder)}`

/** Opens the log for appending; one that has grown long becomes `postgres.log.1`. */
const openLog = async (path: string) => {
  const size = await stat(path).then(
    (found) => found.size,
    () => 0,
  )
  if (size > LOG_LIMIT_BYTES) await rename(path, `${path}.1`)
  return open(path, 'a', 0o600)
}

const createDatabase = async (socketFolder: string): Promise<void> =>
  withConnection(addressOf(socketFolder, 'postgres'), async (client) => {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [DATABASE])
    if (rowCount === 0) await client.query(`create database ${DATABASE}`)
  })

/** Starts a PostgreSQL on a folder and keeps it running; resolves when it answers. */
export const startCluster = async (options: ClusterOptions): Promise<Cluster> => {
  const { folder, socketFolder, binaries, user, log } = options
  const data = await prepareDatabaseFolder(options)
  await makeSocketFolder(socketFolder, user)
  const logPath = join(folder, 'postgres.log')
  const settings = { ...SETTINGS, unix_socket_directories: socketFolder, ...options.settings }
  const stopping = new AbortController()
  let postmaster: ChildProcess | undefined

  const launch = async (): Promise<ChildProcess> => {
    await waitUntilFree(data, START_LIMIT_MS)
    await removeLockOfStranger(data)
    const logFile = await openLog(logPath)
    const [program, args] = boundToUs(user, join(binaries.folder, 'postgres'), [
      `-D${data}`,
      ...Object.entries(settings).map(([name, value]) => `--${name}=${value}`),
    ])
    const child = spawn(program, args, { stdio: ['ignore', logFile.fd, logFile.fd] })
    try {
      await once(child, 'spawn')
    } finally {
      await logFile.close()
    }
    return child
  }

  const isOver = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null

  const startAndAnswer = async (): Promise<ChildProcess> => {
    const child = await launch()
    postmaster = child
    try {
      await waitForAnswer(addressOf(socketFolder, 'postgres'), START_LIMIT_MS, () => isOver(child))
      return child
    } catch (cause) {
      if (!isOver(child)) await end(child)
      const said = (await readFile(logPath, 'utf8')).trimEnd().split('\n').slice(-3).join('\n')
      throw postgresError('postgres.failed', { program: 'postgres', said }, { cause })
    }
  }

  const end = async (child: ChildProcess): Promise<void> => {
    const over = once(child, 'exit')
    child.kill('SIGINT')
    const impatience = setTimeout(() => child.kill('SIGQUIT'), STOP_LIMIT_MS)
    await over
    clearTimeout(impatience)
    await waitUntilFree(data, STOP_LIMIT_MS)
  }

  const supervise = async (first: ChildProcess): Promise<void> => {
    let child: ChildProcess | undefined = first
    let failures = 0
    while (!stopping.signal.aborted) {
      if (child !== undefined) {
        const since = Date.now()
        if (!isOver(child)) await once(child, 'exit')
        if (stopping.signal.aborted) return
        log(`PostgreSQL ended (${child.signalCode ?? `exit status ${child.exitCode}`}); starting it again`)
        if (Date.now() - since > STEADY_MS) failures = 0
      }
      const delay = RESTART_DELAYS_MS[Math.min(failures, RESTART_DELAYS_MS.length - 1)]
      await sleep(delay, undefined, { signal: stopping.signal }).catch(() => undefined)
      if (stopping.signal.aborted) return
      failures += 1
      child = await startAndAnswer().catch((error: Error) => {
        log(error.message)
        return undefined
      })
    }
  }

  const first = await startAndAnswer()
  try {
    await createDatabase(socketFolder)
  } catch (error) {
    await end(first)
    throw error
  }
  const supervision = supervise(first)

  return {
    url: addressOf(socketFolder),
    pid: () => (postmaster === undefined || isOver(postmaster) ? undefined : postmaster.pid),
    ready: async () => {
      await waitForAnswer(addressOf(socketFolder), START_LIMIT_MS)
    },
    stop: async () => {
      stopping.abort()
      if (postmaster !== undefined && !isOver(postmaster)) await end(postmaster)
      await supervision
    },
  }
}
