import type { FeatureColumn } from '../contract/data-types.ts'
import { selectFeatures } from './check.ts'
import { topologicalOrder } from './order.ts'
import type { BlueprintGraph, BlueprintInput, BlueprintNode } from './schema.ts'

/**
 * A graph that is meant for any table, made to fit these columns: inputs that select none of them go, nodes that are left without
 * input go, and so do inputs from those. Undefined when nothing is left.
 */
export const pruneGraph = (graph: BlueprintGraph, columns: readonly FeatureColumn[]): BlueprintGraph | undefined => {
  const byId = new Map(graph.nodes.map((node) => [node.id, node]))
  const kept = new Map<string, BlueprintNode>()
  const flows = (input: BlueprintInput): boolean =>
    input.from === 'node' ? kept.has(input.node) : selectFeatures(input, columns).length > 0
  for (const id of topologicalOrder(graph)) {
    const node = byId.get(id) as BlueprintNode
    const inputs = node.inputs.filter(flows)
    if (inputs.length > 0) kept.set(id, { ...node, inputs })
  }
  const nodes = graph.nodes.flatMap(({ id }) => kept.get(id) ?? [])
  return nodes.length === 0 ? undefined : { nodes }
}
