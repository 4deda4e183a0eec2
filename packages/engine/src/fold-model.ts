import { join } from 'node:path'
import type { ModelManifest, Runner } from '@modelsmith/runner'
import type { PartResult } from './lane.ts'
import { manifestOf, writeModel } from './model.ts'
import { runParts } from './parts.ts'
import { type PlannedPart, planTraining } from './plan.ts'
import type { TrainingPorts } from './ports.ts'
import type { TrainingSpec } from './spec.ts'

/**
 * The model of one fold (from 1), which has not seen the fold's rows: made of the steps that the training kept, and of those
 * fitted again that it did not. It lies in `modelDir` as `train` leaves the final one.
 */
export const foldModel = async (
  spec: TrainingSpec,
  fold: number,
  ports: TrainingPorts,
  runner: Runner,
): Promise<{ readonly modelDir: string; readonly manifest: ModelManifest }> => {
  const planned = planTraining(spec)[fold - 1] as PlannedPart
  const part: PlannedPart = { ...planned, gives: 'model', predictRows: new Int32Array(0) }
  const results = await runParts([part], spec, ports, runner)
  const { artifacts } = results.get(part.name) as PartResult
  const manifest = { ...manifestOf(spec, part), target: spec.target, targetType: spec.targetType }
  const modelDir = join(ports.workDir, 'model')
  await writeModel(part, manifest, spec.environments, artifacts, modelDir)
  return { modelDir, manifest }
}
