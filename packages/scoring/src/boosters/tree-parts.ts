import { scoringError } from '../errors.ts'
import { checkTrees, type Trees } from '../model/trees.ts'

/** One tree as a library's file has it: `left` -1 marks a leaf; children come behind their parents. */
export type TreePart = {
  readonly feature: ArrayLike<number>
  readonly threshold: ArrayLike<number>
  readonly left: ArrayLike<number>
  readonly right: ArrayLike<number>
  /** 1 where a missing value goes left. */
  readonly missingLeft: ArrayLike<number>
  /** Read for leaves only. */
  readonly values: ArrayLike<number>
  /** The words of the set of each node that asks for a category, in the order of the nodes. */
  readonly sets: ReadonlyMap<number, Uint32Array>
  /** 1 where zero is missing. */
  readonly zeroIsMissing: ArrayLike<number> | undefined
  /** Training rows of each node, or their weight; read only where it is asked for. */
  readonly cover: () => ArrayLike<number> | undefined
}

/** Of what the trees are, beside their nodes. */
export type TreesOf = {
  readonly name: string
  readonly columns: number
  readonly float32: boolean
  /** For features of categories, the words of the set of those that are known; others count as missing. */
  readonly known?: ReadonlyMap<number, Uint32Array>
  readonly withCover?: boolean
}

/** The trees in one table, checked. */
export const joinTrees = (
  parts: readonly TreePart[],
  { name, columns, float32, known, withCover = false }: TreesOf,
): Trees => {
  const count = parts.reduce((sum, { left }) => sum + left.length, 0)
  const sets = parts.flatMap((part) => [...part.sets.values()])
  const knownSets = new Map([...(known?.keys() ?? [])].map((feature, index) => [feature, sets.length + index]))
  const table = {
    columns,
    roots: new Int32Array(parts.length),
    feature: new Int32Array(count),
    threshold: new Float64Array(count),
    left: new Int32Array(count),
    right: new Int32Array(count),
    missingLeft: new Uint8Array(count),
    values: new Float64Array(count),
    width: 1,
    float32,
  }
  const setOf = new Int32Array(count).fill(-1)
  const zeroIsMissing = new Uint8Array(count)
  let base = 0
  let set = 0
  for (const [index, part] of parts.entries()) {
    table.roots[index] = base
    const size = part.left.length
    for (let node = 0; node < size; node++) {
      const at = base + node
      table.values[at] = part.values[node] ?? 0
      const [left, right] = [part.left[node] as number, part.right[node] as number]
      const isLeaf = left === -1
      if (!isLeaf && !(left > node && left < size && right > node && right < size))
        throw scoringError('model.tree', {
          name,
          node,
          reason: `its children ${left} and ${right} lie outside, or not behind it`,
        })
      table.left[at] = isLeaf ? -1 : base + left
      table.right[at] = isLeaf ? -1 : base + right
      table.feature[at] = isLeaf ? 0 : (part.feature[node] as number)
      table.threshold[at] = part.threshold[node] ?? 0
      table.missingLeft[at] = part.missingLeft[node] ?? 0
      zeroIsMissing[at] = part.zeroIsMissing?.[node] ?? 0
      if (part.sets.has(node)) setOf[at] = set++
    }
    base += size
  }
  const trees: Trees = {
    ...table,
    ...(sets.length === 0
      ? {}
      : {
          categories: {
            left: setOf,
            ...joinSets([...sets, ...(known?.values() ?? [])]),
            ...(known === undefined
              ? {}
              : { known: table.feature.map((feature) => knownSets.get(feature) ?? -1), isByte: true }),
          },
        }),
    ...(zeroIsMissing.includes(1) ? { zeroIsMissing } : {}),
  }
  checkTrees(name, trees)
  const cover = withCover ? joinCover(parts, count) : undefined
  return cover === undefined ? trees : { ...trees, cover }
}

/** Undefined where a tree does not say it. */
const joinCover = (parts: readonly TreePart[], count: number): Float64Array | undefined => {
  const cover = new Float64Array(count)
  let base = 0
  for (const part of parts) {
    const own = part.cover()
    if (own?.length !== part.left.length) return undefined
    cover.set(own, base)
    base += part.left.length
  }
  return cover
}

/** Sets one behind the other, with the start of each and the end of the last. */
const joinSets = (sets: readonly Uint32Array[]): { readonly starts: Int32Array; readonly words: Uint32Array } => {
  const starts = new Int32Array(sets.length + 1)
  for (const [index, { length }] of sets.entries()) starts[index + 1] = (starts[index] as number) + length
  const words = new Uint32Array(starts[sets.length] as number)
  for (const [index, set] of sets.entries()) words.set(set, starts[index])
  return { starts, words }
}
