import { scoringError } from '../errors.ts'
import { fieldOf, float64sOf } from '../numpy/convert.ts'
import type { BuildContext } from '../build/family.ts'
import { checkTrees, type Trees } from '../model/trees.ts'
import type { Instance } from '../python/instance.ts'

/** The trees of scikit-learn's `sklearn.tree._tree.Tree` objects, in one table. */
export const treeTable = (
  trees: readonly Instance[],
  columns: number,
  { withCover = false }: Partial<Pick<BuildContext, 'withCover'>> = {},
): Trees => {
  const parts = trees.map((tree) => readTree(tree, withCover))
  const count = parts.reduce((sum, { left }) => sum + left.length, 0)
  const width = parts[0]?.width ?? 1
  const table: Trees = {
    columns,
    roots: new Int32Array(parts.length),
    feature: new Int32Array(count),
    threshold: new Float64Array(count),
    left: new Int32Array(count),
    right: new Int32Array(count),
    missingLeft: parts.some(({ missingLeft }) => missingLeft !== undefined) ? new Uint8Array(count) : undefined,
    values: new Float64Array(count * width),
    width,
    ...(withCover ? { cover: new Float64Array(count) } : {}),
    float32: true,
  }
  let base = 0
  for (const [index, part] of parts.entries()) {
    const owner = trees[index] as Instance
    if (part.width !== width) throw owner.wrong('values', `${width} values a node, as in the other trees`)
    table.roots[index] = base
    const { left, right, feature } = part
    for (let node = 0; node < left.length; node++) {
      const isLeaf = left[node] === -1
      table.left[base + node] = isLeaf ? -1 : shifted(left[node] as number, base, left.length, owner, node)
      table.right[base + node] = isLeaf ? -1 : shifted(right[node] as number, base, left.length, owner, node)
      table.feature[base + node] = isLeaf ? 0 : (feature[node] as number)
    }
    table.threshold.set(part.threshold, base)
    if (part.missingLeft !== undefined) table.missingLeft?.set(part.missingLeft, base)
    table.values.set(part.values, base * width)
    if (part.cover !== undefined) table.cover?.set(part.cover, base)
    base += left.length
  }
  checkTrees(trees[0]?.className ?? 'Tree', table)
  return table
}

const shifted = (child: number, base: number, count: number, { className }: Instance, node: number): number => {
  if (!(child > node && child < count))
    throw scoringError('model.tree', {
      name: className,
      node,
      reason: `its child ${child} lies outside, or not behind it`,
    })
  return base + child
}

const readTree = (tree: Instance, withCover: boolean) => {
  const nodes = tree.array('nodes')
  const field = (name: string): Float64Array => {
    const values = fieldOf(nodes, name)
    if (values === undefined) throw tree.wrong('nodes', `a structure with the field ${name}`)
    return values
  }
  const left = field('left_child')
  const shape = tree.shape('values')
  const values = float64sOf(tree.array('values'))
  if (values === undefined || shape.length !== 3 || shape[0] !== left.length || left.length === 0)
    throw tree.wrong('values', `numbers for ${left.length} nodes`)
  if (tree.integer('node_count') !== left.length) throw tree.wrong('node_count', `${left.length}, as there are nodes`)
  return {
    left,
    right: field('right_child'),
    feature: field('feature'),
    threshold: field('threshold'),
    // Since 1.3; before, missing values are refused.
    missingLeft: fieldOf(nodes, 'missing_go_to_left'),
    values,
    cover: withCover ? field('weighted_n_node_samples') : undefined,
    width: values.length / left.length,
  }
}
