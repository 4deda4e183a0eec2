import {
  checkBlueprint,
  type FeatureColumn,
  holdoutPart,
  isError,
  isTrainedOn,
  isTransform,
  randomFrom,
  resolveParameters,
  selectFeatures,
  shuffle,
  type TargetType,
} from '@modelsmith/domain'
import type { PipelineInput } from '@modelsmith/runner'
import type { Finding } from '@modelsmith/table'
import { engineError } from './errors.ts'
import { engineVersion, hashBytes, hashOf } from './keys.ts'
import type { StepReport } from './ports.ts'
import type { EngineTask, FittingSpec, TrainingSpec } from './spec.ts'

/** One part of the rows: what is fitted on, and what is then predicted. */
export type PlannedPart = {
  /** `fold 1` … `fold k`, then `all training rows` or `all rows`. */
  readonly name: string
  /**
   * What is asked for: all that its fits wrote, in folders, as of a model; that they are known, as of the folds of one; or its predictions
   * alone.
   */
  readonly gives: 'model' | 'fits' | 'predictions'
  readonly trainRows: Int32Array
  readonly predictRows: Int32Array
  /** Cuts the training rows for nodes that are fitted without the rows of which they tell the next: places within `trainRows`. */
  readonly within: readonly Int32Array[]
  readonly nodes: readonly PlannedNode[]
}

export type PlannedNode = {
  readonly id: string
  readonly task: EngineTask
  readonly parameters: Readonly<Record<string, unknown>>
  readonly inputs: readonly PipelineInput[]
  /** Names the fitted artifacts: hash of everything that can change them. */
  readonly fitKey: string
  /** Whether it, or what it reads, saw a network or was given secrets: then nobody knows what the result depends on, and it is not kept. */
  readonly kept: boolean
  /** Names the predictions on `predictRows`; only the estimator's are kept. */
  readonly predictKey: string
  /**
   * Names what the node tells its readers of the training rows, where that must come from fits that did not see them: of an estimator
   * in mid-graph, or a transform that looks at the target. Undefined of all others, which are applied as they were fitted.
   */
  readonly crossFitKey: string | undefined
  /** `transform`, or what the whole blueprint learns. */
  readonly targetType: TargetType
  /** Tasks of the nodes that read its output. */
  readonly readers: readonly EngineTask[]
}

export const finalPart = 'all training rows'
/** In place of it, where the holdout is fitted on too. */
export const allRowsPart = 'all rows'

/** What is run of a node in a part, as people see it. */
export const hooksOf = (part: PlannedPart, { targetType }: PlannedNode): readonly StepReport['hook'][] => {
  if (part.predictRows.length === 0) return ['fit']
  return ['fit', targetType === 'transform' ? 'transform' : 'predict']
}

/** A training as keyed steps: pure, the same for equal specs on any machine. Throws everything that is wrong with the blueprint. */
export const planTraining = (spec: TrainingSpec): PlannedPart[] => {
  const features = spec.data.columns.filter(({ name }) => spec.features.includes(name) && name !== spec.weights)
  const report = checkBlueprint(spec.graph, {
    taskOf: (id) => spec.tasks.get(id),
    columns: features,
    targetType: spec.targetType,
  })
  const findings: Finding[] = report.findings.filter(isError)
  if (findings.length > 0) throw engineError('engine.blueprint', { count: findings.length }, { findings })
  const parts = Array.from({ length: spec.folds }, (_, fold) => ({ name: `fold ${fold + 1}`, part: fold + 1 }))
  return [
    ...parts.map(({ name, part }) =>
      planPart(
        spec,
        features,
        report.order,
        { name, gives: 'fits' },
        trainingRows(spec, (each) => isTrainedOn(each, part, spec.method ?? 'random')),
        rowsWhere(spec, (each) => each === part),
      ),
    ),
    planPart(
      spec,
      features,
      report.order,
      { name: spec.onAllRows === true ? allRowsPart : finalPart, gives: 'model' },
      spec.onAllRows === true
        ? cut(
            spec,
            rowsWhere(spec, (each) => each >= holdoutPart),
          )
        : trainingRows(spec, (each) => each > holdoutPart),
      rowsWhere(spec, (each) => each === holdoutPart),
    ),
  ]
}

const rowsWhere = ({ partition }: TrainingSpec, wanted: (part: number) => boolean): Int32Array => {
  const rows = new Int32Array(partition.length)
  let count = 0
  for (let row = 0; row < partition.length; row++) if (wanted(partition[row] as number)) rows[count++] = row
  return rows.slice(0, count)
}

const sampled = ({ sample }: TrainingSpec, rows: Int32Array): Int32Array =>
  sample === undefined ? rows : rows.filter((row) => sample[row] === 1)

type TrainingRows = { readonly rows: Int32Array; readonly within: readonly Int32Array[] }

const trainingRows = (spec: TrainingSpec, wanted: (part: number) => boolean): TrainingRows =>
  cut(spec, sampled(spec, rowsWhere(spec, wanted)))

const cut = ({ partition, seed }: TrainingSpec, rows: Int32Array): TrainingRows => ({
  rows,
  within: cutRows(
    rows.map((row) => partition[row] as number),
    seed,
  ),
})

const mostCuts = 5

/**
 * Places of rows by the fold that they are in, so that what belongs together stays together; at most five cuts of whole folds. Rows of
 * one fold are cut at random.
 */
