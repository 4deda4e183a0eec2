import { cp, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { manifestFile, type ModelManifest, type Runner } from '@modelsmith/runner'
import type { ColumnSchema, Table } from '@modelsmith/table'
import { engineError } from './errors.ts'
import { openLane, type PartResult } from './lane.ts'
import { finalPart, type PlannedPart, planTraining } from './plan.ts'
import type { StepReport, TrainingPorts } from './ports.ts'
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
  for (const part of parts) announce(part, ports)
  const results = new Map<string, PartResult>()
  const queue = [...parts]
  let failure: unknown
  const work = async (_: unknown, index: number) => {
    const lane = openLane(spec, ports, runner, `lane-${index + 1}`)
    try {
      for (let part = queue.shift(); part !== undefined && failure === undefined; part = queue.shift()) {
        results.set(part.name, await lane.run(part))
      }
    } catch (error) {
      failure ??= error
    } finally {
      await lane.close()
    }
  }
  await mkdir(ports.workDir, { recursive: true })
  await Promise.all(Array.from({ length: Math.min(ports.parallelism, parts.length) }, work))
  if (ports.signal.aborted) throw engineError('engine.cancelled', {})
  if (failure !== undefined) throw failure
  const final = parts.at(-1) as PlannedPart
  const { predictions, artifacts } = results.get(finalPart) as PartResult
  const manifest = manifestOf(spec, final)
  const modelDir = join(ports.workDir, 'model')
  await writeModel(spec, final, manifest, artifacts, modelDir)
  return {
    outOfFold: joinFolds(spec, parts.slice(0, -1), results),
    holdout: predictions === undefined ? undefined : { rows: final.predictRows, predictions },
    modelDir,
    manifest,
  }
}

const announce = (part: PlannedPart, { onStep }: TrainingPorts): void => {
  for (const { id, task, estimator } of part.nodes) {
    const step = { node: id, taskName: task.name, part: part.name, state: 'waiting', timings: undefined } as const
    onStep({ ...step, hook: 'fit' })
    if (part.predictRows.length > 0) onStep({ ...step, hook: estimator ? 'predict' : 'transform' } satisfies StepReport)
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
    if (part <= 0) return
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

const manifestOf = (spec: TrainingSpec, { nodes }: PlannedPart): ModelManifest => {
  const used = new Set(
    nodes.flatMap(({ inputs }) => inputs.flatMap((input) => (input.from === 'data' ? input.columns : []))),
  )
  const inputs = spec.data.columns
    .filter(({ name }) => used.has(name))
    .map(({ missing: _, ...column }): ColumnSchema => column)
  return {
    version: 1,
    inputs,
    target: spec.target,
    targetType: spec.targetType,
    classes: spec.classes,
    seed: spec.seed,
    nodes: nodes.map(({ id, task, inputs: reads, estimator }) => ({
      id,
      task: task.name,
      targetType: estimator ? spec.targetType : 'transform',
      environment: task.environment,
      code: `code/${id}`,
      artifacts: `artifacts/${id}`,
      inputs: reads,
    })),
  }
}

const writeModel = async (
  spec: TrainingSpec,
  { nodes }: PlannedPart,
  manifest: ModelManifest,
  artifacts: ReadonlyMap<string, string>,
  folder: string,
): Promise<void> => {
  await mkdir(folder)
  for (const { id, task } of nodes) {
    await cp(task.codeDir, join(folder, 'code', id), { recursive: true })
    await cp(artifacts.get(id) as string, join(folder, 'artifacts', id), { recursive: true })
  }
  await writeFile(join(folder, manifestFile), JSON.stringify(manifest, null, 2))
}
