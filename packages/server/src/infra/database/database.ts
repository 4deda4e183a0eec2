import { EventEmitter } from 'node:events'
import pg from 'pg'
import { storable } from './text.ts'

/** A query with its values apart; made by `sql`, never by joining strings. */
export type Sql = { readonly text: string; readonly values: readonly unknown[] }

/** Values become parameters; another `Sql` becomes part of the text. */
export const sql = (strings: TemplateStringsArray, ...parts: readonly unknown[]): Sql => {
  let text = strings[0] ?? ''
  const values: unknown[] = []
  parts.forEach((part, index) => {
    if (isSql(part)) {
      text += part.text.replace(/\$(\d+)/g, (_, number: string) => `$${Number(number) + values.length}`)
      values.push(...part.values)
    } else {
      values.push(part)
      text += `$${values.length}`
    }
    text += strings[index + 1] ?? ''
  })
  return { text, values }
}

const isSql = (part: unknown): part is Sql =>
  typeof part === 'object' && part !== null && 'text' in part && 'values' in part

/** A document for a jsonb column. */
export const json = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) => (typeof part === 'string' ? storable(part) : part))

/** Whether a statement failed for the values that it was given: the same ones will fail again. */
export const isOfData = (error: unknown): boolean =>
  error instanceof pg.DatabaseError && /^(22|54)/.test(error.code ?? '')

export type Queries = {
  rows<T>(query: Sql): Promise<T[]>
  first<T>(query: Sql): Promise<T | undefined>
  /** How many rows a change touched. */
  run(query: Sql): Promise<number>
}

export type Database = Queries & {
  /** All or nothing; the statements inside see each other. */
  transaction<T>(work: (queries: Queries) => Promise<T>): Promise<T>
  /** Notifications of a channel, over one connection that is made again when it breaks. Returns how to stop. */
  listen(channel: string, listener: (payload: string) => void): () => void
  close(): Promise<void>
}

const { types } = pg
// Counts and byte sizes are far below 2^53; as text they would be added up as text.
types.setTypeParser(types.builtins.INT8, (text) => {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new RangeError(`${text} is too large for a number.`)
  return value
})

export const queriesOf = (client: {
  query(config: { text: string; values: unknown[] }): Promise<pg.QueryResult>
}): Queries => {
  const query = ({ text, values }: Sql) => client.query({ text, values: [...values] })
  return {
    rows: async <T>(statement: Sql) => (await query(statement)).rows as T[],
    first: async <T>(statement: Sql) => (await query(statement)).rows[0] as T | undefined,
    run: async (statement) => (await query(statement)).rowCount ?? 0,
  }
}

export const openDatabase = (
  url: string,
  {
    connections = 10,
    beforeCommit = async () => {},
  }: {
    readonly connections?: number
    /** The last thing that each transaction does. */
    readonly beforeCommit?: (queries: Queries) => Promise<void>
  } = {},
): Database => {
  const pool = new pg.Pool({ connectionString: url, max: connections, connectionTimeoutMillis: 10_000 })
  // A connection that breaks while it is idle is replaced at the next query.
  pool.on('error', () => {})
  const channels = new EventEmitter()
  channels.setMaxListeners(0)
  const listened = new Set<string>()
  let listening: pg.Client | undefined
  /** The connection once it listens to what was asked for before it stood. */
  let heard: pg.Client | undefined
  let closed = false

  const connect = async (): Promise<void> => {
    const client = new pg.Client({ connectionString: url })
    client.on('notification', ({ channel, payload = '' }) => channels.emit(channel, payload))
    const again = () => {
      if (listening !== client) return
      listening = undefined
      if (!closed) setTimeout(() => void connect(), 500).unref()
    }
    client.on('error', again)
    client.on('end', again)
    listening = client
    try {
      await client.connect()
      for (const channel of listened) await client.query(`listen ${channel}`)
      heard = client
    } catch {
      again()
      await client.end().catch(() => {})
    }
  }

  return {
    ...queriesOf(pool),
    async transaction(work) {
      const client = await pool.connect()
      try {
        await client.query('begin')
        const queries = queriesOf(client)
        const result = await work(queries)
        await beforeCommit(queries)
        await client.query('commit')
        client.release()
        return result
      } catch (error) {
        await client.query('rollback').then(
          () => client.release(),
          (broken: Error) => client.release(broken),
        )
        throw error
      }
    },
    listen(channel, listener) {
      channels.on(channel, listener)
      if (!listened.has(channel)) {
        listened.add(channel)
        if (listening === undefined) void connect()
        // While the connection is being made it will listen to all channels itself, at its end.
        else if (heard === listening) void listening.query(`listen ${channel}`).catch(() => {})
      }
      return () => channels.off(channel, listener)
    },
    async close() {
      closed = true
      await listening?.end().catch(() => {})
      await pool.end()
    },
  }
}
