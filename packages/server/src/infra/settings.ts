import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { infraError } from './errors.ts'

export type Settings = {
  readonly dataDir: string
  readonly host: string
  readonly port: number
  readonly servingPort: number
  /** That answer predictions on the one port. */
  readonly servingProcesses: number
  /** The keys that credentials are encrypted with; made at set-up. */
  readonly secretsKeyFile: string
  /** The key that archives of releases are signed with; made at set-up. */
  readonly signingKeyFile: string
  readonly databaseUrl: string | undefined
  readonly postgresBinaries: string | undefined
  readonly workers: number
  /** Sessions that one training may have at a time. */
  readonly parallelism: number
  readonly uploadMb: number
  /** Of the disk, that nothing but the database and the log of predictions may use. */
  readonly diskReserveMb: number
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
  /** Hosts at private addresses that notices may be sent to: `host` or `host:port`. */
  readonly webhookHosts: readonly string[]
  /** Hosts at private addresses whose databases batches may read and write: `host` or `host:port`. */
  readonly databaseHosts: readonly string[]
  /** Hosts at private addresses whose S3 batches may read and write: `host` or `host:port`. */
  readonly s3Hosts: readonly string[]
  readonly sandbox: 'auto' | 'kernel' | 'container'
  /** That the build of an image may take, of time, disk and memory. */
  readonly buildMinutes: number
  readonly buildMb: number
  readonly buildMemoryMb: number
  readonly tour: boolean
  /** Where browsers find the pages: what links in mails lead to. */
  readonly address: string
  /** Proxies in front, whose word counts for where a request came from. */
  readonly proxies: readonly string[]
  /** Requests in a minute: of one token or session, and without any of one address; 0 for no limit. */
  readonly requestsPerMinute: number
  readonly anonymousPerMinute: number
  /** How mail is sent; undefined: not at all. */
  readonly mail: MailSettings | undefined
  /** Who vouches for people beside passwords and tokens; undefined: nobody. */
  readonly oidc: OidcSettings | undefined
}

export type MailSettings = { readonly smtp: string; readonly from: string }
export type OidcSettings = {
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string | undefined
  /** What the button is called. */
  readonly name: string
  readonly scopes: string
  readonly groupsClaim: string
  /** Role in the organisation by the group of the provider; empty: roles are given here. */
  readonly roles: ReadonlyMap<string, PersonRole>
  /** Groups here by the group of the provider. */
  readonly groups: ReadonlyMap<string, string>
  /** Role of whoever comes for the first time and is not known; undefined: they are not let in. */
  readonly newcomers: PersonRole | undefined
}
const personRoles = ['administrator', 'member', 'viewer'] as const
type PersonRole = (typeof personRoles)[number]

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

const listOf = (text: string | undefined): string[] => (text ?? '').split(',').flatMap((each) => each.trim() || [])

const roleOf = (name: string, text: string): PersonRole => {
  const role = personRoles.find((each) => each === text)
  if (role === undefined) throw infraError('settings.choice', { name, text, known: personRoles.join(', ') })
  return role
}

/** `a=b,c=d`, as pairs. */
const pairsOf = (env: NodeJS.ProcessEnv, name: string): [string, string][] =>
  listOf(env[name]).map((pair) => {
    const at = pair.lastIndexOf('=')
    if (at < 1 || at === pair.length - 1)
      throw infraError('settings.choice', {
        name,
        text: pair,
        known: 'pairs such as staff=member, separated by commas,',
      })
    return [pair.slice(0, at).trim(), pair.slice(at + 1).trim()]
  })

const urlOf = (name: string, text: string, protocols: readonly string[]): string => {
  if (URL.canParse(text) && protocols.includes(new URL(text).protocol)) return text
  throw infraError('settings.choice', {
    name,
    text,
    known: `an address that begins with ${protocols.join('// or ')}//`,
  })
}

const mailOf = (env: NodeJS.ProcessEnv): MailSettings | undefined => {
  const smtp = env['MODELSMITH_SMTP']
  if (smtp === undefined || smtp === '') return undefined
  // A password in it is not for messages: what is wrong with it is said without it.
  if (!URL.canParse(smtp)) urlOf('MODELSMITH_SMTP', '…', ['smtp:', 'smtps:'])
  urlOf('MODELSMITH_SMTP', `${new URL(smtp).protocol}//…`, ['smtp:', 'smtps:'])
  return { smtp, from: env['MODELSMITH_MAIL_FROM'] ?? `modelsmith@${new URL(smtp).hostname}` }
}

