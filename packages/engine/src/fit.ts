import { join } from 'node:path'
import { checkInput, type FeatureColumn, isError, kindOfColumns, type TargetType } from '@modelsmith/domain'
import type { Environment, FittedManifest, Limits, Runner } from '@modelsmith/runner'
import type { Table } from '@modelsmith/table'
import { engineError } from './errors.ts'
import type { PartResult } from './lane.ts'
import { manifestOf, writeModel } from './model.ts'
import { runParts } from './parts.ts'
import { finalPart, type PlannedPart, planPart } from './plan.ts'
import type { TrainingPorts } from './ports.ts'
import type { EngineTask, FittingSpec, TrainingData } from './spec.ts'

/** One task to be fitted on its own: a blueprint of one node, which may be a transform. */
export type FitSpec = {
  readonly data: TrainingData
  readonly features: readonly string[]
  readonly target?: string | undefined
  readonly targetType: TargetType
  readonly classes: readonly string[]
  readonly weights?: string | undefined
  readonly rows: Int32Array
  /** Rows of these that a first fit leaves out and then predicts, so that the task can be measured. */
  readonly validation?: { readonly trainRows: Int32Array; readonly predictRows: Int32Array } | undefined
  readonly task: EngineTask
  readonly parameters: Readonly<Record<string, string | number | boolean | null>>
  readonly environment: Environment
  readonly limits: Limits
  readonly seed: number
}

export type FitResult = {
  /** Predictions of the validation rows, by a fit that did not see them. */
  readonly validation: Table | undefined
  /** A folder with `model.json`, code and artifacts of the fit on all rows. */
  readonly modelDir: string
  readonly manifest: FittedManifest
}

export const validationPartName = 'validation'
const node = 'task'

/** Fits one task as a training would fit it in a blueprint. */
export const fitTask = async (spec: FitSpec, ports: TrainingPorts, runner: Runner): Promise<FitResult> => {
  const fitting = fittingOf(spec)
  const chosen = new Set(spec.features)
  const features = spec.data.columns.filter(({ name }) => chosen.has(name))
  refuseInput(spec.task, features)
  const part = (
    about: Pick<PlannedPart, 'name' | 'gives'>,
    trainRows: Int32Array,
    predictRows: Int32Array,
  ): PlannedPart =>
    // One node has no reader: nothing is told of its rows.
    planPart(fitting, features, [node], about, { rows: trainRows, within: [] }, predictRows)
  const whole = part({ name: finalPart, gives: 'model' }, spec.rows, new Int32Array(0))
  const { validation } = spec
  const first =
    validation === undefined
      ? []
      : [part({ name: validationPartName, gives: 'predictions' }, validation.trainRows, validation.predictRows)]
  const parts = [...first, whole]
  const results = await runParts(parts, fitting, ports, runner)
  const { artifacts } = results.get(finalPart) as PartResult
  const manifest = manifestOf(fitting, whole)
  const modelDir = join(ports.workDir, 'model')
  await writeModel(whole, manifest, fitting.environments, artifacts, modelDir)
  return { validation: results.get(validationPartName)?.predictions, modelDir, manifest }
}

const fittingOf = (spec: FitSpec): FittingSpec => ({
  data: spec.data,
  features: spec.features,
  target: spec.target,
  targetType: spec.targetType,
  classes: spec.classes,
  weights: spec.weights,
  graph: {
    nodes: [{ id: node, taskVersion: spec.task.id, parameters: { ...spec.parameters }, inputs: [{ from: 'data' }] }],
  },
  tasks: new Map([[spec.task.id, spec.task]]),
  environments: new Map([[spec.task.environment, spec.environment]]),
  limits: spec.limits,
  seed: spec.seed,
})

const refuseInput = (task: EngineTask, features: readonly FeatureColumn[]): void => {
  const findings = checkInput(task, kindOfColumns(features)).filter(isError)
  if (findings.length > 0) throw engineError('engine.input', { task: task.name, count: findings.length }, { findings })
}
