import { open } from 'node:fs/promises'
import { basename, extname } from 'node:path'
import type { DatasetVersion, Job } from '@modelsmith/api'
import { type Action, maskTable } from '@modelsmith/domain'
import {
  type ColumnSchema,
  dateParser,
  decodeBlocks,
  type Finding,
  ModelsmithError,
  rowsFromTable,
  sliceRows,
} from '@modelsmith/table'
import { readFile } from 'node:fs/promises'
import type { Context } from '../../infra/context.ts'
import type { Queries } from '../../infra/database/database.ts'
import { infraError } from '../../infra/errors.ts'
import type { Caller, UploadedFile } from '../../infra/http/handler.ts'
import { newId } from '../../infra/ids.ts'
import { hold } from '../../infra/objects/references.ts'
import type { StoredBytes } from '../../infra/objects/store.ts'
import { authorise, authoriseCreate, createObject, touchByPlatform } from '../../infra/rights/objects.ts'
import type { Principal } from '../../infra/rights/principal.ts'
import { findJob, queueJob, toJob } from '../jobs/index.ts'
import { clear, hiddenOf, type Masking, sensitiveOf } from '../sensitive-columns/index.ts'
import { datasetError } from './errors.ts'
import * as store from './store.ts'

/** Parquet is told by its first bytes, not by its name. */
const formatOf = async (file: string): Promise<'csv' | 'parquet'> => {
  const handle = await open(file)
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(4), 0, 4, 0)
    return bytesRead === 4 && buffer.toString('latin1') === 'PAR1' ? 'parquet' : 'csv'
  } finally {
    await handle.close()
  }
}

/** A version whose file was read. */
type ReadVersion = store.VersionRow & { readonly rows: number; readonly blocks_key: string }

export const demandRead = (row: store.VersionRow): ReadVersion => {
  const { blocks_key, rows } = row
  if (blocks_key === null || rows === null) throw datasetError('dataset.notReady', { state: row.state })
  return { ...row, rows, blocks_key }
}

type NewVersion = {
  readonly dataset: string
  readonly fileName: string
  readonly format: 'csv' | 'parquet'
  readonly stored: StoredBytes
}

/** The next version of a dataset, and the job that reads it. */
export const addVersion = async (
  queries: Queries,
  by: { readonly owner: string; readonly organisation: string },
  { dataset, fileName, format, stored }: NewVersion,
): Promise<string> => {
  const id = newId('datasetVersion')
  await store.insertVersion(queries, { id, dataset, fileName, bytes: stored.bytes, sha256: stored.key, format })
  await hold(queries, id, [stored])
  const job = await queueJob(queries, {
    kind: 'ingestDataset',
    title: `Read ${fileName}`,
    ...by,
    subject: { kind: 'dataset', id: dataset },
    payload: { version: id },
  })
  await store.setJob(queries, id, job)
  return job
}

