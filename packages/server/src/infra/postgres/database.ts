import { createHash } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { placesOf, type Settings } from '../settings.ts'
import { waitForAnswer, withConnection } from './answers.ts'
import { findBinaries } from './binaries.ts'
import { addressOf, startCluster } from './cluster.ts'
import { postgresError } from './errors.ts'
import { serviceUser } from './service-user.ts'

const OLDEST_VERSION = 150_000
const ANSWER_LIMIT_MS = 30_000

/** The database of an installation, whoever runs it. */
export type Database = {
  readonly url: string
  readonly ready: () => Promise<void>
  readonly stop: () => Promise<void>
}

/** Uses the database that a setting names; `stop` leaves it alone. */
const useExisting = async (url: string, limitMs: number): Promise<Database> => {
  const ready = async (): Promise<void> => {
    const version = await waitForAnswer(url, limitMs)
    if (version < OLDEST_VERSION)
      throw postgresError('postgres.tooOld', { found: String(Math.floor(version / 10_000)) })
  }
  await ready()
  return { url, ready, stop: async () => undefined }
}

export type DatabaseOptions = {
  readonly url: string | undefined
  readonly folder: string
  readonly socketFolder: string
  readonly binariesFolder: string | undefined
  /** Where programs are copied to that the service user could not read in place. */
  readonly copiesFolder: string
  /** How long an existing database is waited for. */
  readonly answerLimitMs?: number
  readonly log: (line: string) => void
}

/** How the database of a data folder is opened. */
export const databaseOptions = (settings: Settings, log: (line: string) => void): DatabaseOptions => {
  const { dataDir, databaseUrl, postgresBinaries } = settings
  const places = placesOf(settings)
  return {
    url: databaseUrl,
    folder: places.database,
    socketFolder: join(tmpdir(), `ms-pg-${createHash('sha256').update(dataDir).digest('hex').slice(0, 10)}`),
    binariesFolder: postgresBinaries,
    copiesFolder: places.postgres,
    log,
  }
}

/** The database of an installation that runs, or else of one that does not: it is then started. */
export const joinDatabase = async (options: DatabaseOptions): Promise<Database> => {
  const url = addressOf(options.socketFolder)
  const runs = options.url === undefined && (await withConnection(url, async () => true).catch(() => false))
  return runs ? useExisting(url, ANSWER_LIMIT_MS) : openDatabase(options)
}

/** Opens the database of an installation: the one that `url` names, else one that we run in `folder`. */
export const openDatabase = async (options: DatabaseOptions): Promise<Database> => {
  if (options.url !== undefined) return useExisting(options.url, options.answerLimitMs ?? ANSWER_LIMIT_MS)
  const user = serviceUser()
  const binaries = await findBinaries({
    setting: options.binariesFolder,
    copiesFolder: options.copiesFolder,
    runByOther: user !== undefined,
  })
  return startCluster({ ...options, binaries, user })
}
