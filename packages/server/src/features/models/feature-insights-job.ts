import { randomUUID } from 'node:crypto'
import { mkdir, readFile, realpath, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { FeatureInsights } from '@modelsmith/api'
import {
  computeMetrics,
  effectPoints,
  featureEffect,
  higherIsBetter,
  meanChange,
  permutationImpact,
  type Predictor,
  randomFrom,
  shuffle,
} from '@modelsmith/domain'
import { foldModel } from '@modelsmith/engine'
import {
  type Column,
  type ColumnSchema,
  columnIndex,
  decodeBlocks,
  selectColumns,
  type Table,
  takeRows,
} from '@modelsmith/table'
import type { Context } from '../../infra/context.ts'
import { stepCacheOf } from '../../infra/objects/step-cache.ts'
import { announceChange } from '../../infra/rights/objects.ts'
import { placesOf } from '../../infra/settings.ts'
import { type JobHandler, type JobPorts, jobError, whileOpen } from '../jobs/index.ts'
import { findProject, findRun, type ProjectRow, type RunRow } from '../projects/index.ts'
import { actualsOf, openFolder, trainingSpecOf, type TrainingSupplies } from '../training/index.ts'
import { predictorOf } from './predictor.ts'
import { predictionSecrets } from './secrets.ts'
import { findModel, keepInsight, type ModelRow } from './store.ts'

export type FeatureInsightsPayload = {
  readonly model: string
  readonly rows: number
  readonly repeats: number
  readonly seed: number
}

/** Rows behind an effect, curves that are drawn of them, and features that have one. */
const effectRows = 500
const effectCurves = 30
const mostEffects = 50

/** Fold 1 is the validation: its model has not seen these rows. */
const fold = 1

/** Asks the model of fold 1 about the rows of fold 1, changed in one feature at a time: any task, by the path of every prediction. */
export const featureInsightsJob = (context: Context, supplies: TrainingSupplies): JobHandler => {
  const { database, objects, settings } = context
  return async ({ job, signal, progress, log }) => {
    if (!supplies.sandboxed) throw jobError('job.sandbox', {})
    const payload = job.payload as FeatureInsightsPayload
    const model = (await findModel(database, payload.model)) as ModelRow
    const project = (await findProject(database, model.project_id)) as ProjectRow
    const run = (await findRun(database, model.training_run_id)) as RunRow
    const workDir = join(placesOf(settings).work, `insights-${randomUUID()}`)
    await mkdir(workDir, { recursive: true, mode: 0o755 })
    const say = (text: string, node: string | null = null) => log.add({ source: 'platform', node, text })
    try {
      progress(null, 'Making the model of fold 1 ready')
      const environmentPorts = { signal, onLine: (text: string) => say(text) }
      const spec = await trainingSpecOf(context, run, project, job.organisation_id, environmentPorts)
      const { modelDir } = await foldModel(
        spec,
        fold,
        {
          cache: stepCacheOf(database, objects, job.organisation_id),
          workDir: join(workDir, 'engine'),
          parallelism: 1,
          signal,
          onStep: () => {},
          onPrint: (node, _, { stream, text }) => log.add({ source: stream, node, text }),
        },
        supplies.runner,
      )
      const secretsOf = await predictionSecrets(context, model, job.organisation_id)
      const pipeline = await openFolder(context, supplies, await realpath(modelDir), { signal, log }, secretsOf)
      const value = await whileOpen(pipeline, signal, async () => {
        const data = decodeBlocks(await readFile(await objects.pathOf(project.blocks_key)))
        return computed(payload, project, model, data, spec.partition, predictorOf(pipeline), { signal, progress })
      })
      return {
        result: { modelId: model.id },
        keep: async (queries) => {
          await keepInsight(queries, model.id, 'features', value)
          await announceChange(queries, model.id)
        },
      }
    } finally {
      await rm(workDir, { recursive: true, force: true })
    }
  }
}

const computed = async (
  { rows: most, repeats, seed }: FeatureInsightsPayload,
  project: ProjectRow,
  { manifest }: ModelRow,
  data: Table,
  partition: Int8Array,
  predict: Predictor,
  { signal, progress }: Pick<JobPorts, 'signal' | 'progress'>,
): Promise<FeatureInsights['computed']> => {
  const validation = Int32Array.from(partition.keys()).filter((row) => partition[row] === fold)
  const chosen = sampled(validation, most, seed)
  const features = manifest.inputs.map(({ name }) => name)
  const rowsOf = (rows: Int32Array): Table => takeRows(selectColumns(data, features), rows)
  const { values, targetType, weights: all } = actualsOf(project, data)
  const actual = Float64Array.from(chosen, (row) => values[row] as number)
  const weighted: { readonly weights?: Float64Array } =
    all === undefined ? {} : { weights: Float64Array.from(chosen, (row) => all[row] as number) }
  const steps = 2 * features.length
  const at = (step: number, words: string) => {
    signal.throwIfAborted()
    progress(step / steps, words)
  }
  // What leans on a feature moves with it: of anomalies there is no truth to move away from.
  const metric = targetType === 'anomaly' ? null : project.metric
  const impact = await permutationImpact({
    rows: rowsOf(chosen),
    features,
    predict,
    score:
      metric === null
        ? (predicted, unshuffled) => meanChange(predicted, unshuffled, weighted.weights)
        : (predicted) => computeMetrics({ targetType, actual, predicted, ...weighted }).scores[metric] ?? undefined,
    higherIsBetter: metric !== null && higherIsBetter(metric),
    repeats,
    seed,
    onFeature: (name, index) => at(index, `Impact of ${name}`),
  })
  const few = rowsOf(chosen.subarray(0, effectRows))
  const ranked = impact === undefined ? features : impact.features.map(({ feature }) => feature)
  const effects: NonNullable<FeatureInsights['computed']>['effects'] = []
  for (const feature of ranked) {
    if (effects.length === mostEffects) break
    const index = columnIndex(few, feature)
    const points = effectPoints(few.columns[index] as Column, few.schema.columns[index] as ColumnSchema, few.rows)
    if (points.length === 0) continue
    at(features.length + effects.length, `Effect of ${feature}`)
    const found = await featureEffect({
      rows: few,
      feature,
      points,
      predict,
      shown: project.target_type === 'binary' ? 1 : 0,
      curves: project.target_type === 'multiclass' ? 0 : effectCurves,
    })
    effects.push(found as (typeof effects)[number])
  }
  return {
    part: 'validation',
    partRows: validation.length,
    metric,
    impact: impact === undefined ? null : { ...impact, features: [...impact.features] },
    effects,
  }
}

/** At most so many of the rows, in an order drawn with a seed. */
const sampled = (rows: Int32Array, most: number, seed: number): Int32Array => {
  const order = Int32Array.from(rows)
  shuffle(order, randomFrom(seed))
  return order.subarray(0, most)
}
