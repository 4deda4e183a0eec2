import { columnHints, type Hint } from '../input/hints.ts'
import type { NativeBlueprint, NativeNode } from './blueprint.ts'
import type { Cell } from '../data/data.ts'

/** What a blueprint tells of one of its inputs: where its numbers usually lie, which texts it knows. */
export type InputHint = { readonly low?: number; readonly high?: number; readonly values?: readonly Cell[] }

/** Of each input that a node reads as it is, what the models tell that come first to it. */
export const inputHints = ({ nodes }: NativeBlueprint): ReadonlyMap<string, InputHint> => {
  const found = new Map<string, InputHint>()
  for (const node of nodes) {
    // What else a node reads comes in a width of its own.
    if (node.inputs.some(({ from }) => from === 'node')) continue
    const names = node.inputs.flatMap((input) => (input.from === 'data' ? input.columns : []))
    const hints = columnHints({
      kind: 'pipeline',
      name: node.id,
      steps: chainOf(node, nodes).map(({ model }) => model),
    })
    for (const [at, name] of names.entries()) found.set(name, together(found.get(name), hints[at] ?? {}))
  }
  return found
}

/** The node and those behind it that read nothing but the one before. */
const chainOf = (node: NativeNode, nodes: readonly NativeNode[]): readonly NativeNode[] => {
  const readers = nodes.filter(({ inputs }) => inputs.some((input) => input.from === 'node' && input.node === node.id))
  const [next] = readers
  return readers.length === 1 && next?.inputs.length === 1 ? [node, ...chainOf(next, nodes)] : [node]
}

const together = (known: InputHint = {}, { low, high, values }: Hint): InputHint => ({
  ...known,
  ...(low === undefined || high === undefined
    ? {}
    : { low: Math.min(low, known.low ?? low), high: Math.max(high, known.high ?? high) }),
  ...(values === undefined ? {} : { values }),
})
