import type { FitResult } from '@modelsmith/engine'
import { type Environment, type FittedManifest, type Limits, openPipeline, type Runner } from '@modelsmith/runner'
import { answerTable } from '@modelsmith/serving'
import { selectColumns, type Table } from '@modelsmith/table'
import { terminal } from '../terminal.ts'

/** What a file of predictions holds: the server's columns for an estimator, a transform's own. */
export const predictionsTable = ({ targetType, classes }: FittedManifest, scores: Table): Table =>
  targetType === 'transform' ? scores : answerTable(scores, { targetType, classes })

/** Loads what was fitted in a new session, as a deployment will, and scores rows with it. Throws what breaks the contract. */
export const scoreAfresh = async (
  { modelDir, manifest }: FitResult,
  data: Table,
  {
    runner,
    environment,
    limits,
  }: { readonly runner: Runner; readonly environment: Environment; readonly limits: Limits },
): Promise<Table> => {
  terminal.err(`Scoring ${data.rows} rows in a fresh session\n`)
  const pipeline = await openPipeline(runner, { folder: modelDir, environmentOf: async () => environment, limits })
  try {
    const rows = selectColumns(
      data,
      manifest.inputs.map(({ name }) => name),
    )
    return predictionsTable(manifest, await pipeline.predict(rows))
  } finally {
    await pipeline.close()
  }
}
