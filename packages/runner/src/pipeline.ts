import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  type AppliedTask,
  checkPredictions,
  type Hyperparameter,
  type ParameterValues,
  resolvePredictionParameters,
} from '@modelsmith/domain'
import { type ColumnSchema, decodeBlocks, encodeBlocksWhole, ModelsmithError, type Table } from '@modelsmith/table'
import { refuseOutput } from './contract.ts'
import { runnerError } from './errors.ts'
import { takeTable } from './tables.ts'
import { type EnvironmentLock, lockIn } from './environment-lock.ts'
import type {
  CarriedTable,
  Environment,
  HeldTable,
  HookPlace,
  Limits,
  Print,
  Runner,
  Session,
  TableRef,
  TargetType,
} from './types.ts'

/** Which columns enter a node: of the rows themselves, by name, or all that an earlier node gave. */
export type PipelineInput =
  | { readonly from: 'data'; readonly columns: readonly string[] }
  | { readonly from: 'node'; readonly node: string }

export type PipelineNode = {
  readonly id: string
  readonly task: string
  readonly targetType: TargetType
  readonly environment: string
  readonly network?: 'public'
  /** Folders relative to the model's. */
  readonly code: string
  readonly artifacts: string
  readonly inputs: readonly PipelineInput[]
  /** Whether sparse data reaches it as such. */
  readonly takesSparse?: true
  /** What may be set where it is applied; nothing where it is not there. */
  readonly predictionParameters?: readonly Hyperparameter[]
}

/** `model.json`: all that is needed to apply what was fitted to rows, beside its code and artifacts. */
export type FittedManifest = {
  readonly version: 1
  /** Columns of a row, with the types frozen when it was fitted. */
  readonly inputs: readonly ColumnSchema[]
  /** What it learnt from; a transform may do without, and a detector of anomalies does. */
  readonly target?: string | undefined
  readonly targetType: TargetType
  readonly classes: readonly string[]
  /** In an order in which each follows what it reads; the last gives the result. */
  readonly nodes: readonly PipelineNode[]
  readonly seed: number
}

/** The manifest of a trained blueprint: its last node is an estimator. */
export type ModelManifest = FittedManifest & {
  readonly targetType: Exclude<TargetType, 'transform'>
  /** What its training predicted: whoever trains it again has the same digests where every bit is the same. */
  readonly predictions?: PredictionDigests | undefined
}

/**
 * SHA-256 of the predictions of rows by models that did not see them: by those of the folds, and of the holdout where there is one.
 * Of a model that was fitted on the holdout too, `learned` is of what it predicts there: it measures nothing, and tells whether a
 * model that was trained again is the same.
 */
export type PredictionDigests = {
  readonly outOfFold: string
  readonly holdout: string | null
  readonly learned?: string
}

export const manifestFile = 'model.json'

export const readManifest = async (folder: string): Promise<FittedManifest> => {
  const manifest = JSON.parse(await readFile(join(folder, manifestFile), 'utf8')) as FittedManifest
  if (manifest.version === 1) return manifest
  throw new ModelsmithError({
    code: 'model.version',
    kind: 'unsupported',
    message: `The model in ${folder} has the format ${manifest.version}; 1 was expected.`,
  })
}

/** References to what a node reads, given the rows and the handle of each earlier output. */
export const inputsOf = (
  inputs: readonly PipelineInput[],
  data: Omit<HeldTable, 'columns'> | Omit<CarriedTable, 'columns'>,
  outputOf: (node: string) => string,
): TableRef['parts'] =>
  inputs.map((input) => (input.from === 'data' ? { ...data, columns: input.columns } : { table: outputOf(input.node) }))

export type Pipeline = {
  readonly manifest: FittedManifest
  /** Rows under `manifest.inputs` to scores (one column a class, or `Predictions`), or to what the transform gives. */
  predict(rows: Table, parameters?: ParameterValues): Promise<Table>
  close(): Promise<void>
  readonly ended: Promise<string>
}

export type PipelineSpec = {
  readonly folder: string
  /** With the lock that the model brings for it, where it is not built in. */
  readonly environmentOf: (name: string, lock: EnvironmentLock | undefined) => Promise<Environment>
  readonly limits: Limits
  /** Environment variables of a node's hooks that are nobody's to see; such a node shares its session with no other. */
  readonly secretsOf?: (node: string) => Readonly<Record<string, string>> | undefined
  readonly onPrint?: (print: Print) => void
}

/** Loads a trained blueprint into warm sessions, one for each environment that it needs. */
export const openPipeline = async (
  runner: Runner,
  { folder, environmentOf, limits, secretsOf = () => undefined, onPrint = () => {} }: PipelineSpec,
): Promise<Pipeline> => {
  const manifest = await readManifest(folder)
  const sessions = new Map<string, Session>()
  const placeOf: PlaceOf = (node) => placeOfNode(node, secretsOf(node.id) !== undefined)
  const close = async () => {
    await Promise.all([...sessions.values()].map((session) => session.close()))
  }
  try {
    for (const node of manifest.nodes) {
      const place = placeOf(node)
      if (sessions.has(place)) continue
      const environment = await environmentOf(node.environment, await lockIn(folder, node.environment))
      const { network = 'isolated' } = node
      const secrets = secretsOf(node.id)
      sessions.set(
        place,
        await runner.open({
          environment,
          limits,
          readable: [folder],
          writable: [],
          network,
          ...(secrets === undefined ? {} : { secrets }),
          onPrint,
        }),
      )
    }
    for (const node of manifest.nodes) {
      const { id, task, targetType, code, artifacts } = node
      const session = sessions.get(placeOf(node)) as Session
      // One folder of code for each node: two nodes of one task must not share what a module keeps.
      await session.addTask({ name: id, codeDir: join(folder, code) })
      await session
        .load({ task: id, targetType, artifactDir: join(folder, artifacts), model: `model ${id}` })
        .catch((error) => {
          throw atNode(error, id, task)
        })
    }
  } catch (error) {
    await close()
    throw error
  }
  const ended = Promise.race(
    [...sessions.values()].map((session) => session.ended.then((error) => error?.message ?? 'It was closed.')),
  )
  let count = 0
  return {
    manifest,
    ended,
    close,
    predict: async (rows, parameters = {}) =>
      score(manifest, { sessions, placeOf }, rows, predictionParametersFor(manifest.nodes, parameters), `p${count++}`),
  }
}

