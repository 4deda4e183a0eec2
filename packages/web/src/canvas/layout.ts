import * as dagre from '@dagrejs/dagre'

export type Box = { readonly id: string; readonly width: number; readonly height: number }
export type Line = { readonly from: string; readonly to: string }
export type Place = { readonly x: number; readonly y: number }

/** Where each box stands, its upper left corner, so that all lines run from left to right. */
export const layOut = (boxes: readonly Box[], lines: readonly Line[]): ReadonlyMap<string, Place> => {
  const graph = new dagre.graphlib.Graph()
  graph.setGraph({ rankdir: 'LR', nodesep: 28, ranksep: 96 })
  graph.setDefaultEdgeLabel(() => ({}))
  for (const { id, width, height } of boxes) graph.setNode(id, { width, height })
  for (const { from, to } of lines) graph.setEdge(from, to)
  dagre.layout(graph)
  return new Map(
    boxes.map(({ id, width, height }) => {
      const { x = 0, y = 0 } = graph.node(id) as { x?: number; y?: number }
      return [id, { x: x - width / 2, y: y - height / 2 }]
    }),
  )
}
