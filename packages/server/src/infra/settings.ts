import { homedir } from 'node:os'
import { join } from 'node:path'
import { infraError } from './errors.ts'

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
  /** The largest model file, and the memory that reading one may take. */
  readonly modelMb: number
  readonly modelMemoryMb: number
  readonly ingestMemoryMb: number
  readonly sessionMemoryMb: number
  /** That one step of user code may take, of the clock and of a processor. */
  readonly stepSeconds: number
  /** Hosts at private addresses that tasks may be imported from: `host` or `host:port`. */
  readonly gitHosts: readonly string[]
  /** `auto`: the kernel's sandbox, and where the machine has none a container for each session. */
  readonly sandbox: 'auto' | 'kernel' | 'container'
  /** That the build of an image may take, of time, disk and memory. */
  readonly buildMinutes: number
  readonly buildMb: number
  readonly buildMemoryMb: number
  readonly tour: boolean
}

const isRoot = (): boolean => process.getuid?.() === 0

const defaultDataDir = (env: NodeJS.ProcessEnv): string =>
  isRoot() ? '/var/lib/modelsmith' : join(env['XDG_DATA_HOME'] ?? join(homedir(), '.local', 'share'), 'modelsmith')

type Range = { readonly least?: number; readonly most?: number }
const ports: Range = { most: 65_535 }
const some: Range = { least: 1 }

const numberOf = (env: NodeJS.ProcessEnv, name: string, fallback: number, { least = 0, most }: Range = {}): number => {
  const text = env[name]
  if (text === undefined || text === '') return fallback
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (value >= least && value <= (most ?? Number.MAX_SAFE_INTEGER)) return value
  const range = most === undefined ? `of at least ${least}` : `from ${least} to ${most}`
  throw infraError('settings.number', { name, text, range })
}

const sandboxOf = (text: string): Settings['sandbox'] => {
  if (text === 'auto' || text === 'kernel' || text === 'container') return text
  throw infraError('settings.choice', { name: 'MODELSMITH_SANDBOX', text, known: 'auto, kernel or container' })
}

/** Everything that an operator may set, from the environment. */
export const readSettings = (env: NodeJS.ProcessEnv = process.env): Settings => {
  const port = numberOf(env, 'MODELSMITH_PORT', 8080, ports)
  return {
    dataDir: env['MODELSMITH_DATA'] ?? defaultDataDir(env),
    host: env['MODELSMITH_HOST'] ?? '127.0.0.1',
    port,
    servingPort: numberOf(env, 'MODELSMITH_SERVING_PORT', port + 1, ports),
    databaseUrl: env['DATABASE_URL'],
    postgresBinaries: env['MODELSMITH_POSTGRES'],
    workers: numberOf(env, 'MODELSMITH_WORKERS', 2),
    parallelism: numberOf(env, 'MODELSMITH_PARALLELISM', 2, some),
    uploadMb: numberOf(env, 'MODELSMITH_UPLOAD_MB', 4096, some),
    modelMb: numberOf(env, 'MODELSMITH_MODEL_MB', 35, some),
    modelMemoryMb: numberOf(env, 'MODELSMITH_MODEL_MEMORY_MB', 2048, some),
    ingestMemoryMb: numberOf(env, 'MODELSMITH_INGEST_MB', 4096, some),
    sessionMemoryMb: numberOf(env, 'MODELSMITH_SESSION_MB', 2048, some),
    stepSeconds: numberOf(env, 'MODELSMITH_STEP_SECONDS', 3600, some),
    gitHosts: (env['MODELSMITH_GIT_HOSTS'] ?? '').split(',').flatMap((host) => host.trim() || []),
    sandbox: sandboxOf(env['MODELSMITH_SANDBOX'] ?? 'auto'),
    buildMinutes: numberOf(env, 'MODELSMITH_BUILD_MINUTES', 60, some),
    buildMb: numberOf(env, 'MODELSMITH_BUILD_MB', 20_000, some),
    buildMemoryMb: numberOf(env, 'MODELSMITH_BUILD_MEMORY_MB', 4096, some),
    tour: env['MODELSMITH_TOUR'] !== 'off',
  }
}

/** Places within the data folder. */
export const placesOf = ({ dataDir }: Pick<Settings, 'dataDir'>) => ({
  database: join(dataDir, 'database'),
  postgres: join(dataDir, 'postgres'),
  compiled: join(dataDir, 'compiled'),
  code: join(dataDir, 'code'),
  images: join(dataDir, 'images'),
  containers: join(dataDir, 'containers'),
  objects: join(dataDir, 'objects'),
  serving: join(dataDir, 'serving'),
  uploads: join(dataDir, 'uploads'),
  work: join(dataDir, 'work'),
})
