import { homedir } from 'node:os'
import { join } from 'node:path'

export type Settings = {
  readonly dataDir: string
  readonly host: string
  readonly port: number
  readonly servingPort: number
  readonly databaseUrl: string | undefined
  readonly postgresBinaries: string | undefined
  readonly workers: number
  /** Sessions that one training may have at a time. */
  readonly parallelism: number
  readonly uploadMb: number
  readonly ingestMemoryMb: number
  readonly sessionMemoryMb: number
  /** That one step of user code may take, of the clock and of a processor. */
  readonly stepSeconds: number
  readonly tour: boolean
}

const isRoot = (): boolean => process.getuid?.() === 0

const defaultDataDir = (env: NodeJS.ProcessEnv): string =>
  isRoot() ? '/var/lib/modelsmith' : join(env['XDG_DATA_HOME'] ?? join(homedir(), '.local', 'share'), 'modelsmith')

const numberOf = (env: NodeJS.ProcessEnv, name: string, fallback: number): number => {
  const text = env[name]
  if (text === undefined || text === '') return fallback
  const value = Number(text)
  if (Number.isInteger(value) && value >= 0) return value
  throw new RangeError(`${name} is "${text}"; a whole number was expected.`)
}

/** Everything that an operator may set, from the environment. */
export const readSettings = (env: NodeJS.ProcessEnv = process.env): Settings => {
  const port = numberOf(env, 'MODELSMITH_PORT', 8080)
  return {
    dataDir: env['MODELSMITH_DATA'] ?? defaultDataDir(env),
    host: env['MODELSMITH_HOST'] ?? '127.0.0.1',
    port,
    servingPort: numberOf(env, 'MODELSMITH_SERVING_PORT', port + 1),
    databaseUrl: env['DATABASE_URL'],
    postgresBinaries: env['MODELSMITH_POSTGRES'],
    workers: numberOf(env, 'MODELSMITH_WORKERS', 2),
    parallelism: numberOf(env, 'MODELSMITH_PARALLELISM', 2),
    uploadMb: numberOf(env, 'MODELSMITH_UPLOAD_MB', 4096),
    ingestMemoryMb: numberOf(env, 'MODELSMITH_INGEST_MB', 4096),
    sessionMemoryMb: numberOf(env, 'MODELSMITH_SESSION_MB', 2048),
    stepSeconds: numberOf(env, 'MODELSMITH_STEP_SECONDS', 3600),
    tour: env['MODELSMITH_TOUR'] !== 'off',
  }
}

/** Places within the data folder. */
export const placesOf = ({ dataDir }: Pick<Settings, 'dataDir'>) => ({
  database: join(dataDir, 'database'),
  postgres: join(dataDir, 'postgres'),
  code: join(dataDir, 'code'),
  objects: join(dataDir, 'objects'),
  serving: join(dataDir, 'serving'),
  uploads: join(dataDir, 'uploads'),
  work: join(dataDir, 'work'),
})
