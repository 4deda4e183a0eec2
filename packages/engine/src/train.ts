import { join } from 'node:path'
import type { ModelManifest, Runner } from '@modelsmith/runner'
import type { Table } from '@modelsmith/table'
import { digestOf } from './digest.ts'
import { joinFolds, type OutOfFold } from './folds.ts'
import type { PartResult } from './lane.ts'
import { manifestOf, writeModel } from './model.ts'
import { runParts } from './parts.ts'
import { type PlannedPart, planTraining } from './plan.ts'
import type { TrainingPorts } from './ports.ts'
import type { TrainingSpec } from './spec.ts'

/** Where lies what the fit of a node wrote. */
export type FitOutput = {
  readonly node: string
  /** Of the known step; undefined where nobody knows what the result depends on, so that it is not kept as one. */
  readonly key: string | undefined
  /** Undefined where the fold was known already. */
  readonly folder: string | undefined
}

export type TrainingResult = {
  /** What the fits of each fold wrote, from fold 1. */
  readonly folds: readonly (readonly FitOutput[])[]
  readonly outOfFold: OutOfFold
  /** What the model predicts of the rows that it has not seen; nothing where it was fitted on them too. */
  readonly holdout: { readonly rows: Int32Array; readonly predictions: Table } | undefined
  /** A folder with `model.json`, code and artifacts: complete, and movable. */
  readonly modelDir: string
  readonly manifest: ModelManifest
}

/** Trains a blueprint: every fold and the final model, side by side, each step once. Throws the first failure; what was finished stays known. */
export const train = async (spec: TrainingSpec, ports: TrainingPorts, runner: Runner): Promise<TrainingResult> => {
  const parts = planTraining(spec)
  const results = await runParts(parts, spec, ports, runner)
  const final = parts.at(-1) as PlannedPart
  const { predictions, artifacts } = results.get(final.name) as PartResult
  const folds = parts.slice(0, -1)
  const outOfFold = joinFolds(folds, results, spec.data.rows)
  const predicted = predictions === undefined ? undefined : { rows: final.predictRows, predictions }
  const holdout = spec.onAllRows === true ? undefined : predicted
  const manifest: ModelManifest = {
    ...manifestOf(spec, final),
    target: spec.target,
    targetType: spec.targetType,
    predictions: {
      outOfFold: digestOf(outOfFold),
      holdout: holdout === undefined ? null : digestOf(holdout),
      ...(holdout === predicted || predicted === undefined ? {} : { learned: digestOf(predicted) }),
    },
  }
  const modelDir = join(ports.workDir, 'model')
  await writeModel(final, manifest, spec.environments, artifacts, modelDir)
  const fits = folds.map(({ name, nodes }) =>
    nodes.map(({ id, kept, fitKey }): FitOutput => {
      const folder = results.get(name)?.artifacts.get(id)
      return { node: id, key: kept ? fitKey : undefined, folder }
    }),
  )
  return { folds: fits, outOfFold, holdout, modelDir, manifest }
}

/**
 * Predictions of a blueprint for the rows of its first folds, and no model: what a trial of a search is judged by. Its steps are named
 * as those of a training, so that a training of the same blueprint has them already.
 */
export const tryBlueprint = async (
  spec: TrainingSpec,
  folds: number,
  ports: TrainingPorts,
  runner: Runner,
): Promise<OutOfFold> => {
  const parts = planTraining(spec)
    .slice(0, Math.min(folds, spec.folds))
    .map((part): PlannedPart => ({ ...part, gives: 'predictions' }))
  return joinFolds(parts, await runParts(parts, spec, ports, runner), spec.data.rows)
}
