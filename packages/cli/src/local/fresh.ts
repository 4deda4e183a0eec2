import { checkPredictions, isError } from '@modelsmith/domain'
import type { FitResult } from '@modelsmith/engine'
import { type Environment, type FittedManifest, type Limits, openPipeline, type Runner } from '@modelsmith/runner'
import { answerTable } from '@modelsmith/serving'
import { selectColumns, type Table } from '@modelsmith/table'
import { cliError } from '../errors.ts'
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
    const scores = await pipeline.predict(rows)
    refuseScores(manifest, rows.rows, scores)
    return predictionsTable(manifest, scores)
  } finally {
    await pipeline.close()
  }
}

const refuseScores = ({ nodes, targetType, classes }: FittedManifest, rows: number, table: Table): void => {
  if (targetType === 'transform') return
  const task = nodes.at(-1)?.task ?? ''
  const findings = checkPredictions({ task, targetType, classes, rows, table }).findings.filter(isError)
  if (findings.length > 0) throw cliError('cli.predictions', { task, count: findings.length }, { findings })
}
