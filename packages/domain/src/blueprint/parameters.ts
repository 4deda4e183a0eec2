import type { ParameterValues } from '../contract/schema.ts'
import type { BlueprintGraph } from './schema.ts'

/** The graph with these values of parameters, by node, over those that it has; nodes that it does not have are named. */
export const withParameters = (
  graph: BlueprintGraph,
  given: Readonly<Record<string, ParameterValues>>,
): { readonly graph: BlueprintGraph; readonly unknown: readonly string[] } => {
  const values = new Map(Object.entries(given))
  const unknown = [...values.keys()].filter((id) => !graph.nodes.some((node) => node.id === id))
  const nodes = graph.nodes.map((node) => {
    const own = values.get(node.id)
    return own === undefined ? node : { ...node, parameters: { ...node.parameters, ...own } }
  })
  return { graph: { nodes }, unknown }
}