export const cutRows = (folds: Int32Array, seed: number): readonly Int32Array[] => {
  const known = [...new Set(folds)].toSorted((a, b) => a - b)
  const places = Int32Array.from(folds.keys())
  if (known.length < 2) shuffle(places, randomFrom(seed))
  const cutOf = (place: number, order: number): number =>
    (known.length < 2 ? order : known.indexOf(folds[place] as number)) % mostCuts
  return Array.from({ length: mostCuts }, (_, cut) =>
    places.filter((place, order) => cutOf(place, order) === cut).toSorted(),
  ).filter(({ length }) => length > 0)
}

const rowsHash = (rows: Int32Array): string => hashBytes(new Uint8Array(rows.buffer, rows.byteOffset, rows.byteLength))

export const planPart = (
  spec: FittingSpec,
  features: readonly FeatureColumn[],
  order: readonly string[],
  { name, gives }: Pick<PlannedPart, 'name' | 'gives'>,
  { rows: trainRows, within }: TrainingRows,
  predictRows: Int32Array,
): PlannedPart => {
  const train = rowsHash(trainRows)
  const predict = rowsHash(predictRows)
  const done = new Map<string, { readonly trained: string; readonly predicted: string }>()
  const companyOf = companies(spec, order)
  const unkept = new Set<string>()
  const nodes = order.map((id): PlannedNode => {
    const node = spec.graph.nodes.find((each) => each.id === id) as FittingSpec['graph']['nodes'][number]
    const task = spec.tasks.get(node.taskVersion) as EngineTask
    const environment = spec.environments.get(task.environment)
    if (environment === undefined) throw engineError('engine.environment', { node: id, environment: task.environment })
    const inputs = node.inputs.map(
      (input): PipelineInput =>
        input.from === 'node'
          ? input
          : { from: 'data', columns: selectFeatures(input, features).map((column) => column.name) },
    )
    const columnsOf = inputs.map((input) => (input.from === 'node' ? undefined : new Set(input.columns)))
    const upstream = (rows: string, which: 'trained' | 'predicted') =>
      inputs.map((input, index) =>
        input.from === 'node'
          ? done.get(input.node)?.[which]
          : hashOf([
              spec.data.contentId,
              rows,
              features
                .filter((column) => columnsOf[index]?.has(column.name))
                .map(({ missing: _, ...column }) => column),
            ]),
      )
    const parameters = resolveParameters(task.hyperparameters, node.parameters ?? {}).values
    const company = companyOf(id)
    const fitKey = hashOf({
      engine: engineVersion,
      hook: 'fit',
      code: task.codeHash,
      environment: environment.fingerprint,
      threads: spec.limits.threads,
      x: upstream(train, 'trained'),
      y: spec.target === undefined ? null : [spec.data.contentId, spec.target, train],
      // Transforms receive none.
      ...(spec.weights === undefined || isTransform(task)
        ? {}
        : { weights: [spec.data.contentId, spec.weights, train] }),
      targetType: spec.targetType,
      classes: spec.classes,
      parameters,
      seed: spec.seed,
      ...(company.length === 0 ? {} : { company }),
    })
    const applied = (rows: string, which: 'trained' | 'predicted') =>
      hashOf({ hook: 'apply', fit: fitKey, x: upstream(rows, which) })
    const readers = spec.graph.nodes
      .filter((each) => each.inputs.some((input) => input.from === 'node' && input.node === id))
      .map((each) => spec.tasks.get(each.taskVersion) as EngineTask)
    const targetType = isTransform(task) ? 'transform' : spec.targetType
    const tells = readers.length > 0 && (targetType !== 'transform' || task.crossFitted === true)
    const crossFitKey = tells
      ? hashOf({ hook: 'cross-fit', fit: fitKey, x: upstream(train, 'trained'), within: within.map(rowsHash) })
      : undefined
    const keys = { trained: crossFitKey ?? applied(train, 'trained'), predicted: applied(predict, 'predicted') }
    done.set(id, keys)
    if (
      task.network === 'public' ||
      task.secrets !== undefined ||
      inputs.some((input) => input.from === 'node' && unkept.has(input.node))
    )
      unkept.add(id)
    const kept = !unkept.has(id)
    return { id, task, parameters, inputs, fitKey, kept, predictKey: keys.predicted, crossFitKey, targetType, readers }
  })
  return { name, gives, trainRows, predictRows, within, nodes }
}

/**
 * Custom code that runs before a node in the same session, and whose results the node does not read: it could change what the node
 * gives, so that it is part of the node's name. What the node reads is there already.
 */
const companies = (spec: FittingSpec, order: readonly string[]): ((id: string) => readonly string[]) => {
  const nodes = new Map(spec.graph.nodes.map((node) => [node.id, node]))
  const taskOf = (id: string) => spec.tasks.get(nodes.get(id)?.taskVersion ?? '')
  const readBy = new Map<string, ReadonlySet<string>>()
  const found = new Map<string, readonly string[]>()
  const ran: string[] = []
  for (const id of order) {
    const sources = (nodes.get(id)?.inputs ?? []).flatMap((input) => (input.from === 'node' ? [input.node] : []))
    const read = new Set(sources.flatMap((source) => [source, ...(readBy.get(source) ?? [])]))
    readBy.set(id, read)
    const others = ran
      .filter((other) => !read.has(other))
      .map(taskOf)
      .filter((task) => task?.environment === taskOf(id)?.environment && task?.network === taskOf(id)?.network)
    found.set(id, [...new Set(others.map((task) => task?.codeHash ?? ''))].sort())
    if (taskOf(id)?.kind === 'custom') ran.push(id)
  }
  return (id) => found.get(id) ?? []
}
