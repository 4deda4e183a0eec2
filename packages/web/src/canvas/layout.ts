import * as dagre from '@dagrejs/dagre'

export type Box = { readonly id: string; readonly width: number; readonly height: number }
export type Line = { readonly from: string; readonly to: string; readonly labelWidth?: number }
export type Place = { readonly x: number; readonly y: number }

/** The way in which all lines run. */
export type Direction = 'right' | 'down'

/** Where each box stands, its upper left corner, so that all lines run one way with room for their labels. */
export const layOut = (
  boxes: readonly Box[],
  lines: readonly Line[],
  direction: Direction,
): ReadonlyMap<string, Place> => {
  const graph = new dagre.graphlib.Graph()
  graph.setGraph({ rankdir: direction === 'right' ? 'LR' : 'TB', nodesep: 28, ranksep: 28 })
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
