import type { TaskVersion } from '@modelsmith/api'
import {
  type BlueprintGraph,
  type BlueprintInput,
  type BlueprintReport,
  isTransform,
  type TableKind,
} from '@modelsmith/domain'
import type { CanvasEdge, CanvasNode } from '../../canvas/graph.ts'
import { dataTypeWords } from './contract-words.ts'
import { keyOfInput, wordsOfData } from './graph.ts'

type DrawnNode = CanvasNode & {
  /** What a node connected to this one would read. */
  readonly offers: BlueprintInput
}
type DrawnEdge = CanvasEdge & {
  /** Which of the reader's inputs this is. */
  readonly index: number
}
export type Drawing = { readonly nodes: readonly DrawnNode[]; readonly edges: readonly DrawnEdge[] }

/** What flows, in words that fit on a line. */
export const wordsOfFlow = (kind: TableKind | undefined): string => {
  if (kind === undefined) return ''
  const { types, columns, missing, sparse } = kind
  const count = columns.min !== columns.max ? [] : [columns.min === 1 ? '1 column' : `${columns.min} columns`]
  const words = types.size > 3 ? ['any type'] : [[...types].map((type) => dataTypeWords[type]).join(', ')]
  return [
    ...count,
    ...words,
    ...(missing === 'present' ? ['some missing'] : missing === 'possible' ? ['may be missing'] : []),
    ...(sparse === 'always' ? ['sparse'] : []),
  ].join(' · ')
}

/** The graph as boxes and lines: what is wrong stands on its node, what flows stands on its line. */
export const drawingOf = (
  graph: BlueprintGraph,
  tasks: ReadonlyMap<string, TaskVersion>,
  report: BlueprintReport | undefined,
): Drawing => {
  const flows = new Map(report?.nodes.map(({ id, inputs }) => [id, inputs]))
  const sources = new Map<string, DrawnNode>()
  const edges: DrawnEdge[] = []
  for (const node of graph.nodes) {
    for (const [index, input] of node.inputs.entries()) {
      const from = input.from === 'node' ? input.node : `data ${keyOfInput(input)}`
      if (input.from === 'data') {
        const subtitle = wordsOfData(input)
        sources.set(from, { id: from, kind: 'source', title: 'Data', subtitle, problems: [], offers: input })
      }
      edges.push({
        id: `${node.id} ${index}`,
        from,
        to: node.id,
        index,
        label: wordsOfFlow(flows.get(node.id)?.[index]),
      })
    }
  }
  const boxes = graph.nodes.map(({ id, taskVersion }): DrawnNode => {
    const task = tasks.get(taskVersion)
    return {
      id,
      kind: 'task',
      title: task?.taskName ?? id,
      subtitle: task === undefined ? id : subtitleOf(id, task),
      problems: problemsOf(report, id),
      offers: { from: 'node', node: id },
    }
  })
  const nodes = [...sources.values(), ...boxes]
  const known = new Set(nodes.map(({ id }) => id))
  return { nodes, edges: edges.filter(({ from }) => known.has(from)) }
}

const subtitleOf = (id: string, task: TaskVersion): string =>
  [
    id,
    isTransform(task) ? 'transform' : 'estimator',
    task.kind === 'builtin' ? 'built-in' : `custom ${task.number}`,
  ].join(' · ')

export const problemsOf = (report: BlueprintReport | undefined, node: string): CanvasNode['problems'] =>
  (report?.findings ?? [])
    .filter(({ place }) => place?.node === node)
    .map(({ severity = 'error', message, hint }) => ({ severity, message, hint }))
