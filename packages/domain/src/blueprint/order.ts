import type { BlueprintGraph, BlueprintNode } from './schema.ts'

const readsFrom = ({ inputs }: BlueprintNode): string[] =>
  inputs.flatMap((input) => (input.from === 'node' ? [input.node] : []))

/** The nodes that each node reads, in the order of the graph; inputs that name no node are left out. */
export const upstreamOf = (graph: BlueprintGraph): ReadonlyMap<string, readonly string[]> => {
  const ids = new Set(graph.nodes.map(({ id }) => id))
  return new Map(graph.nodes.map((node) => [node.id, readsFrom(node).filter((id) => ids.has(id))]))
}

/**
 * Node ids, every node after all that it reads; among nodes that could come next, the graph's own order decides.
 * On a cycle, the nodes on it and behind it are missing.
 */
export const topologicalOrder = (graph: BlueprintGraph): string[] => {
  const upstream = upstreamOf(graph)
  const done = new Set<string>()
  for (let before = -1; before !== done.size; ) {
    before = done.size
    for (const [id, reads] of upstream) {
      if (reads.every((read) => done.has(read))) done.add(id)
    }
  }
  return [...done]
}

/** The nodes of one cycle, in the order in which data would flow; empty when there is none. */
export const findCycle = (graph: BlueprintGraph): string[] => {
  const upstream = upstreamOf(graph)
  const ordered = new Set(topologicalOrder(graph))
  // Every node that has no place in the order reads from another one such: following them must come round.
  const path: string[] = []
  let next = [...upstream.keys()].find((id) => !ordered.has(id))
  while (next !== undefined && !path.includes(next)) {
    path.push(next)
    next = upstream.get(next)?.find((id) => !ordered.has(id))
  }
  return next === undefined ? [] : [next, ...path.slice(path.indexOf(next) + 1).toReversed()]
}
