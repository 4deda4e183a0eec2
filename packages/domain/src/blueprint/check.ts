import type { Finding } from '@modelsmith/table'
import { dataTypeOf, type FeatureColumn, joinKinds, kindOfColumns, type TableKind } from '../contract/data-types.ts'
import { resolveParameters } from '../contract/parameters.ts'
import { type DataType, type EstimatorType, type Hyperparameter, isFunction } from '../contract/schema.ts'
import { checkInput, isTransform, outputKind, type TypedTask } from '../contract/types.ts'
import { finding } from '../errors.ts'
import { nearest } from '../nearest.ts'
import { findCycle, topologicalOrder, upstreamOf } from './order.ts'
import type { BlueprintGraph, BlueprintInput, BlueprintNode } from './schema.ts'

/** What a blueprint needs to know of a task version. */
export type TaskDescription = TypedTask & {
  readonly id: string
  readonly kind: 'builtin' | 'custom'
  readonly hyperparameters: readonly Hyperparameter[]
  /** What may be set where it is applied; nothing unless given. */
  readonly predictionParameters?: readonly Hyperparameter[]
  readonly environment: string
}

export type BlueprintSurroundings = {
  readonly taskOf: (taskVersion: string) => TaskDescription | undefined
  /** The features of the project; left out while a blueprint is drawn without one. */
  readonly columns?: readonly FeatureColumn[] | undefined
  readonly targetType?: EstimatorType | undefined
}

export type NodeReport = {
  readonly id: string
  /** What flows on each of the node's edges, in the order of its inputs. */
  readonly inputs: readonly (TableKind | undefined)[]
  /** All inputs side by side; undefined where one of them is not known. */
  readonly input: TableKind | undefined
  readonly output: TableKind | undefined
}

export type BlueprintReport = {
  /** Each with the node it is about; the cure is its hint. */
  readonly findings: readonly Finding[]
  /** Node ids, each after all that it reads. */
  readonly order: readonly string[]
  readonly nodes: readonly NodeReport[]
  /** The final estimator, when there is exactly one. */
  readonly estimator: string | undefined
}

/** Checks a blueprint as a whole. The same in the browser while it is drawn and on the server before it is trained. */
export const checkBlueprint = (graph: BlueprintGraph, surroundings: BlueprintSurroundings): BlueprintReport => {
  const order = topologicalOrder(graph)
  const ends = checkEnds(graph, surroundings)
  const flow = followTypes(graph, order, surroundings)
  const findings = [
    ...checkIds(graph),
    ...checkCycle(graph),
    ...graph.nodes.flatMap((node, index) => checkNode(node, index, surroundings)),
    ...ends.findings,
    ...flow.findings,
    ...checkUnused(graph, surroundings.columns),
  ]
  return { findings, order, nodes: flow.nodes, estimator: ends.estimator }
}

/** The columns of the project that an input lets in. */
export const selectFeatures = (
  input: Extract<BlueprintInput, { from: 'data' }>,
  columns: readonly FeatureColumn[],
): FeatureColumn[] =>
  columns.filter(
    ({ name, type }) =>
      (input.dataTypes === undefined || input.dataTypes.includes(dataTypeOf(type))) &&
      (input.columns === undefined || input.columns.includes(name)),
  )

const at = (node: string, pointer?: string) => ({ place: pointer === undefined ? { node } : { node, pointer } })

const checkIds = (graph: BlueprintGraph): Finding[] => {
  const ids = graph.nodes.map(({ id }) => id)
  const known = new Set(ids)
  return [
    ...[...known]
      .filter((id) => ids.indexOf(id) !== ids.lastIndexOf(id))
      .map((node) => finding('blueprint.duplicateNode', { node }, at(node))),
    ...graph.nodes.flatMap((node) =>
      node.inputs.flatMap((input) =>
        input.from === 'node' && !known.has(input.node)
          ? [finding('blueprint.unknownNode', { node: node.id, input: input.node }, at(node.id))]
          : [],
      ),
    ),
  ]
}

const checkCycle = (graph: BlueprintGraph): Finding[] => {
  const nodes = findCycle(graph)
  return nodes[0] === undefined ? [] : [finding('blueprint.cycle', { nodes }, at(nodes[0]))]
}

const checkNode = (
  { id, taskVersion, parameters, inputs }: BlueprintNode,
  index: number,
  { taskOf, columns, targetType }: BlueprintSurroundings,
): Finding[] => {
  const task = taskOf(taskVersion)
  if (task === undefined) return [finding('blueprint.unknownTask', { node: id, taskVersion }, at(id))]
  const names = columns?.map(({ name }) => name)
  return [
    ...resolveParameters(task.hyperparameters, parameters ?? {}).findings.map((found) => ({
      ...found,
      ...at(id, `/nodes/${index}/parameters${found.place?.pointer ?? ''}`),
    })),
    ...(isFunction(task) ? [finding('blueprint.function', { task: task.name, types: task.targetTypes }, at(id))] : []),
    ...(targetType === undefined || isTransform(task) || isFunction(task) || task.targetTypes.includes(targetType)
      ? []
      : [finding('blueprint.wrongTarget', { task: task.name, types: task.targetTypes, target: targetType }, at(id))]),
    ...inputs.flatMap((input) =>
      input.from === 'data' && names !== undefined
        ? (input.columns ?? [])
            .filter((column) => !names.includes(column))
            .map((column) =>
              finding('blueprint.unknownColumn', { node: id, column, near: nearest(column, names) }, at(id)),
            )
        : [],
    ),
  ]
}

