import type { ParameterValues } from '@modelsmith/domain'
import { codedModel, openBatch, type Outcome, readingLimits } from '@modelsmith/serving'
import type { ColumnSchema, Table } from '@modelsmith/table'
import type { Context } from '../../infra/context.ts'
import { takeFolder } from '../../infra/objects/step-cache.ts'
import { jobError, type JobPorts } from '../jobs/index.ts'
import { demandModelFilesRun } from '../organisation/index.ts'
import { openFolder, type TrainingSupplies } from '../training/index.ts'
import * as store from './store.ts'

/** A model that answers a file, so many rows at a time. */
export type OpenedForFile = {
  readonly inputs: readonly ColumnSchema[]
  readonly outcome: Outcome
  /** Fields that answers have as they are in the rows; none where it is not there. */
  readonly handedOn?: readonly string[]
  readonly batchRows: number
  predict(rows: Table, parameters: ParameterValues): Promise<Table>
  close(): Promise<void>
}

/** A table of answers has room in memory, however many columns it has; of a model that does not tell, few rows are asked at a time. */
const most = { rows: 20_000, values: 4_000_000, unknown: 200 }
/** A file may be as long as it likes, one table of it may not take for ever. */
const limits = { ...readingLimits, cpuSeconds: 86_400 }

/** Opens a release as a deployment would, in its own configuration: natively in a child, or by its code or the tasks it was trained with in sessions of the sandbox. */
export const openRelease = async (
  context: Context,
  supplies: TrainingSupplies,
  id: string,
  folder: string,
  ports: Pick<JobPorts, 'job' | 'signal' | 'log'>,
): Promise<OpenedForFile> => {
  const { database, objects, settings } = context
  const { serving } = (await store.findModelRelease(database, id)) as store.ModelReleaseRow
  const { file, application, outcome, coded } = serving
  const handedOn = application.passThrough.map(({ field }) => field)
  if (file !== null && coded === undefined) {
    const opened = await openBatch(
      { path: await objects.pathOf(file.key), application },
      { memoryMb: settings.modelMemoryMb, ...limits },
      ports.signal,
    )
    return { ...opened, outcome, handedOn, batchRows: rowsAtOnce(opened.columns), close: async () => opened.close() }
  }
  if (!supplies.sandboxed) throw jobError('job.sandbox', {})
  if (store.runsUploadedFiles(serving)) await demandModelFilesRun(database, ports.job.organisation_id)
  await takeFolder(objects, store.releasedFiles(serving), folder)
  const pipeline = await openFolder(context, supplies, folder, ports)
  const { inputs, predict } = codedModel(pipeline, application, {
    outcome,
    outputs: coded?.outputs ?? [],
    columns: pipeline.manifest.inputs,
  })
  return { inputs, outcome, handedOn, batchRows: most.rows, predict, close: () => pipeline.close() }
}

const rowsAtOnce = (columns: number | null): number =>
  columns === null ? most.unknown : Math.max(1, Math.min(most.rows, Math.floor(most.values / columns)))
