import { randomUUID } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, readFile, rm } from 'node:fs/promises'
import { once } from 'node:events'
import { join } from 'node:path'
import { installEnvironment, openPipeline } from '@modelsmith/runner'
import { answerTable } from '@modelsmith/serving'
import {
  beside,
  type ColumnSchema,
  createCsvReader,
  csvHeader,
  csvRows,
  decodeBlocks,
  selectColumns,
  sliceRows,
  sniffCsv,
  type Table,
} from '@modelsmith/table'
import type { Context } from '../../infra/context.ts'
import { hold } from '../../infra/objects/references.ts'
import { takeFolder } from '../../infra/objects/step-cache.ts'
import { placesOf } from '../../infra/settings.ts'
import { demandClaim, type JobHandler, jobError } from '../jobs/index.ts'
import { sessionLimits, type TrainingSupplies } from '../training/index.ts'
import { modelError } from './errors.ts'
import { findModel, type ModelRow } from './store.ts'

type Payload = {
  readonly model: string
  readonly sourceKey: string
  readonly blocks: boolean
  readonly passThrough: readonly string[]
}

const batchRows = 20_000

/** Scores a file batch by batch: memory holds one batch, whatever the length of the file. */
export const predictJob = (context: Context, { runner, sandboxed }: TrainingSupplies): JobHandler => ({
  async run({ job, claim, signal, progress }) {
    if (!sandboxed) throw jobError('job.sandbox', {})
    const { database, objects, settings } = context
    const payload = job.payload as Payload
    const model = (await findModel(database, payload.model)) as ModelRow
    const folder = join(placesOf(settings).work, `predict-${randomUUID()}`)
    await mkdir(folder, { recursive: true, mode: 0o755 })
    try {
      progress(null, 'Loading the model')
      await takeFolder(objects, model.files, join(folder, 'model'))
      const pipeline = await openPipeline(runner, {
        folder: join(folder, 'model'),
        environmentOf: (name) => installEnvironment({ name, dataDir: settings.dataDir, forEveryone: true }),
        limits: sessionLimits(settings.sessionMemoryMb),
      })
      const onAbort = () => void pipeline.close()
      signal.addEventListener('abort', onAbort)
      const target = join(folder, 'predictions.csv')
      const output = createWriteStream(target)
      let rows = 0
      try {
        const inputs = model.manifest.inputs
        const names = inputs.map(({ name }) => name)
        for await (const batch of batches(payload, await objects.pathOf(payload.sourceKey), inputs)) {
          const scores = answerTable(await pipeline.predict(selectColumns(batch, names)), model.manifest)
          const kept =
            payload.passThrough.length === 0 ? scores : beside([selectColumns(batch, payload.passThrough), scores])
          if (rows === 0) output.write(csvHeader(kept))
          if (!output.write(csvRows(kept))) await once(output, 'drain')
          rows += batch.rows
          progress(null, `${rows.toLocaleString('en')} rows`)
        }
      } finally {
        signal.removeEventListener('abort', onAbort)
        await new Promise<void>((resolve) => output.end(resolve))
        await pipeline.close()
      }
      const stored = await objects.putFile(target)
      await database.transaction(async (queries) => {
        await demandClaim(queries, claim)
        await hold(queries, job.id, [stored])
      })
      return { event: 'succeed', result: { rows, file: `/api/v1/jobs/${job.id}/result` }, resultKey: stored.key }
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  },
  ended: async () => {},
})

async function* batches(payload: Payload, path: string, inputs: readonly ColumnSchema[]): AsyncGenerator<Table> {
  if (payload.blocks) {
    const table = decodeBlocks(await readFile(path))
    demandColumns(
      payload.passThrough,
      table.schema.columns.map(({ name }) => name),
    )
    for (let start = 0; start < table.rows; start += batchRows) yield sliceRows(table, start, start + batchRows)
    return
  }
  const extra = payload.passThrough
    .filter((name) => !inputs.some((input) => input.name === name))
    .map((name): ColumnSchema => ({ name, type: 'text' }))
  let reader: ReturnType<typeof createCsvReader> | undefined
  for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 20 })) {
    const bytes = new Uint8Array(chunk as Buffer)
    reader ??= createCsvReader({ schema: { columns: [...inputs, ...extra] }, dialect: sniffCsv(bytes), batchRows })
    yield* reader.push(bytes)
  }
  reader ??= createCsvReader({ schema: { columns: inputs } })
  yield* reader.end()
}

const demandColumns = (wanted: readonly string[], known: readonly string[]): void => {
  const missing = wanted.filter((name) => !known.includes(name))
  if (missing.length > 0) throw modelError('model.passThrough', { names: missing.join(', ') })
}
