import { type Limits, limitReached } from '../limits.ts'
import { forEachChild, isNode, type Node, type Value } from './graph.ts'

type Measure = { depth: number; walked: number }

/** A node on the way down, with the children that are still to be visited. */
type Step = { readonly measure: Measure; readonly children: readonly Node[]; next: number }

/**
 * Refuses graphs that nest too deep, or that are small here but huge for whoever walks every path (shared parts count each
 * time they are met). A part that holds itself is counted once.
 */
export const measureGraph = (root: Value, limits: Limits): void => {
  if (!isNode(root)) return
  const measures = new Map<Node, Measure>()
  const path: Step[] = []
  const tooDeep = () => limitReached('levels of values within values', limits.depth)
  const enter = (node: Node): void => {
    // A way down of this length is one, whatever else the graph holds.
    if (path.length >= limits.depth) throw tooDeep()
    const children: Node[] = []
    const measure: Measure = { depth: 1, walked: 1 }
    forEachChild(node, (child) => {
      if (isNode(child) && child.kind !== 'float' && child.kind !== 'bytes' && child.kind !== 'global')
        children.push(child)
      else measure.walked++
    })
    measures.set(node, measure)
    path.push({ measure, children, next: 0 })
  }
  const absorb = (parent: Measure, child: Measure): void => {
    parent.depth = Math.max(parent.depth, child.depth + 1)
    parent.walked += child.walked
    if (parent.depth > limits.depth) throw tooDeep()
    if (parent.walked > limits.walkedNodes)
      throw limitReached('values when shared parts are written out', limits.walkedNodes)
  }
  enter(root)
  for (let step = path.at(-1); step !== undefined; step = path.at(-1)) {
    const child = step.children[step.next++]
    if (child !== undefined) {
      const known = measures.get(child)
      if (known === undefined) enter(child)
      else absorb(step.measure, known)
      continue
    }
    path.pop()
    const parent = path.at(-1)
    if (parent !== undefined) absorb(parent.measure, step.measure)
  }
}