const oidcOf = (env: NodeJS.ProcessEnv): OidcSettings | undefined => {
  const issuer = env['MODELSMITH_OIDC_ISSUER']
  if (issuer === undefined || issuer === '') return undefined
  const newcomers = env['MODELSMITH_OIDC_NEWCOMERS'] ?? 'off'
  return {
    issuer: urlOf('MODELSMITH_OIDC_ISSUER', issuer, ['https:', 'http:']),
    clientId: env['MODELSMITH_OIDC_CLIENT_ID'] ?? 'modelsmith',
    clientSecret: env['MODELSMITH_OIDC_CLIENT_SECRET'],
    name: env['MODELSMITH_OIDC_NAME'] ?? 'single sign-on',
    scopes: env['MODELSMITH_OIDC_SCOPES'] ?? 'openid email profile',
    groupsClaim: env['MODELSMITH_OIDC_GROUPS_CLAIM'] ?? 'groups',
    roles: new Map(
      pairsOf(env, 'MODELSMITH_OIDC_ROLES').map(([group, role]) => [group, roleOf('MODELSMITH_OIDC_ROLES', role)]),
    ),
    groups: new Map(pairsOf(env, 'MODELSMITH_OIDC_GROUPS')),
    newcomers: newcomers === 'off' ? undefined : roleOf('MODELSMITH_OIDC_NEWCOMERS', newcomers),
  }
}

/** Everything that an operator may set, from the environment. */
export const readSettings = (env: NodeJS.ProcessEnv = process.env): Settings => {
  const port = numberOf(env, 'MODELSMITH_PORT', 8080, ports)
  const dataDir = env['MODELSMITH_DATA'] ?? defaultDataDir(env)
  const secretsKeyFile = env['MODELSMITH_SECRETS_KEY_FILE'] ?? join(dataDir, 'secrets.key')
  return {
    dataDir,
    secretsKeyFile,
    signingKeyFile: env['MODELSMITH_SIGNING_KEY_FILE'] ?? join(dirname(secretsKeyFile), 'signing.key'),
    host: env['MODELSMITH_HOST'] ?? '127.0.0.1',
    port,
    servingPort: numberOf(env, 'MODELSMITH_SERVING_PORT', port + 1, ports),
    servingProcesses: numberOf(env, 'MODELSMITH_SERVING_PROCESSES', 1, { least: 1, most: 64 }),
    databaseUrl: env['DATABASE_URL'],
    postgresBinaries: env['MODELSMITH_POSTGRES'],
    workers: numberOf(env, 'MODELSMITH_WORKERS', 2),
    parallelism: numberOf(env, 'MODELSMITH_PARALLELISM', 2, some),
    uploadMb: numberOf(env, 'MODELSMITH_UPLOAD_MB', 4096, some),
    diskReserveMb: numberOf(env, 'MODELSMITH_DISK_RESERVE_MB', 512),
    modelMb: numberOf(env, 'MODELSMITH_MODEL_MB', 35, some),
    modelMemoryMb: numberOf(env, 'MODELSMITH_MODEL_MEMORY_MB', 2048, some),
    ingestMemoryMb: numberOf(env, 'MODELSMITH_INGEST_MB', 4096, some),
    sessionMemoryMb: numberOf(env, 'MODELSMITH_SESSION_MB', 2048, some),
    stepSeconds: numberOf(env, 'MODELSMITH_STEP_SECONDS', 3600, some),
    gitHosts: listOf(env['MODELSMITH_GIT_HOSTS']),
    webhookHosts: listOf(env['MODELSMITH_WEBHOOK_HOSTS']),
    databaseHosts: listOf(env['MODELSMITH_DATABASE_HOSTS']),
    s3Hosts: listOf(env['MODELSMITH_S3_HOSTS']),
    sandbox: sandboxOf(env['MODELSMITH_SANDBOX'] ?? 'auto'),
    buildMinutes: numberOf(env, 'MODELSMITH_BUILD_MINUTES', 60, some),
    buildMb: numberOf(env, 'MODELSMITH_BUILD_MB', 20_000, some),
    buildMemoryMb: numberOf(env, 'MODELSMITH_BUILD_MEMORY_MB', 4096, some),
    tour: env['MODELSMITH_TOUR'] !== 'off',
    address: urlOf('MODELSMITH_ADDRESS', env['MODELSMITH_ADDRESS'] ?? `http://127.0.0.1:${port}`, [
      'https:',
      'http:',
    ]).replace(/\/+$/, ''),
    proxies: listOf(env['MODELSMITH_PROXIES']),
    requestsPerMinute: numberOf(env, 'MODELSMITH_REQUESTS_PER_MINUTE', 6000),
    anonymousPerMinute: numberOf(env, 'MODELSMITH_ANONYMOUS_PER_MINUTE', 600),
    mail: mailOf(env),
    oidc: oidcOf(env),
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
