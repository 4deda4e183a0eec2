import type { TaskVersion } from '@modelsmith/api'
import {
  type BlueprintGraph,
  type BlueprintInput,
  type BlueprintNode,
  checkInput,
  type DataType,
  isError,
  isTransform,
  type ParameterValues,
  resolveParameters,
} from '@modelsmith/domain'
import { dataTypeWords } from './contract-words.ts'

/** Edits of a blueprint's graph; each returns a new one. */

export type DataInput = Extract<BlueprintInput, { from: 'data' }>

const dataTypes = ['NUM', 'CAT', 'TXT', 'DATE'] as const satisfies readonly DataType[]

/** An input of columns in words. */
export const wordsOfData = ({ dataTypes: types, columns }: DataInput): string =>
  columns !== undefined
    ? columns.join(', ')
    : types !== undefined
      ? types.map((type) => dataTypeWords[type]).join(', ')
      : 'all columns'

/** The columns that a task would take as they are. */
export const dataInputFor = (task: TaskVersion): DataInput => {
  const accepted = dataTypes.filter((type) => {
    const kind = {
      types: new Set<DataType>([type]),
      columns: { min: 1, max: 1 },
      missing: 'never',
      sparse: 'never',
    } as const
    return !checkInput({ name: task.taskName, targetTypes: task.targetTypes, typeSchema: task.typeSchema }, kind).some(
      isError,
    )
  })
  return accepted.length === 0 || accepted.length === dataTypes.length
    ? { from: 'data' }
    : { from: 'data', dataTypes: accepted }
}

/** Nodes that no other reads. */
export const endsOf = ({ nodes }: BlueprintGraph): BlueprintNode[] => {
  const read = new Set(
    nodes.flatMap(({ inputs }) => inputs.flatMap((input) => (input.from === 'node' ? [input.node] : []))),
  )
  return nodes.filter(({ id }) => !read.has(id))
}

const freeId = ({ nodes }: BlueprintGraph, taskName: string): string => {
  const base =
    taskName
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, '')
      .slice(0, 48) || 'node'
  const taken = new Set(nodes.map(({ id }) => id))
  for (let number = 1; ; number++) {
    const id = number === 1 ? base : `${base}-${number}`
    if (!taken.has(id)) return id
  }
}

/**
 * Adds a task: after the given node, or, when there is none, a transform on the columns that it takes and an estimator
 * on all that nobody reads yet.
 */
export const addTask = (
  graph: BlueprintGraph,
  task: TaskVersion,
  after?: string,
): { graph: BlueprintGraph; id: string } => {
  const id = freeId(graph, task.taskName)
  const ends = isTransform(task) ? [] : endsOf(graph).map(({ id: node }) => ({ from: 'node' as const, node }))
  const inputs: BlueprintInput[] =
    after !== undefined ? [{ from: 'node', node: after }] : ends.length > 0 ? ends : [dataInputFor(task)]
  return { graph: { nodes: [...graph.nodes, { id, taskVersion: task.id, inputs }] }, id }
}

/** Puts a task between a node and one of its inputs. */
export const insertTask = (
  graph: BlueprintGraph,
  task: TaskVersion,
  reader: string,
  index: number,
): { graph: BlueprintGraph; id: string } => {
  const node = graph.nodes.find(({ id }) => id === reader)
  const input = node?.inputs[index]
  if (node === undefined || input === undefined) return addTask(graph, task)
  const id = freeId(graph, task.taskName)
  const inputs = node.inputs.map((each, position) => (position === index ? { from: 'node' as const, node: id } : each))
  const { nodes } = changeNode(graph, reader, { inputs })
  return { graph: { nodes: [...nodes, { id, taskVersion: task.id, inputs: [input] }] }, id }
}

