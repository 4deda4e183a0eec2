import { randomUUID } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { ingest } from '@modelsmith/query'
import type { ColumnSchema } from '@modelsmith/table'
import type { Context } from '../../infra/context.ts'
import { hold, letGo } from '../../infra/objects/references.ts'
import { placesOf } from '../../infra/settings.ts'
import { touchByPlatform } from '../../infra/rights/objects.ts'
import { demandClaim, type JobHandler } from '../jobs/index.ts'
import * as store from './store.ts'

type Payload = { readonly version: string; readonly columns?: readonly ColumnSchema[] }

/** Reads an uploaded file into columns and a profile. */
export const ingestJob = ({ database, objects, settings }: Context): JobHandler => ({
  async run({ job, claim, signal, progress, log }) {
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
      const blocks = await objects.putFile(blocksFile)
      await database.transaction(async (queries) => {
        await demandClaim(queries, claim)
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
      })
      return { event: 'succeed', result: { datasetVersionId: row.id, rows: found.rows } }
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  },
  async ended(job, outcome) {
    const row = await database.first<{ payload: Payload }>({
      text: 'select payload from job where id = $1',
      values: [job.id],
    })
    if (row === undefined) return
    const error =
      outcome.event === 'fail' ? outcome.error : { code: 'query.cancelled', message: 'Reading the file was cancelled.' }
    await database.transaction(async (queries) => {
      await store.setFailed(queries, row.payload.version, error)
      const version = await store.findVersion(queries, row.payload.version)
      if (version !== undefined) await touchByPlatform(queries, version.dataset_id)
    })
  },
})