export const createDatasets = (
  { database, objects }: Pick<Context, 'database' | 'objects'>,
  masking: Pick<Masking, 'ofDatasets'>,
) => {
  const onlyFile = (files: readonly UploadedFile[]): UploadedFile => {
    const [file] = files
    if (file === undefined || files.length > 1) throw datasetError('dataset.noFile', { count: files.length })
    return file
  }

  /** Stores the file and queues its reading; nothing is left behind when one of the two fails. */
  const takeFile = async (caller: Caller, upload: UploadedFile, datasetOf: (queries: Queries) => Promise<string>) => {
    const format = await formatOf(upload.file)
    const stored = await objects.putFile(upload.file)
    return database.transaction(async (queries) => {
      const dataset = await datasetOf(queries)
      const by = { owner: caller.id, organisation: caller.organisation }
      const job = await addVersion(queries, by, { dataset, fileName: basename(upload.path), format, stored })
      return { dataset, job }
    })
  }

  const started = async (caller: Caller, { dataset, job }: { dataset: string; job: string }) => ({
    dataset: await read(caller, dataset),
    job: toJob((await findJob(database, job)) as NonNullable<Awaited<ReturnType<typeof findJob>>>) as Job,
  })

  /** The versions as the caller may see them: why a file could not be read, cites it. */
  const told = async (caller: Caller, rows: readonly store.VersionRow[]): Promise<store.VersionRow[]> => {
    const failed = rows.flatMap(({ error, dataset_id }) => (error === null ? [] : [dataset_id]))
    const sights = await masking.ofDatasets(caller, [...new Set(failed)])
    return rows.map((row) =>
      row.error === null ? row : { ...row, error: (sights.get(row.dataset_id) ?? clear).error(row.error) },
    )
  }

  const read = async (caller: Caller, id: string) => {
    const object = await authorise(database, caller, 'view', 'dataset', id)
    const sensitive = (await sensitiveOf(database, [id])).get(id)
    const [latest] = await told(caller, [(await store.findLatest(database, id)) as store.VersionRow])
    return store.toDataset(object, latest as store.VersionRow, sensitive)
  }

  /** A version of a dataset to which the caller may do this. */
  const version = async (caller: Principal, id: string, action: Action = 'view'): Promise<store.VersionRow> => {
    const row = await store.findVersion(database, id)
    const asked = { kind: 'dataset version', id }
    if (row === undefined) throw infraError('object.notFound', asked)
    await authorise(database, caller, action, 'dataset', row.dataset_id, asked)
    return row
  }

  const ready = async (caller: Principal, id: string, action: Action = 'view'): Promise<ReadVersion> =>
    demandRead(await version(caller, id, action))

  const table = async (row: { readonly blocks_key: string }) =>
    decodeBlocks(await readFile(await objects.pathOf(row.blocks_key)))

  /** The table as the caller may see it. */
  const shown = async (caller: Caller, row: { readonly dataset_id: string; readonly blocks_key: string }) =>
    maskTable(await table(row), await hiddenOf(database, caller, [row.dataset_id]))

  return {
    read,
    told,
    shown,
    version,
    ready,
    table,

    async upload(caller: Caller, files: readonly UploadedFile[], name: string | undefined, description: string) {
      authoriseCreate(caller, 'dataset')
      const file = onlyFile(files)
      const given = name ?? (basename(file.path, extname(file.path)) || 'Dataset')
      return started(
        caller,
        await takeFile(caller, file, (queries) => createObject(queries, caller, 'dataset', given, description)),
      )
    },

    async uploadVersion(caller: Caller, id: string, files: readonly UploadedFile[]) {
      await authorise(database, caller, 'edit', 'dataset', id)
      const begun = await takeFile(caller, onlyFile(files), async (queries) => {
        await touchByPlatform(queries, id)
        await authorise(queries, caller, 'edit', 'dataset', id)
        return id
      })
      return started(caller, begun)
    },

    async changeSchema(caller: Caller, id: string, columns: DatasetVersion['columns']) {
      const row = await version(caller, id, 'edit')
      if (row.state === 'processing') throw datasetError('dataset.notReady', { state: row.state })
      const findings = columns.flatMap((column): Finding[] => {
        const pattern = column.format?.date
        if (!row.columns.some(({ name }) => name === column.name))
          return [datasetError('dataset.unknownColumn', { column: column.name }).toJSON()]
        return pattern !== undefined && dateParser(pattern) === undefined
          ? [datasetError('dataset.format', { column: column.name, pattern }).toJSON()]
          : []
      })
      const [first] = findings
      if (first !== undefined) throw new ModelsmithError({ ...first, kind: 'invalid', findings })
      const wanted = row.columns.map(
        (known) => (columns.find(({ name }) => name === known.name) as ColumnSchema | undefined) ?? known,
      )
      const begun = await database.transaction(async (queries) => {
        if (!(await store.setProcessing(queries, id))) throw datasetError('dataset.notReady', { state: 'processing' })
        await touchByPlatform(queries, row.dataset_id)
        await authorise(queries, caller, 'edit', 'dataset', row.dataset_id)
        const job = await queueJob(queries, {
          kind: 'ingestDataset',
          title: `Read ${row.file_name} with other types`,
          owner: caller.id,
          organisation: caller.organisation,
          subject: { kind: 'dataset', id: row.dataset_id },
          payload: { version: id, columns: wanted },
        })
        await store.setJob(queries, id, job)
        return { dataset: row.dataset_id, job }
      })
      return started(caller, begun)
    },

    async rows(caller: Caller, id: string, offset: number, limit: number) {
      const row = await ready(caller, id)
      const whole = await shown(caller, row)
      const part = sliceRows(whole, Math.min(offset, whole.rows), Math.min(offset + limit, whole.rows))
      return { columns: row.columns as DatasetVersion['columns'], rows: rowsFromTable(part), offset, total: row.rows }
    },
  }
}

export type Datasets = ReturnType<typeof createDatasets>
