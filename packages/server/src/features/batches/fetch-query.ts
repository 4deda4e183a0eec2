import { encodeBlocksWhole, type Table, textColumn } from '@modelsmith/table'
import type { Context } from '../../infra/context.ts'
import { hold, letGoOf } from '../../infra/objects/references.ts'
import type { JobPorts } from '../jobs/index.ts'
import { batchError } from './errors.ts'
import { openPostgres, type OpenedDatabase } from './postgres.ts'
import { chunkRows } from './rows-of-source.ts'
import * as store from './store.ts'

/** Brings the rows of a query, as they were at one moment, chunk by chunk as texts; begun anew where it was broken off. */
export const fetchQuery = async (
  context: Context,
  { job, signal, progress, write }: Pick<JobPorts, 'job' | 'signal' | 'progress' | 'write'>,
  { credentialId, query }: { readonly credentialId: string; readonly query: string },
): Promise<void> => {
  const from = await openPostgres(context, credentialId, job, signal)
  try {
    await write(async (queries) => {
      await letGoOf(queries, job.id, await store.fetchedOf(queries, job.id))
      await store.deleteFetched(queries, job.id)
    })
    await from.query({ text: 'begin transaction isolation level repeatable read read only' })
    // A named statement is one statement.
    await from.query({ name: 'rows', text: `declare batch_rows no scroll cursor for ${query}` })
    let rows = 0
    for (let number = 0; ; number++) {
      const { names, rows: found } = await fetchChunk(from, signal)
      if (found.length === 0 && number > 0) break
      const { key } = await context.objects.putBytes(encodeBlocksWhole(textsOf(names, found)))
      await write(async (queries) => {
        await store.insertFetched(queries, job.id, { number, rows: found.length, key, name: null, blocks: true })
        await hold(queries, job.id, [{ key }])
      })
      rows += found.length
      progress(null, `Reading rows: ${rows.toLocaleString('en')}`)
      if (found.length < chunkRows) break
    }
    await write((queries) => store.setFetched(queries, job.id))
  } finally {
    await from.close()
  }
}

type Fetched = Awaited<ReturnType<OpenedDatabase['query']>>
/** What a query answers comes into memory whole. */
const rowsAtOnce = 200
const mostBytes = 256 * 2 ** 20

const fetchChunk = async (from: OpenedDatabase, signal: AbortSignal): Promise<Fetched> => {
  const rows: Fetched['rows'] = []
  let bytes = 0
  for (;;) {
    signal.throwIfAborted()
    const found = await from.query({ text: `fetch ${rowsAtOnce} from batch_rows` })
    demandDistinct(found.names)
    for (const row of found.rows) {
      rows.push(row)
      for (const cell of row) bytes += cell === null ? 0 : Buffer.byteLength(cell)
    }
    if (bytes > mostBytes) throw batchError('batch.rowsTooLarge', { rows: rows.length, bytes, most: mostBytes })
    if (found.rows.length < rowsAtOnce || rows.length === chunkRows) return { names: found.names, rows }
  }
}

const demandDistinct = (names: readonly string[]): void => {
  const twice = names.filter((name, at) => names.indexOf(name) !== at)
  if (twice.length > 0) throw batchError('batch.queryColumns', { names: twice })
}

const textsOf = (names: readonly string[], rows: readonly (readonly (string | null)[])[]): Table => ({
  schema: { columns: names.map((name) => ({ name, type: 'text' })) },
  rows: rows.length,
  columns: names.map((_, at) =>
    textColumn(
      rows.map((row) => row[at] ?? null),
      'text',
    ),
  ),
})
