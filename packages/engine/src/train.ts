import { join } from 'node:path'
import { holdoutPart, trainOnlyPart } from '@modelsmith/domain'
import type { ModelManifest, Runner } from '@modelsmith/runner'
import type { Table } from '@modelsmith/table'
import type { PartResult } from './lane.ts'
import { manifestOf, writeModel } from './model.ts'
import { runParts } from './parts.ts'
import { finalPart, type PlannedPart, planTraining } from './plan.ts'
import type { TrainingPorts } from './ports.ts'
import type { TrainingSpec } from './spec.ts'

export type TrainingResult = {
  /** Predictions of each row by the model that did not see it, with the row's index in the dataset. */
  readonly outOfFold: { readonly rows: Int32Array; readonly predictions: Table; readonly fold: Int8Array }
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
  const { predictions, artifacts } = results.get(finalPart) as PartResult
  const manifest = { ...manifestOf(spec, final), target: spec.target, targetType: spec.targetType }
  const modelDir = join(ports.workDir, 'model')
  await writeModel(final, manifest, spec.environments, artifacts, modelDir)
  return {
    outOfFold: joinFolds(spec, parts.slice(0, -1), results),
    holdout: predictions === undefined ? undefined : { rows: final.predictRows, predictions },
    modelDir,
    manifest,
  }
}

/** The folds' predictions in the order of the dataset's rows. */
const joinFolds = (
  spec: TrainingSpec,
  folds: readonly PlannedPart[],
  results: ReadonlyMap<string, PartResult>,
): TrainingResult['outOfFold'] => {
  const count = folds.reduce((sum, { predictRows }) => sum + predictRows.length, 0)
  const position = new Int32Array(spec.data.rows).fill(-1)
  const rows = new Int32Array(count)
  const fold = new Int8Array(count)
  let next = 0
  spec.partition.forEach((part, row) => {
    if (part <= holdoutPart || part === trainOnlyPart) return
    rows[next] = row
    fold[next] = part
    position[row] = next++
  })
  const first = (results.get((folds[0] as PlannedPart).name) as PartResult).predictions as Table
  const columns = first.columns.map(() => new Float64Array(count))
  for (const { name, predictRows } of folds) {
    const { predictions } = results.get(name) as PartResult
    columns.forEach((values, index) => {
      const column = predictions?.columns[index]
      if (column?.kind !== 'float64') return
      predictRows.forEach((row, at) => {
        values[position[row] as number] = column.values[at] as number
      })
    })
  }
  const predictions: Table = {
    schema: first.schema,
    rows: count,
    columns: columns.map((values) => ({ kind: 'float64', values, validity: undefined })),
  }
  return { rows, predictions, fold }
}
