import { createReadStream } from 'node:fs'
import { open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { maskTable, type ParameterValues } from '@modelsmith/domain'
import type { Pipeline } from '@modelsmith/runner'
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
import { type JobHandler, type JobPorts, jobError } from '../jobs/index.ts'
import type { TrainingSupplies } from '../training/index.ts'
import { modelError } from './errors.ts'
import { withModel } from './open-model.ts'
import { findModel, type ModelRow } from './store.ts'

export type PredictPayload = {
  readonly model: string
  readonly sourceKey: string
  readonly blocks: boolean
  readonly passThrough: readonly string[]
  /** The dataset that the rows are of, and its columns whose values whoever asks does not see. */
  readonly dataset?: string
  readonly masked?: readonly string[]
  /** Not there in jobs of before there were any. */
  readonly parameters?: ParameterValues
}

type Progress = JobPorts['progress']

const batchRows = 20_000

/** Scores a file batch by batch: memory holds one batch, whatever the length of the file. */
export const predictJob = (context: Context, { runner, sandboxed }: TrainingSupplies): JobHandler => {
  const { database, objects } = context

  /** Writes the scores of every batch to a file; returns the number of rows. */
  const score = async (
    payload: PredictPayload,
    model: ModelRow,
    pipeline: Pipeline,
    target: string,
    progress: Progress,
  ) => {
    const { inputs } = model.manifest
    const names = inputs.map(({ name }) => name)
    const masked = new Set(payload.masked)
    const output = await open(target, 'w')
    let rows = 0
    try {
      for await (const batch of batches(payload, await objects.pathOf(payload.sourceKey), inputs)) {
        const scores = answerTable(
          await pipeline.predict(selectColumns(batch, names), payload.parameters),
          model.manifest,
        )
        const kept =
          payload.passThrough.length === 0
            ? scores
            : beside([maskTable(selectColumns(batch, payload.passThrough), masked), scores])
        if (rows === 0) await output.appendFile(csvHeader(kept))
        await output.appendFile(csvRows(kept))
        rows += batch.rows
        progress(null, `${rows.toLocaleString('en')} rows`)
      }
    } finally {
      await output.close()
    }
    return rows
  }

  return async (ports) => {
    if (!sandboxed) throw jobError('job.sandbox', {})
    const { job, progress } = ports
    const payload = job.payload as PredictPayload
    const model = (await findModel(database, payload.model)) as ModelRow
    progress(null, 'Loading the model')
    return withModel(context, runner, model, ports, async (pipeline, folder) => {
      const target = join(folder, 'predictions.csv')
      const rows = await score(payload, model, pipeline, target, progress)
      if (rows === 0) throw modelError('model.noRows', {})
      const stored = await objects.putFile(target)
      return {
        result: { rows, file: `/api/v1/jobs/${job.id}/result` },
        resultKey: stored.key,
        keep: (queries) => hold(queries, job.id, [stored]),
      }
    })
  }
}

async function* batches(payload: PredictPayload, path: string, inputs: readonly ColumnSchema[]): AsyncGenerator<Table> {
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
