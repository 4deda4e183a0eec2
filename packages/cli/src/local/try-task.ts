import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { findingsOfProbes, isError, type ParameterValues, resolveParameters } from '@modelsmith/domain'
import {
  type FitResult,
  finalPart,
  fitTask,
  noCache,
  requestOf,
  type StepReport,
  validationPartName,
} from '@modelsmith/engine'
import { preloadingFor } from '@modelsmith/runner'
import { ModelsmithError, takeRows } from '@modelsmith/table'
import { cliError } from '../errors.ts'
import { terminal } from '../terminal.ts'
import { demandColumn, type LocalData, readData, withColumns } from './data.ts'
import { readParameters } from './flags.ts'
import { scoreAfresh } from './fresh.ts'
import { keepFitted, refuseOutput } from './output.ts'
import { type ChosenLabels, type LocalTarget, readTarget } from './target.ts'
import { type LocalTask, readTaskFolder } from './task-folder.ts'
import { measure, type Verdict } from './verdict.ts'
import { limitsOf, type Workshop } from './workshop.ts'

export type FitRequest = ChosenLabels & {
  readonly codeDir: string
  /** Undefined: what `validation` of the metadata names, with its target. */
  readonly input: string | undefined
  readonly targetType: string | undefined
  readonly target: string | undefined
  readonly targetFile: string | undefined
  readonly weights: string | undefined
  readonly parameters: readonly string[]
  readonly output: string | undefined
  /** Whether to measure it on rows held back and to score in a fresh session. */
  readonly predict: boolean
  readonly verbose: boolean
}

/** Everything that `fit` does; throws what breaks the contract. */
export const tryTask = async (request: FitRequest, workshop: Workshop): Promise<Verdict> => {
  const started = Date.now()
  if (request.output !== undefined) await refuseOutput(request.output)
  const local = await readTaskFolder(request.codeDir, request.targetType, join(workshop.folder, 'code'))
  const parameters = parametersOf(request.parameters, local)
  const { data, name } = await readInput({ ...request, ...inputOf(request, local) }, workshop)
  const target = readTarget(data, name, local.targetType, request)
  const features = data.columns.map((column) => column.name).filter((each) => each !== name && each !== request.weights)
  const { name: base, requirements } = await requestOf(local.task)
  const environment = preloadingFor(await workshop.environment(base, undefined, requirements), local.sources)
  const runner = await workshop.runner(environment)
  const limits = limitsOf(local.metadata?.resources)
  const steps: StepReport[] = []
  const fitted = await fitTask(
    {
      data: { file: data.file, contentId: data.contentId, rows: data.table.rows, columns: data.columns },
      features,
      target: name,
      targetType: local.targetType,
      classes: target.classes,
      weights: request.weights,
      rows: target.rows,
      validation: request.predict ? target.validation : undefined,
      task: { ...local.task, environment: environment.name },
      parameters,
      environment,
      limits,
      seed: 0,
    },
    {
      cache: noCache,
      workDir: join(workshop.folder, 'work'),
      parallelism: 1,
      signal: workshop.signal,
      onStep: (step) => {
        if (step.state === 'done') steps.push(step)
        showStep(step, target, request.verbose)
      },
      onPrint: (_, part, { text }) => terminal.err(`${part === validationPartName ? 'validation: ' : ''}${text}\n`),
    },
    runner,
  ).catch((error: unknown) => {
    throw withoutNode(error)
  })
  const scored = request.predict
    ? await scoreAfresh(fitted, takeRows(data.table, target.rows), local.task, { runner, environment, limits }).catch(
        (error: unknown) => {
          throw withoutNode(error)
        },
      )
    : undefined
  const shown = scored === undefined ? [] : findingsOfProbes(local.task.name, scored.probes, local.metadata?.typeSchema)
  if (shown.some(isError)) throw cliError('cli.contract', { task: local.task.name }, { findings: shown })
  if (request.output !== undefined) await keepFitted(fitted.modelDir, request.output, scored?.predictions)
  return {
    task: local.task.name,
    targetType: local.targetType,
    environment: environment.name,
    rows: target.rows.length,
    columns: features.length,
    seconds: (Date.now() - started) / 1000,
    steps: steps.flatMap(({ hook, part, timings }) => (timings === undefined ? [] : [{ hook, part, ...timings }])),
    validation: measure(fitted.validation, target, local.targetType),
    scoredAfresh: scored?.predictions.rows ?? null,
    probes: scored?.probes ?? null,
    artifacts: await artifactsOf(fitted),
    output: request.output ?? null,
    warnings: [...local.warnings, ...data.warnings, ...shown],
  }
}

const parametersOf = (pairs: readonly string[], { task }: LocalTask): ParameterValues => {
  const { values, findings } = resolveParameters(task.hyperparameters, readParameters(pairs, task.hyperparameters))
  const errors = findings.filter(isError)
  if (errors.length === 0) return values
  throw cliError('cli.usage', { problem: 'The hyperparameters are not what the task declares.' }, { findings })
}

type Input = { readonly input: string; readonly target: string | undefined }

const inputOf = ({ codeDir, input, target }: FitRequest, { metadata, task }: LocalTask): Input => {
  if (input !== undefined) return { input, target }
  const { validation } = metadata ?? {}
  if (validation === undefined) throw cliError('cli.noValidation', { task: task.name })
  // A folder may have come in a zip, or below another; then there is only the copy.
  const beside = join(codeDir, validation.input)
  const path = existsSync(beside) ? beside : join(task.codeDir, validation.input)
  return { input: path, target: target ?? validation.targetName }
}

/** The input, with its target, when that lies in a file of its own, beside it. */
const readInput = async (
  { input, target, targetFile, weights }: FitRequest & Input,
  { folder, signal }: Workshop,
): Promise<{ data: LocalData; name: string | undefined }> => {
  terminal.err(`Reading ${input}\n`)
  const alone = await readData(input, join(folder, 'data.cols'), signal)
  const apart = targetFile === undefined ? undefined : await readData(targetFile, join(folder, 'target.cols'), signal)
  const data = apart === undefined ? alone : await withColumns(alone, apart, targetFile as string)
  const name = target ?? apart?.columns[0]?.name
  if (name !== undefined) demandColumn(data, name, '--target')
  if (weights !== undefined) demandColumn(data, weights, '--row-weights')
  return { data, name }
}

const showStep = ({ hook, part, state, timings }: StepReport, { rows, validation }: LocalTarget, verbose: boolean) => {
  const fitted = part === finalPart ? rows : validation?.trainRows
  const aim = part === finalPart ? '' : ', to measure it on the others'
  if (state === 'running' && hook === 'fit') terminal.err(`Fitting on ${fitted?.length ?? 0} rows${aim}\n`)
  if (state !== 'done' || timings === undefined || !verbose) return
  const { wallMs, cpuMs, peakMemoryMb } = timings
  terminal.err(
    `  ${hook}: ${wallMs.toFixed(0)} ms, ${cpuMs.toFixed(0)} ms of processor time, ${peakMemoryMb.toFixed(0)} MB\n`,
  )
}

/** There is one node only: to name it would say nothing. */
const withoutNode = (error: unknown): unknown =>
  error instanceof ModelsmithError && error.place?.node !== undefined && error.cause instanceof ModelsmithError
    ? error.cause
    : error

const artifactsOf = async ({ modelDir, manifest }: FitResult): Promise<string[]> => {
  const [node] = manifest.nodes
  return node === undefined ? [] : (await readdir(join(modelDir, node.artifacts), { recursive: true })).sort()
}
