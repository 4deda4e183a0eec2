import type { BlueprintCheck, TaskVersion } from '@modelsmith/api'
import type { BlueprintGraph } from '@modelsmith/domain'
import type { CanvasEdge, CanvasNode } from '../../canvas/flow-canvas.tsx'
import { dataTypeWords } from './data-type-words.ts'
import { keyOfInput, wordsOfData } from './graph.ts'

export type Drawing = { readonly nodes: readonly CanvasNode[]; readonly edges: readonly CanvasEdge[] }

type Flow = NonNullable<BlueprintCheck['nodes'][number]['output']>

/** What flows, in words: how many columns of which types, and whether some may be missing. */
const wordsOfFlow = (flow: Flow | null | undefined): string =>
  flow === null || flow === undefined
    ? ''
    : [
        `${flow.columns === null ? '' : `${flow.columns} `}${flow.dataTypes.map((type) => dataTypeWords[type]).join(', ')}`.trim(),
        ...(flow.missing === 'possible' ? ['may be missing'] : []),
        ...(flow.sparse === 'always' ? ['sparse'] : []),
      ].join(', ')

/** The graph as boxes and lines: what is wrong stands on its node, what flows stands on its line. */
export const drawingOf = (
  graph: BlueprintGraph,
  tasks: ReadonlyMap<string, TaskVersion>,
  check: BlueprintCheck | undefined,
): Drawing => {
  const report = new Map((check?.nodes ?? []).map((node) => [node.id, node]))
  const sources = new Map<string, CanvasNode>()
  const edges: CanvasEdge[] = []
  for (const node of graph.nodes) {
    for (const input of node.inputs) {
      if (input.from === 'node') {
        edges.push({ from: input.node, to: node.id, label: wordsOfFlow(report.get(input.node)?.output) })
        continue
      }
      const id = `data ${keyOfInput(input)}`
      sources.set(id, { id, kind: 'source', title: 'Data', subtitle: wordsOfData(input), problems: [] })
      edges.push({ from: id, to: node.id, label: '' })
    }
  }
  const known = new Set([...graph.nodes.map(({ id }) => id), ...sources.keys()])
  const boxes = graph.nodes.map(({ id, taskVersion }): CanvasNode => {
    const task = tasks.get(taskVersion)
    return {
      id,
      kind: 'task',
      title: task?.taskName ?? id,
      subtitle:
        task === undefined ? taskVersion : `${id} · ${task.kind === 'builtin' ? 'built-in' : 'custom'} ${task.number}`,
      problems: (check?.findings ?? [])
        .filter(({ place }) => place?.node === id)
        .map(({ severity = 'error', message, hint }) => ({ severity, message, hint })),
    }
  })
  return { nodes: [...sources.values(), ...boxes], edges: edges.filter(({ from }) => known.has(from)) }
}
