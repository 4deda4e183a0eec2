import type { BlueprintGraph } from '@modelsmith/domain'

/** The node that an arrow key leads to: left to what is read, right to who reads, up and down among those beside it. */
export const walk = ({ nodes }: BlueprintGraph, from: string | undefined, key: string): string | undefined => {
  const node = nodes.find(({ id }) => id === from)
  if (node === undefined) return nodes[0]?.id
  const reads = node.inputs.flatMap((input) => (input.from === 'node' ? [input.node] : []))
  const readers = nodes
    .filter(({ inputs }) => inputs.some((input) => input.from === 'node' && input.node === node.id))
    .map(({ id }) => id)
  const index = nodes.indexOf(node)
  switch (key) {
    case 'ArrowLeft':
      return reads[0] ?? node.id
    case 'ArrowRight':
      return readers[0] ?? node.id
    case 'ArrowUp':
      return nodes[index - 1]?.id ?? node.id
    case 'ArrowDown':
      return nodes[index + 1]?.id ?? node.id
    default:
      return node.id
  }
}
