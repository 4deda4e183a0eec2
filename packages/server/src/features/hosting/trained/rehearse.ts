import { readFile } from 'node:fs/promises'
import type { Application, PredictionAnswer } from '@modelsmith/api'
import { holdoutPart } from '@modelsmith/domain'
import { answerRows, codedModel } from '@modelsmith/serving'
import { type ColumnSchema, columnIndex, decodeBlocks, type Table, tableFromRows, takeRows } from '@modelsmith/table'
import type { Context } from '../../../infra/context.ts'
import { jobError, type JobPorts } from '../../jobs/index.ts'
import { findModel, type ModelRow, withModel } from '../../models/index.ts'
import { findProject, type ProjectRow } from '../../projects/index.ts'
import type { TrainingSupplies } from '../../training/index.ts'
import type { Served, ServedModel } from '../store.ts'

type Rows = readonly Readonly<Record<string, unknown>>[]

/** Asks a release of a trained model its rows; so many of those that it was trained on, where nobody brought any. */
export const rehearseTrained = async (
  context: Context,
  supplies: TrainingSupplies,
  { application, outcome, trained }: Served & { readonly trained: ServedModel },
  given: Rows | number,
  ports: JobPorts,
): Promise<{ readonly asked: number; readonly answers: PredictionAnswer['predictions'] }> => {
  const { modelId } = trained
  if (modelId === null) throw new Error('What is published was trained here.')
  if (!supplies.sandboxed) throw jobError('job.sandbox', {})
  return withModel(context, supplies, trained, ports, async (pipeline) => {
    const columns = pipeline.manifest.inputs
    const model = codedModel(pipeline, application, { outcome, outputs: [], columns })
    const rows =
      typeof given === 'number'
        ? await rowsOfProject(context, modelId, model.inputs, application, given)
        : tableFromRows({ columns: model.inputs }, given)
    return { asked: rows.rows, answers: answerRows(await model.predict(rows, {}), outcome) }
  })
}

/** The first rows that were trained on, at most so many: those of the holdout are nobody's while it is locked. */
export const trainingRows = (partition: Buffer, count: number): Int32Array =>
  Int32Array.from(partition.keys())
    .filter((row) => partition.readInt8(row) > holdoutPart)
    .slice(0, count)

/** The first rows of the training under the fields of the application; what no input reads is missing. */
const rowsOfProject = async (
  { database, objects }: Pick<Context, 'database' | 'objects'>,
  model: string,
  fields: readonly ColumnSchema[],
  { inputs }: Application,
  count: number,
): Promise<Table> => {
  const { project_id: id } = (await findModel(database, model)) as ModelRow
  const { blocks_key: key, partition } = (await findProject(database, id)) as ProjectRow
  const table = decodeBlocks(await readFile(await objects.pathOf(key)))
  const rows = takeRows(table, trainingRows(partition, count))
  const missing = tableFromRows(
    { columns: fields },
    Array.from({ length: rows.rows }, () => ({})),
  )
  const readBy = new Map(inputs.map(({ field, input }) => [field, input]))
  const columns = fields.map(({ name }, at) => {
    const found = rows.columns[columnIndex(rows, readBy.get(name) ?? '')]
    return found ?? (missing.columns[at] as NonNullable<typeof found>)
  })
  return { schema: { columns: fields }, rows: rows.rows, columns }
}
