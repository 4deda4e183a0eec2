import type { Batch } from '@modelsmith/api'
import { cellReader, type Column, type ColumnSchema, decodeBlocks, type Table } from '@modelsmith/table'
import { readFile } from 'node:fs/promises'
import { setTimeout as after } from 'node:timers/promises'
import type { Context } from '../../infra/context.ts'
import type { JobPorts } from '../jobs/index.ts'
import { batchError } from './errors.ts'
import { openPostgres, type OpenedDatabase, sqlName } from './postgres.ts'
import * as store from './store.ts'

type Sink = Extract<Batch['sink'], { kind: 'postgres' }>

const typeOf: Readonly<Record<ColumnSchema['type'], string>> = {
  number: 'double precision',
  integer: 'bigint',
  boolean: 'boolean',
  date: 'timestamp with time zone',
  category: 'text',
  text: 'text',
}

/**
 * Puts predictions into a table in one transaction: all are there or none. Its number is noted before it is committed, so that one that
 * was committed when this was killed is not done again.
 */
export const intoPostgres = async (context: Context, ports: JobPorts, sink: Sink): Promise<void> => {
  const { database, objects } = context
  const { job, signal, progress, write } = ports
  const into = await openPostgres(context, sink.credentialId, job, signal)
  try {
    const before = await store.deliveryOf(database, job.id)
    if (before !== null && (await wasCommitted(into, before, signal))) return
    await into.query({ text: 'begin' })
    const chunks = await store.chunksOf(database, job.id)
    const table = `${sqlName(sink.schema ?? 'public')}.${sqlName(sink.table)}`
    let types: readonly string[] | undefined
    let rows = 0
    for (const { key } of chunks) {
      signal.throwIfAborted()
      const chunk = decodeBlocks(await readFile(await objects.pathOf(key)))
      types ??= await prepare(into, table, sink, chunk.schema.columns)
      await insert(into, table, chunk, types)
      rows += chunk.rows
      progress(null, `Writing into ${sink.table}: ${rows.toLocaleString('en')} rows`)
    }
    const { rows: numbers } = await into.query({ text: 'select pg_current_xact_id()::text' })
    await write((queries) => store.setDelivery(queries, job.id, numbers[0]?.[0] as string))
    await into.query({ text: 'commit' })
  } finally {
    await into.close()
  }
}

const lookEveryMs = 500

/** What became of a transaction whose connection broke: the other side may not have noticed yet. */
const wasCommitted = async (into: OpenedDatabase, transaction: string, signal: AbortSignal): Promise<boolean> => {
  for (;;) {
    const { rows } = await into.query({ text: 'select pg_xact_status($1::xid8)', values: [transaction] })
    if (rows[0]?.[0] !== 'in progress') return rows[0]?.[0] === 'committed'
    await after(lookEveryMs, undefined, { signal })
  }
}

/** The types of the table's columns, which it has by name; a new table has those of the predictions. */
const prepare = async (
  into: OpenedDatabase,
  table: string,
  { mode, schema = 'public', table: name }: Sink,
  columns: readonly ColumnSchema[],
): Promise<readonly string[]> => {
  if (mode === 'create') {
    const made = columns.map((column) => `${sqlName(column.name)} ${typeOf[column.type]}`)
    await into.query({ text: `create table ${table} (${made.join(', ')})` })
    return columns.map(({ type }) => typeOf[type])
  }
  const { rows } = await into.query({
    text: `select a.attname, format_type(a.atttypid, a.atttypmod) from pg_attribute a join pg_class c on c.oid = a.attrelid
      join pg_namespace n on n.oid = c.relnamespace where n.nspname = $1 and c.relname = $2 and a.attnum > 0 and not a.attisdropped`,
    values: [schema, name],
  })
  const known = new Map(rows.map(([column, type]) => [column, type as string]))
  const missing = columns.map((column) => column.name).filter((column) => !known.has(column))
  if (missing.length > 0) throw batchError('batch.tableColumns', { table: `${schema}.${name}`, missing })
  return columns.map((column) => known.get(column.name) as string)
}

const insert = async (into: OpenedDatabase, table: string, chunk: Table, types: readonly string[]): Promise<void> => {
  const { columns } = chunk.schema
  const names = columns.map(({ name }) => sqlName(name)).join(', ')
  const cast = types.map((type, at) => `c${at}::${type}`).join(', ')
  const lists = types.map((_, at) => `$${at + 1}::text[]`).join(', ')
  const cells = types.map((_, at) => `c${at}`).join(', ')
  await into.query({
    text: `insert into ${table} (${names}) select ${cast} from unnest(${lists}) as r(${cells})`,
    values: chunk.columns.map((column, at) => textsOf(column, columns[at] as ColumnSchema, chunk.rows)),
  })
}

const textsOf = (column: Column, schema: ColumnSchema, rows: number): (string | null)[] => {
  const read = cellReader(column, schema)
  return Array.from({ length: rows }, (_, row) => {
    const value = read(row)
    return value === null || Number.isNaN(value) ? null : String(value)
  })
}
