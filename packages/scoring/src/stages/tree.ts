/**
 * A tree of Spark's, its nodes in any order, the root first. A leaf has feature -1. A row goes left where its number is at
 * most the threshold; of a category, where it is (`isIn`) or is not one of `categories`.
 */
export type StageTree = {
  readonly features: Int32Array
  readonly thresholds: Float64Array
  readonly lefts: Int32Array
  readonly rights: Int32Array
  readonly categories: readonly CategorySplit[]
  /** `width` numbers for each node. */
  readonly values: Float64Array
  readonly width: number
}
export type CategorySplit = { readonly node: number; readonly isIn: boolean; readonly categories: readonly number[] }

export type CompiledTree = {
  /** The leaf that the features from `from` on lead to. */
  readonly leafOf: (row: Float64Array, from: number) => number
  readonly values: Float64Array
  readonly width: number
}

export const compileTree = ({
  features,
  thresholds,
  lefts,
  rights,
  categories,
  values,
  width,
}: StageTree): CompiledTree => {
  const sets = new Map(
    categories.map(({ node, isIn, categories: members }) => [node, { isIn, members: new Set(members) }]),
  )
  const goesLeft = (node: number, value: number): boolean => {
    const set = sets.get(node)
    return set === undefined ? value <= (thresholds[node] as number) : set.members.has(value) === set.isIn
  }
  const leafOf = (row: Float64Array, from: number): number => {
    let node = 0
    for (;;) {
      const feature = features[node] as number
      if (feature < 0) return node
      node = (goesLeft(node, row[from + feature] as number) ? lefts : rights)[node] as number
    }
  }
  return { leafOf, values, width }
}
