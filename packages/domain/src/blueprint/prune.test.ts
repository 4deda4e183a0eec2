import { expect, it } from 'vitest'
import { pruneGraph } from './prune.ts'
import type { BlueprintGraph } from './schema.ts'

const graph: BlueprintGraph = {
  nodes: [
    { id: 'fill', taskVersion: 'fill', inputs: [{ from: 'data', dataTypes: ['NUM'] }] },
    { id: 'encode', taskVersion: 'encode', inputs: [{ from: 'data', dataTypes: ['CAT'] }] },
    {
      id: 'model',
      taskVersion: 'model',
      inputs: [
        { from: 'node', node: 'fill' },
        { from: 'node', node: 'encode' },
      ],
    },
  ],
}
const number = { name: 'a', type: 'number', missing: false } as const
const category = { name: 'b', type: 'category', missing: false } as const

it('leaves a graph alone where every input has columns', () => {
  expect(pruneGraph(graph, [number, category])).toEqual(graph)
})

it('takes out branches that no column enters, and what read them', () => {
  const pruned = pruneGraph(graph, [number])
  expect(pruned?.nodes.map(({ id }) => id)).toEqual(['fill', 'model'])
  expect(pruned?.nodes[1]?.inputs).toEqual([{ from: 'node', node: 'fill' }])
})

it('has nothing where no column enters at all', () => {
  expect(pruneGraph(graph, [])).toBe(undefined)
})