/** Every node is read, except one: the estimator that answers. */
const checkEnds = (
  graph: BlueprintGraph,
  { taskOf }: BlueprintSurroundings,
): { readonly findings: Finding[]; readonly estimator: string | undefined } => {
  if (graph.nodes.length === 0) return { findings: [finding('blueprint.noNodes', {})], estimator: undefined }
  const read = new Set([...upstreamOf(graph).values()].flat())
  const ends = graph.nodes
    .filter(({ id }) => !read.has(id))
    .map(({ id, taskVersion }) => ({ id, task: taskOf(taskVersion) }))
  const unread = ends.filter(({ task }) => task !== undefined && isTransform(task))
  // A task that is not known may well be the estimator: its own finding is enough.
  const candidates = ends.filter(({ task }) => task === undefined || !isTransform(task)).map(({ id }) => id)
  return {
    findings: [
      ...unread.map(({ id }) => finding('blueprint.unread', { node: id }, at(id))),
      ...(candidates.length === 0 ? [finding('blueprint.noEstimator', {})] : []),
      ...(candidates.length > 1
        ? [finding('blueprint.severalEstimators', { nodes: candidates }, at(candidates[1] as string))]
        : []),
    ],
    estimator: candidates.length === 1 ? candidates[0] : undefined,
  }
}

/** Predictions of an estimator inside a blueprint, as the next node reads them. */
const predictionsKind: TableKind = {
  types: new Set<DataType>(['NUM']),
  columns: { min: 1, max: undefined },
  missing: 'never',
  sparse: 'never',
}

/** Without a project's columns the data is taken to be as good as its selection says; they are checked when it has one. */
const kindOfSelection = (
  input: Extract<BlueprintInput, { from: 'data' }>,
  columns: readonly FeatureColumn[] | undefined,
): TableKind | undefined => {
  if (columns !== undefined) return kindOfColumns(selectFeatures(input, columns))
  if (input.dataTypes === undefined) return undefined
  const count = input.columns?.length
  return {
    types: new Set(input.dataTypes),
    columns: { min: count ?? 1, max: count },
    missing: 'never',
    sparse: 'never',
  }
}

const followTypes = (
  graph: BlueprintGraph,
  order: readonly string[],
  { taskOf, columns }: BlueprintSurroundings,
): { readonly findings: Finding[]; readonly nodes: NodeReport[] } => {
  const findings: Finding[] = []
  const reports = new Map<string, NodeReport>()
  const byId = new Map(graph.nodes.map((node) => [node.id, node]))
  for (const id of order) {
    const node = byId.get(id) as BlueprintNode
    const inputs = node.inputs.map((input) =>
      input.from === 'node' ? reports.get(input.node)?.output : kindOfSelection(input, columns),
    )
    const known = inputs.filter((kind) => kind !== undefined)
    const input = known.length === inputs.length ? joinKinds(known) : undefined
    const task = taskOf(node.taskVersion)
    const empty = node.inputs.filter((_, index) => inputs[index]?.columns.max === 0)
    for (const selected of empty) {
      const selection = wordsOfSelection(selected as Extract<BlueprintInput, { from: 'data' }>)
      findings.push(finding('blueprint.noColumns', { node: id, selection }, at(id)))
    }
    if (task !== undefined && input !== undefined && empty.length === 0) {
      findings.push(...checkInput(task, input).map((found) => ({ ...found, ...at(id) })))
    }
    const output = task === undefined || input === undefined ? undefined : outputOf(task, input)
    reports.set(id, { id, inputs, input, output })
  }
  return { findings, nodes: [...reports.values()] }
}

const outputOf = (task: TaskDescription, input: TableKind): TableKind =>
  isTransform(task) ? outputKind(task, input) : predictionsKind

const wordsOfSelection = ({ dataTypes, columns }: Extract<BlueprintInput, { from: 'data' }>): string =>
  [
    dataTypes === undefined ? [] : [`columns of type ${dataTypes.join(', ')}`],
    columns === undefined ? [] : [`the columns ${columns.slice(0, 5).join(', ')}${columns.length > 5 ? ', …' : ''}`],
  ]
    .flat()
    .join(' among ') || 'all columns'

const checkUnused = (graph: BlueprintGraph, columns: readonly FeatureColumn[] | undefined): Finding[] => {
  if (columns === undefined || graph.nodes.length === 0) return []
  const used = new Set(
    graph.nodes.flatMap(({ inputs }) =>
      inputs.flatMap((input) => (input.from === 'data' ? selectFeatures(input, columns).map(({ name }) => name) : [])),
    ),
  )
  const unused = columns.map(({ name }) => name).filter((name) => !used.has(name))
  return unused.length === 0 ? [] : [finding('blueprint.unusedColumns', { columns: unused }, { severity: 'warning' })]
}
