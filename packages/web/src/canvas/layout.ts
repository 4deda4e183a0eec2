import * as dagre from '@dagrejs/dagre'

export type Box = { readonly id: string; readonly width: number; readonly height: number }
export type Line = { readonly from: string; readonly to: string; readonly labelWidth?: number }
export type Place = { readonly x: number; readonly y: number }

/** Where each box stands, its upper left corner, so that all lines run from left to right with room for their labels. */
export const layOut = (boxes: readonly Box[], lines: readonly Line[]): ReadonlyMap<string, Place> => {
  const graph = new dagre.graphlib.Graph()
  graph.setGraph({ rankdir: 'LR', nodesep: 28, ranksep: 40 })
  for (const { id, width, height } of boxes) graph.setNode(id, { width, height })
  for (const { from, to, labelWidth = 0 } of lines) {
    graph.setEdge(from, to, { width: labelWidth, height: 16, labelpos: 'c' })
  }
  dagre.layout(graph)
  return new Map(
    boxes.map(({ id, width, height }) => {
      const { x = 0, y = 0 } = graph.node(id) as { x?: number; y?: number }
      return [id, { x: x - width / 2, y: y - height / 2 }]
    }),
  )
}
