import { readFile } from 'node:fs/promises'
import type { StoredError } from '@modelsmith/api'
import { isClassification } from '@modelsmith/domain'
import { callEvaluate, type FunctionCall } from '@modelsmith/engine'
import {
  concatTables,
  createCsvReader,
  csvHead,
  decodeBlocks,
  ModelsmithError,
  numberColumn,
  type Table,
  textColumn,
} from '@modelsmith/table'
import type { Context } from '../../infra/context.ts'
import { announceChange } from '../../infra/rights/objects.ts'
import { type JobHandler, storedError } from '../jobs/index.ts'
import {
  findEvaluation,
  findProject,
  keepResult,
  type Measured,
  type ProjectRow,
  unmeasured,
} from '../projects/index.ts'
import { functionCall } from './function-call.ts'
import type { Actuals } from './scores.ts'
import { actualsOf, type TrainingSupplies } from './train-job.ts'

const comma = ','.charCodeAt(0)

/** Measures the models of a project that an evaluation has not measured yet; where the function fails on one, that is kept with it. */
export const evaluateJob =
  (context: Context, supplies: TrainingSupplies): JobHandler =>
  async (ports) => {
    const { database, objects } = context
    const evaluation = await findEvaluation(database, String(ports.job.payload['evaluation']))
    if (evaluation === undefined) return { result: { models: 0 }, keep: async () => {} }
    const project = (await findProject(database, evaluation.project_id)) as ProjectRow
    const { task_version_id: taskVersionId, parameters } = evaluation
    ports.progress(null, 'Making the function ready')
    const call = await functionCall(context, supplies, { taskVersionId, parameters }, project.partitioning.seed, ports)
    const actuals = actualsOf(project, decodeBlocks(await readFile(await objects.pathOf(project.blocks_key))))
    const metrics = evaluation.metrics.map(({ name }) => name)
    const measured = async (key: string): Promise<Measured> => {
      const predicted = predictionsIn(await readFile(await objects.pathOf(key)))
      return predicted.rows === 0 ? null : measure(supplies, call, actuals, predicted, metrics)
    }
    const models = await unmeasured(database, evaluation)
    for (const [index, { id, out_of_fold_key, holdout_key }] of models.entries()) {
      ports.progress(index / models.length, `Model ${index + 1} of ${models.length}`)
      const found = await failing(ports.signal, async () => ({
        out_of_fold: await measured(out_of_fold_key),
        holdout: holdout_key === null ? null : await measured(holdout_key),
        error: null,
      }))
      await ports.write(async (queries) => {
        await keepResult(queries, { evaluation_id: evaluation.id, model_id: id, ...found })
        await announceChange(queries, project.id)
      })
    }
    return { result: { models: models.length }, keep: async () => {} }
  }

type Found = { readonly out_of_fold: Measured; readonly holdout: Measured; readonly error: StoredError | null }

/** What a function did wrong is a result too; that the job was stopped is none. */
const failing = async (signal: AbortSignal, measure: () => Promise<Found>): Promise<Found> => {
  try {
    return await measure()
  } catch (error) {
    if (signal.aborted || !(error instanceof ModelsmithError)) throw error
    return { out_of_fold: null, holdout: null, error: storedError(error) }
  }
}

/** Predictions by the row of the dataset, as a model keeps them. */
const predictionsIn = (csv: Uint8Array): Table => {
  const names = csvHead(csv, comma, true)?.names ?? []
  const reader = createCsvReader({ schema: { columns: names.map((name) => ({ name, type: 'number' })) } })
  return concatTables([...reader.push(csv), ...reader.end()])
}

const measure = async (
  { runner }: TrainingSupplies,
  call: FunctionCall,
  { values, classes, targetType, weights }: Actuals,
  predicted: Table,
  metrics: readonly string[],
): Promise<Measured> => {
  const [at] = predicted.columns
  if (at?.kind !== 'float64') throw new TypeError('Predictions are kept with the numbers of their rows.')
  const rows = [...at.values]
  const isClassified = targetType !== 'regression'
  const one = (name: string, of: (row: number) => number): Table => ({
    schema: { columns: [{ name, type: 'number' }] },
    rows: rows.length,
    columns: [numberColumn(rows.map(of))],
  })
  const actual: Table = isClassified
    ? {
        schema: { columns: [{ name: 'actual', type: 'category' }] },
        rows: rows.length,
        columns: [
          textColumn(
            rows.map((row) => classes[values[row] as number] ?? null),
            'category',
          ),
        ],
      }
    : one('actual', (row) => values[row] as number)
  // A class may have the name of a column that stands before the scores; labels of anomalies are no classes of theirs.
  const names = predicted.schema.columns.map(({ name }) => name)
  const first = names.length - (isClassification(targetType) ? classes.length : 1)
  const predictions: Table = {
    schema: { columns: predicted.schema.columns.slice(first) },
    rows: predicted.rows,
    columns: predicted.columns.slice(first),
  }
  const scores = await callEvaluate(runner, call, {
    actual,
    predictions,
    weights: weights === undefined ? undefined : one('weight', (row) => weights[row] as number),
    metrics,
  })
  return { rows: rows.length, scores }
}
