import { isIP } from 'node:net'
import pg from 'pg'
import type { Context } from '../../infra/context.ts'
import { judgedAddress } from '../../infra/http/judged-address.ts'
import type { JobRow } from '../jobs/index.ts'
import { fieldsFor } from './credential.ts'
import { batchError } from './errors.ts'

const patienceMs = 15_000
const needed = ['host', 'database', 'user', 'password'] as const

const isPort = (text = '5432'): boolean => /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535

/** Cells as PostgreSQL writes them, which models and tables read; but truth values, which it shortens. */
const asText = (type: number) => (text: string) => (type === pg.types.builtins.BOOL ? String(text === 't') : text)

export type OpenedDatabase = {
  readonly query: (config: { readonly text: string; readonly values?: unknown[]; readonly name?: string }) => Promise<{
    readonly names: readonly string[]
    readonly rows: (string | null)[][]
  }>
  readonly close: () => Promise<void>
}

/**
 * The database that a credential names, for whoever may still give the credential to others. A host at a private address is connected to only where the operator
 * allows it. Broken off where the job is.
 */
export const openPostgres = async (
  { database, settings }: Pick<Context, 'database' | 'settings'>,
  credential: string,
  { owner_id }: Pick<JobRow, 'owner_id'>,
  signal: AbortSignal,
): Promise<OpenedDatabase> => {
  const fields = await database.transaction((queries) => fieldsFor(settings, queries, credential, owner_id))
  const unfit = [...needed.filter((name) => (fields[name] ?? '') === ''), ...(isPort(fields['port']) ? [] : ['port'])]
  if (unfit.length > 0) throw batchError('batch.credentialFields', { names: unfit })
  const { host = '', port = '5432', database: name, user, password, tls = 'on' } = fields
  const address = await judgedAddress(host, `${host}:${port}`, settings.databaseHosts)
  if (address === undefined) throw batchError('batch.databasePrivate', { host: `${host}:${port}` })
  const client = new pg.Client({
    host: address,
    port: Number(port),
    database: name,
    user,
    password,
    ssl: tls === 'off' ? false : isIP(host) === 0 ? { servername: host } : {},
    connectionTimeoutMillis: patienceMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: patienceMs,
    application_name: 'modelsmith',
    types: { getTypeParser: asText as typeof pg.types.getTypeParser },
  })
  // What ends a connection is told by the query that waits for it.
  client.on('error', () => {})
  const close = () => client.end().catch(() => {})
  const onAbort = () => void close()
  signal.addEventListener('abort', onAbort)
  const told = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work
    } catch (error) {
      signal.throwIfAborted()
      throw batchError('batch.database', { reason: error instanceof Error ? error.message : String(error) })
    }
  }
  const opened: OpenedDatabase = {
    query: async (config) => {
      const { rows, fields: found } = await told(client.query<(string | null)[]>({ ...config, rowMode: 'array' }))
      return { names: found.map((field) => field.name), rows }
    },
    close: async () => {
      signal.removeEventListener('abort', onAbort)
      await close()
    },
  }
  try {
    await told(client.connect())
    await opened.query({ text: "set timezone to 'UTC'" })
    await opened.query({ text: "set datestyle to 'ISO, YMD'" })
    return opened
  } catch (error) {
    await opened.close()
    throw error
  }
}

export const sqlName = (name: string): string => `"${name.replaceAll('"', '""')}"`