/** What each task receives when a model is applied; what the model does not declare is refused, all at once. */
export const predictionParametersFor = (
  tasks: readonly AppliedTask[],
  given: ParameterValues,
): ReadonlyMap<string, ParameterValues> => {
  const { values, findings } = resolvePredictionParameters(tasks, given)
  if (findings.length > 0) throw runnerError('model.parameters', {}, { findings })
  return values
}

type PlaceOf = (node: PipelineNode) => string

/** Nodes of one environment and network share a session; one with secrets has its own. */
const placeOfNode = ({ id, environment, network }: PipelineNode, alone: boolean): string =>
  `${environment} ${network ?? 'isolated'} ${alone ? id : ''}`

export const atNode = (error: unknown, node: string, task: string): unknown =>
  error instanceof ModelsmithError
    ? new ModelsmithError({
        ...error.toJSON(),
        message: `Node "${node}" (${task}): ${error.message}`,
        place: { ...error.place, node },
        cause: error,
      })
    : error

/** Rows and predictions of so many bytes travel within the messages; more of them through files, which cost as much as many rows. */
const fewBytes = 64 * 2 ** 10

const score = async (
  manifest: FittedManifest,
  { sessions, placeOf }: { readonly sessions: ReadonlyMap<string, Session>; readonly placeOf: PlaceOf },
  rows: Table,
  parameters: ReadonlyMap<string, ParameterValues>,
  prefix: string,
): Promise<Table> => {
  const bytes = encodeBlocksWhole(rows)
  const last = manifest.nodes.at(-1)
  const carried = bytes.length <= fewBytes ? Buffer.from(bytes.buffer).toString('base64') : undefined
  const answerBytes = rows.rows * Math.max(manifest.classes.length, 1) * Float64Array.BYTES_PER_ELEMENT
  const isAnsweredWithin = last?.targetType !== 'transform' && carried !== undefined && answerBytes <= fewBytes
  /** Where each table is known, by environment: the rows are opened once in each, an output is carried over when needed. */
  const known = new Map<string, Set<string>>()
  const made = new Map<string, string>()
  const outputOf = (node: string): string => `${prefix} ${node}`
  const data = `${prefix} data`

  const bring = async (handle: string, environment: string): Promise<void> => {
    const there = known.get(environment) ?? new Set()
    known.set(environment, there)
    if (there.has(handle)) return
    there.add(handle)
    const session = sessions.get(environment) as Session
    const file = join(session.input, `${handle.replaceAll(' ', '-')}-${environment}`)
    await writeFile(
      file,
      handle === data ? bytes : await takeTable(sessions.get(made.get(handle) as string) as Session, handle),
    )
    await session.openTable(handle, file)
    await rm(file)
  }

  try {
    for (const node of manifest.nodes) {
      const { id, task, targetType, inputs, takesSparse: sparse = false } = node
      const environment = placeOf(node)
      const session = sessions.get(environment) as Session
      for (const input of inputs) {
        if (input.from === 'node') await bring(outputOf(input.node), environment)
        else if (carried === undefined) await bring(data, environment)
      }
      const values = parameters.get(id)
      const asked = {
        model: `model ${id}`,
        task: id,
        targetType,
        x: { parts: inputsOf(inputs, carried === undefined ? { table: data } : { blocks: carried }, outputOf), sparse },
        ...(targetType === 'binary' || targetType === 'multiclass' ? { classes: manifest.classes } : {}),
        ...(values === undefined ? {} : { parameters: values }),
        seed: manifest.seed,
      }
      const blame = (error: unknown) => {
        throw atNode(error, id, task)
      }
      if (node === last && isAnsweredWithin) {
        const { scores, hook } = await session.predict(asked).catch(blame)
        demandPredictions(manifest, { node, hook }, rows.rows, scores)
        return scores
      }
      const result = outputOf(id)
      const { hook } = await session.apply({ ...asked, result }).catch(blame)
      made.set(result, environment)
      known.set(environment, (known.get(environment) ?? new Set()).add(result))
      if (node !== last) continue
      const scores = decodeBlocks(await takeTable(session, result))
      demandPredictions(manifest, { node, hook }, rows.rows, scores)
      return scores
    }
    throw new ModelsmithError({ code: 'model.empty', kind: 'bug', message: 'The model has no nodes.' })
  } finally {
    await Promise.all(
      [...known].map(([environment, handles]) =>
        sessions
          .get(environment)
          ?.release([...handles])
          .catch(() => {}),
      ),
    )
  }
}

/** An estimator gives finite numbers, or probabilities that sum to 1: what breaks that is never an answer. */
const demandPredictions = (
  { classes }: FittedManifest,
  { node, hook }: { readonly node: PipelineNode; readonly hook: HookPlace },
  rows: number,
  table: Table,
): void => {
  const { id, task, targetType } = node
  if (targetType === 'transform') return
  try {
    refuseOutput(hook, checkPredictions({ task, targetType, classes, rows, table }).findings)
  } catch (error) {
    throw atNode(error, id, task)
  }
}