/** Puts another task in the place of a node's own: it reads the same, is read by the same, and keeps the values that it knows too. */
export const replaceTask = (
  graph: BlueprintGraph,
  { id, parameters = {} }: BlueprintNode,
  task: TaskVersion,
): BlueprintGraph => {
  const kept = Object.entries(parameters).filter(([name, value]) => {
    const declared = task.hyperparameters.filter((each) => each.name === name)
    return declared.length > 0 && resolveParameters(declared, { [name]: value }).findings.length === 0
  })
  return changeNode(graph, id, { taskVersion: task.id, parameters: Object.fromEntries(kept) })
}

/** A node that uses an older version than the latest that one may use, with the latest. */
export type Outdated = { readonly node: BlueprintNode; readonly newer: TaskVersion }

export const outdatedIn = (
  { nodes }: BlueprintGraph,
  byId: ReadonlyMap<string, TaskVersion>,
  available: readonly TaskVersion[],
): Outdated[] =>
  nodes.flatMap((node) => {
    const task = byId.get(node.taskVersion)
    const newer = available.find(({ id, taskId }) => taskId === task?.taskId && id !== task?.id)
    return newer === undefined ? [] : [{ node, newer }]
  })

/** Sets a parameter; without a value its default holds again. */
export const setParameter = (
  graph: BlueprintGraph,
  { id, parameters = {} }: BlueprintNode,
  name: string,
  value: ParameterValues[string] | undefined,
): BlueprintGraph => {
  const { [name]: _, ...others } = parameters
  return changeNode(graph, id, { parameters: value === undefined ? others : { ...others, [name]: value } })
}

/** Removes a node; who read it reads what it read. */
export const removeNode = ({ nodes }: BlueprintGraph, id: string): BlueprintGraph => {
  const removed = nodes.find((node) => node.id === id)
  if (removed === undefined) return { nodes }
  return {
    nodes: nodes
      .filter((node) => node.id !== id)
      .map((node) => ({
        ...node,
        inputs: unique(
          node.inputs.flatMap((input) => (input.from === 'node' && input.node === id ? removed.inputs : [input])),
        ),
      })),
  }
}

export const changeNode = ({ nodes }: BlueprintGraph, id: string, change: Partial<BlueprintNode>): BlueprintGraph => ({
  nodes: nodes.map((node) => (node.id === id ? { ...node, ...change } : node)),
})

/** Another name for a node, everywhere it is read. */
export const renameNode = ({ nodes }: BlueprintGraph, id: string, name: string): BlueprintGraph => ({
  nodes: nodes.map((node) => ({
    ...node,
    id: node.id === id ? name : node.id,
    inputs: node.inputs.map((input) => (input.from === 'node' && input.node === id ? { ...input, node: name } : input)),
  })),
})

export const addInput = (graph: BlueprintGraph, id: string, input: BlueprintInput): BlueprintGraph => {
  const node = graph.nodes.find((other) => other.id === id)
  return node === undefined ? graph : changeNode(graph, id, { inputs: unique([...node.inputs, input]) })
}

export const removeInput = (graph: BlueprintGraph, id: string, index: number): BlueprintGraph => {
  const node = graph.nodes.find((other) => other.id === id)
  return node === undefined
    ? graph
    : changeNode(graph, id, { inputs: node.inputs.filter((_, position) => position !== index) })
}

/** The nodes that may not feed this one, because they read it. */
export const downstreamOf = ({ nodes }: BlueprintGraph, id: string): ReadonlySet<string> => {
  const found = new Set([id])
  for (let before = 0; before !== found.size; ) {
    before = found.size
    for (const node of nodes) {
      if (node.inputs.some((input) => input.from === 'node' && found.has(input.node))) found.add(node.id)
    }
  }
  return found
}

export const keyOfInput = (input: BlueprintInput): string => JSON.stringify(input)

const unique = (inputs: readonly BlueprintInput[]): BlueprintInput[] => [
  ...new Map(inputs.map((input) => [keyOfInput(input), input])).values(),
]
