import { randomUUID } from 'node:crypto'
import { mkdir, open, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { maskTable, type ParameterValues } from '@modelsmith/domain'
import { answerTable } from '@modelsmith/serving'
import {
  beside,
  type ColumnSchema,
  csvHeader,
  csvRows,
  decodeBlocks,
  selectColumns,
  sliceRows,
  type Table,
} from '@modelsmith/table'
import type { Context } from '../../infra/context.ts'
import { hold } from '../../infra/objects/references.ts'
import { placesOf } from '../../infra/settings.ts'
import type { OpenedForFile } from '../hosting/index.ts'
import { type JobHandler, type JobPorts, whileOpen } from '../jobs/index.ts'
import type { TrainingSupplies } from '../training/index.ts'
import { csvTables } from './csv-tables.ts'
import { modelError } from './errors.ts'
import { openForRows, type Predicted } from './open-for-rows.ts'

/** Rows that are sent, by a file or by a dataset, and what is asked of them. */
export type PredictRows = {
  readonly sourceKey: string
  readonly blocks: boolean
  readonly passThrough: readonly string[]
  /** The dataset that the rows are of, and its columns whose values whoever asks does not see. */
  readonly dataset?: string
  readonly masked?: readonly string[]
  /** Not there in jobs of before there were any. */
  readonly parameters?: ParameterValues
}
export type PredictPayload = PredictRows & Predicted

/** Scores a file batch by batch: memory holds one batch, whatever the length of the file. */
export const predictJob = (context: Context, supplies: TrainingSupplies): JobHandler => {
  const { objects, settings } = context

  return async (ports) => {
    const { job, signal, progress } = ports
    const payload = job.payload as PredictPayload
    const folder = join(placesOf(settings).work, `predict-${randomUUID()}`)
    await mkdir(folder, { recursive: true, mode: 0o755 })
    try {
      progress(null, 'Loading the model')
      const place = join(folder, 'model')
      const opened = await openForRows(context, supplies, payload, place, ports, { credentials: true })
      const target = join(folder, 'predictions.csv')
      const rows = await whileOpen(opened, signal, async () =>
        score(opened, payload, await objects.pathOf(payload.sourceKey), target, progress),
      )
      if (rows === 0) throw modelError('model.noRows', {})
      const stored = await objects.putFile(target)
      return {
        result: { rows, file: `/api/v1/jobs/${job.id}/result` },
        resultKey: stored.key,
        keep: (queries) => hold(queries, job.id, [stored]),
      }
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }
}

/** Writes the scores of every batch to a file; returns the number of rows. */
const score = async (
  { inputs, outcome, handedOn = [], predict, batchRows: most }: OpenedForFile,
  { parameters = {}, ...payload }: PredictRows,
  source: string,
  target: string,
  progress: JobPorts['progress'],
): Promise<number> => {
  const names = inputs.map(({ name }) => name)
  const masked = new Set(payload.masked)
  // What a release passes through by itself comes once.
  const passThrough = payload.passThrough.filter((name) => !handedOn.includes(name))
  const output = await open(target, 'w')
  let rows = 0
  try {
    for await (const batch of batches(payload, source, inputs, most)) {
      const scores = answerTable(await predict(selectColumns(batch, names), parameters), outcome)
      const kept =
        passThrough.length === 0 ? scores : beside([maskTable(selectColumns(batch, passThrough), masked), scores])
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

async function* batches(
  payload: PredictRows,
  path: string,
  inputs: readonly ColumnSchema[],
  most: number,
): AsyncGenerator<Table> {
  if (payload.blocks) {
    const table = decodeBlocks(await readFile(path))
    demandColumns(
      payload.passThrough,
      table.schema.columns.map(({ name }) => name),
    )
    for (let start = 0; start < table.rows; start += most) yield sliceRows(table, start, start + most)
    return
  }
  const extra = payload.passThrough
    .filter((name) => !inputs.some((input) => input.name === name))
    .map((name): ColumnSchema => ({ name, type: 'text' }))
  yield* csvTables(path, [...inputs, ...extra], most)
}

const demandColumns = (wanted: readonly string[], known: readonly string[]): void => {
  const missing = wanted.filter((name) => !known.includes(name))
  if (missing.length > 0) throw modelError('model.passThrough', { names: missing.join(', ') })
}
