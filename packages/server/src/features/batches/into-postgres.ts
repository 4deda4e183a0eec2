import type { Batch } from '@modelsmith/api'
import { cellReader, type Column, type ColumnSchema, decodeBlocks, type Table, tableFromRows } from '@modelsmith/table'
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
  const { job, signal, progress, log, write } = ports
  const into = await openPostgres(context, sink.credentialId, job, signal)
  try {
    const before = await store.deliveryOf(database, job.id)
    if (before !== null && (await wasCommitted(into, before, sink, signal))) return
    await into.query({ text: 'begin' })
    const chunks = await store.chunksOf(database, job.id)
    const table = tableOf(sink)
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
    const transaction = numbers[0]?.[0] as string
    await write((queries) => store.setDelivery(queries, job.id, transaction))
    await commit(context, ports, sink, { into, transaction })
    // Also where it is cancelled now, and ends as such.
    log.add({ source: 'platform', node: null, text: `The table ${sink.table} has the ${rows} rows of predictions.` })
  } finally {
    await into.close()
  }
}

type Committing = { readonly into: OpenedDatabase; readonly transaction: string }

/** Where no answer comes, the rows may be there: another connection asks. */
const commit = async (
  context: Context,
  { job, signal, log }: JobPorts,
  sink: Sink,
  { into, transaction }: Committing,
): Promise<void> => {
  try {
    await into.query({ text: 'commit' })
  } catch (error) {
    // Another attempt asks.
    if (signal.reason === 'fenced') throw error
    await into.close()
    const until = withPatience(signal)
    try {
      const again = await openPostgres(context, sink.credentialId, job, until)
      try {
        if (await wasCommitted(again, transaction, sink, until)) return
      } finally {
        await again.close()
      }
    } catch (cause) {
      const unknown = batchError('batch.deliveryUnknown', { table: sink.table }, { cause })
      log.add({ source: 'platform', node: null, text: unknown.message })
      throw unknown
    }
    throw error
  }
}

/** That the table can take predictions, before there are any: what is done with them is done with no rows, and taken back. */
export const rehearseInto = async (
  context: Context,
  { job, signal }: JobPorts,
  sink: Sink,
  columns: readonly ColumnSchema[],
): Promise<void> => {
  // The table may have them already.
  if ((await store.deliveryOf(context.database, job.id)) !== null) return
  const into = await openPostgres(context, sink.credentialId, job, signal)
  try {
    await into.query({ text: 'begin' })
    const types = await prepare(into, tableOf(sink), sink, columns)
    if (columns.length > 0) await insert(into, tableOf(sink), tableFromRows({ columns: [...columns] }, []), types)
    await into.query({ text: 'rollback' })
  } finally {
    await into.close()
  }
}

const tableOf = ({ schema, table }: Sink): string => `${sqlName(schema ?? 'public')}.${sqlName(table)}`

const lookEveryMs = 500
const patienceMs = 60_000

/** Of a job that is over, its own signal tells nothing more. */
const withPatience = (signal: AbortSignal): AbortSignal => {
  const late = AbortSignal.timeout(patienceMs)
  return signal.aborted ? late : AbortSignal.any([signal, late])
}

/** What became of a transaction whose connection broke: the other side may not have noticed yet. */
const wasCommitted = async (
  into: OpenedDatabase,
  transaction: string,
  { table }: Sink,
  signal: AbortSignal,
): Promise<boolean> => {
  const deadline = performance.now() + patienceMs
  for (;;) {
    const { rows } = await into.query({ text: 'select pg_xact_status($1::xid8)', values: [transaction] })
    const status = rows[0]?.[0]
    if (status === 'committed' || status === 'aborted') return status === 'committed'
    // One that is too long ago is not known any more.
    if (status !== 'in progress' || performance.now() > deadline) throw batchError('batch.deliveryUnknown', { table })
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
