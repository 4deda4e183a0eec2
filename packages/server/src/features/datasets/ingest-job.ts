import { randomUUID } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { StoredError } from '@modelsmith/api'
import { ingest } from '@modelsmith/query'
import type { ColumnSchema } from '@modelsmith/table'
import type { Context } from '../../infra/context.ts'
import { hold, letGo } from '../../infra/objects/references.ts'
import { placesOf } from '../../infra/settings.ts'
import { touchByPlatform } from '../../infra/rights/objects.ts'
import type { JobEndings, JobHandler } from '../jobs/index.ts'
import * as store from './store.ts'

type Payload = { readonly version: string; readonly columns?: readonly ColumnSchema[] }

/** Reads an uploaded file into columns and a profile. */
export const ingestJob =
  ({ database, objects, settings }: Context): JobHandler =>
  async ({ job, signal, progress, log }) => {
    const payload = job.payload as Payload
    const row = (await store.findVersion(database, payload.version)) as store.VersionRow
    const folder = join(placesOf(settings).work, `ingest-${randomUUID()}`)
    await mkdir(folder, { recursive: true })
    try {
      const blocksFile = join(folder, 'table.cols')
      const found = await ingest(
        { source: await objects.pathOf(row.sha256), format: row.format, columns: payload.columns, blocksFile },
        { memoryMb: settings.ingestMemoryMb, signal, onProgress: progress },
      )
      for (const { message } of found.warnings) log.add({ source: 'platform', node: null, text: message })
      const text = `Rows: ${found.rows.toLocaleString('en')}, columns: ${found.columns.length.toLocaleString('en')}`
      log.add({ source: 'platform', node: null, text })
      const blocks = await objects.putFile(blocksFile)
      return {
        result: { datasetVersionId: row.id, rows: found.rows },
        keep: async (queries) => {
          // What the version held under its old types, nobody else may need.
          await letGo(queries, [row.id])
          await hold(queries, row.id, [{ key: row.sha256 }, blocks])
          await store.setReady(queries, row.id, {
            rows: found.rows,
            columns: found.columns,
            profile: found.profile,
            blocksKey: blocks.key,
          })
          await touchByPlatform(queries, row.dataset_id)
        },
      }
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }

const cancelled: StoredError = { code: 'query.cancelled', message: 'Reading the file was cancelled.' }

export const ingestEnded: JobEndings['ingestDataset'] = async (queries, { payload }, ending) => {
  const { version: id } = payload as Payload
  await store.setFailed(queries, id, ending.error ?? cancelled)
  const version = await store.findVersion(queries, id)
  if (version !== undefined) await touchByPlatform(queries, version.dataset_id)
}
