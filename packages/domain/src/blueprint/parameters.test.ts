import { expect, it } from 'vitest'
import { withParameters } from './parameters.ts'
import type { BlueprintGraph } from './schema.ts'

const graph: BlueprintGraph = {
  nodes: [
    { id: 'fill', taskVersion: 'builtin:fill@1', inputs: [{ from: 'data' }] },
    { id: 'forest', taskVersion: 'builtin:forest@1', parameters: { trees: 100, seed: 1 }, inputs: [{ from: 'data' }] },
  ],
}

it('puts values over those of the graph, and leaves the others', () => {
  expect(withParameters(graph, { forest: { trees: 10 } })).toEqual({
    graph: { nodes: [graph.nodes[0], { ...graph.nodes[1], parameters: { trees: 10, seed: 1 } }] },
    unknown: [],
  })
})

it.each([['tree'], ['__proto__'], ['constructor']])('names the node %s that is not there', (node) => {
  const given = JSON.parse(`{"${node}": {"trees": 10}}`) as Record<string, { trees: number }>
  expect(withParameters(graph, given)).toEqual({ graph, unknown: [node] })
})
