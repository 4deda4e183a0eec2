import type { EngineTask, FitResult } from '@modelsmith/engine'
import { type Environment, type FittedManifest, type Limits, openPipeline, type Runner } from '@modelsmith/runner'
import { answerTable } from '@modelsmith/serving'
import { selectColumns, type Table } from '@modelsmith/table'
import { terminal } from '../terminal.ts'
import { type Probes, probe } from './probe.ts'

/** What a file of predictions holds: the server's columns for an estimator, a transform's own. */
export const predictionsTable = ({ targetType, classes }: FittedManifest, scores: Table): Table =>
  targetType === 'transform' ? scores : answerTable(scores, { targetType, classes })

/** Loads what was fitted in a new session, as a deployment will, scores rows with it and tries what else it may meet. */
export const scoreAfresh = async (
  { modelDir, manifest }: FitResult,
  data: Table,
  task: EngineTask,
  {
    runner,
    environment,
    limits,
  }: { readonly runner: Runner; readonly environment: Environment; readonly limits: Limits },
): Promise<{ readonly predictions: Table; readonly probes: Probes }> => {
  terminal.err(`Scoring ${data.rows} rows in a fresh session\n`)
  const pipeline = await openPipeline(runner, { folder: modelDir, environmentOf: async () => environment, limits })
  try {
    const rows = selectColumns(
      data,
      manifest.inputs.map(({ name }) => name),
    )
    const scores = await pipeline.predict(rows)
    terminal.err('Trying the same rows once more, rows one by one, missing values and unseen categories\n')
    return { predictions: predictionsTable(manifest, scores), probes: await probe(task, pipeline, rows, scores) }
  } finally {
    await pipeline.close()
  }
}
