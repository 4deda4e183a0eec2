import type { Part } from '../build/family.ts'
import { judgeClassFirst } from '../audit/arguments.ts'
import type { NeighborTree } from '../model/neighbor-search.ts'
import { arrayOf } from '../numpy/array.ts'
import { fieldOf, float64sOf } from '../numpy/convert.ts'
import type { Instance } from '../python/instance.ts'
import { itemsOf } from '../python/values.ts'

/** The rows and the structure of a KDTree or BallTree. Its state is a tuple, whose order has not changed since 0.18. */
export const readNeighborTree = (
  owner: Instance,
  attribute: string,
): {
  readonly columns: number
  readonly values: Float64Array
  readonly tree: NeighborTree
  readonly weights: Float64Array | undefined
} => {
  const instance = owner.instance(attribute)
  const state = itemsOf(instance.node.states.at(-1)) ?? []
  const [data, order, nodes, bounds] = state.map((value) => arrayOf(value, owner.limits))
  const weightsArray = arrayOf(state[12], owner.limits)
  // Before 0.20 pickles name a class of the same name in either module.
  const isBoxes = instance.module.endsWith('kd_tree')
  const values = data === undefined ? undefined : float64sOf(data)
  const [rows = 0, columns = 0] = data?.shape ?? []
  const indices = order === undefined ? undefined : float64sOf(order)
  const limits = bounds === undefined ? undefined : float64sOf(bounds)
  const field = (name: string): Float64Array => {
    const numbers = nodes === undefined ? undefined : fieldOf(nodes, name)
    if (numbers === undefined) throw owner.wrong(attribute, `a tree whose nodes have the field ${name}`)
    return numbers
  }
  const [starts, ends, leaves, radii] = ['idx_start', 'idx_end', 'is_leaf', 'radius'].map(field) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ]
  const count = starts.length
  if (
    values === undefined ||
    columns === 0 ||
    indices?.length !== rows ||
    count === 0 ||
    limits?.length !== (isBoxes ? 2 : 1) * count * columns
  )
    throw owner.wrong(attribute, 'a sound tree of neighbours')
  if (!indices.every((index) => Number.isInteger(index) && index >= 0 && index < rows))
    throw owner.wrong(attribute, 'a tree with the indices of its rows')
  for (const [node, start] of starts.entries()) {
    const hasChildren = leaves[node] === 0
    if (!(start >= 0 && (ends[node] as number) <= rows) || (hasChildren && 2 * node + 2 >= count))
      throw owner.wrong(attribute, `a tree whose node ${node} lies inside`)
  }
  const middle = count * columns
  const tree: NeighborTree = {
    shape: isBoxes ? 'boxes' : 'balls',
    order: Int32Array.from(indices),
    starts: Int32Array.from(starts),
    ends: Int32Array.from(ends),
    isLeaf: Uint8Array.from(leaves),
    radii,
    lower: limits.subarray(0, middle),
    upper: limits.subarray(middle),
  }
  if (!sharesItsRows(tree, rows)) throw owner.wrong(attribute, 'a tree whose leaves share its rows')
  if (isBoxes && !holdsItsRows(tree, values, columns))
    throw owner.wrong(attribute, 'a tree whose boxes hold their rows')
  return {
    columns,
    values,
    weights: weightsArray === undefined ? undefined : float64sOf(weightsArray),
    tree,
  }
}

/** Every row lies in one leaf: each node has the rows of its children, and the root has all. */
const sharesItsRows = ({ order, starts, ends, isLeaf }: NeighborTree, rows: number): boolean => {
  if (new Set(order).size !== rows || starts[0] !== 0 || ends[0] !== rows) return false
  const waiting = [0]
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (isLeaf[node] !== 0) continue
    const [left, right] = [2 * node + 1, 2 * node + 2]
    if (starts[left] !== starts[node] || ends[left] !== starts[right] || ends[right] !== ends[node]) return false
    if ((starts[left] as number) > (ends[left] as number) || (starts[right] as number) > (ends[right] as number))
      return false
    waiting.push(left, right)
  }
  return true
}

/** A search passes over boxes: one that leaves out rows of its own would change what is found. */
const holdsItsRows = (
  { order, starts, ends, isLeaf, lower, upper }: NeighborTree,
  values: Float64Array,
  columns: number,
): boolean => {
  const within = (node: number, low: Float64Array, high: Float64Array, at: number): boolean => {
    for (let column = 0; column < columns; column++) {
      const place = node * columns + column
      // Written so that NaN lies outside.
      if (!((low[at + column] as number) >= (lower[place] as number))) return false
      if (!((high[at + column] as number) <= (upper[place] as number))) return false
    }
    return true
  }
  const waiting = [0]
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (isLeaf[node] !== 0) {
      for (let i = starts[node] as number; i < (ends[node] as number); i++) {
        const row = (order[i] as number) * columns
        if (!within(node, values, values, row)) return false
      }
      continue
    }
    for (const child of [2 * node + 1, 2 * node + 2]) {
      if (!within(node, lower, upper, child * columns)) return false
      waiting.push(child)
    }
  }
  return true
}

const distances = `EuclideanDistance SEuclideanDistance ManhattanDistance ChebyshevDistance MinkowskiDistance WMinkowskiDistance
  MahalanobisDistance HammingDistance CanberraDistance BrayCurtisDistance JaccardDistance MatchingDistance DiceDistance
  KulsinskiDistance RogersTanimotoDistance RussellRaoDistance SokalMichenerDistance SokalSneathDistance HaversineDistance`
const sized = distances.replaceAll('Distance', 'Distance64')

/** The trees and their metrics, as pickles name them. */
export const neighborTreeParts: readonly Part[] = [
  {
    use: 'class',
    names: {
      'sklearn.neighbors.kd_tree': 'KDTree BinaryTree',
      'sklearn.neighbors._kd_tree': 'KDTree KDTree64',
      'sklearn.neighbors.ball_tree': 'BallTree BinaryTree',
      'sklearn.neighbors._ball_tree': 'BallTree BallTree64',
      'sklearn.neighbors.dist_metrics': distances,
      'sklearn.neighbors._dist_metrics': distances,
      'sklearn.metrics._dist_metrics': `${distances} ${sized}`,
    },
  },
  {
    use: 'function',
    judge: judgeClassFirst,
    names: {
      'sklearn.neighbors.kd_tree': 'newObj',
      'sklearn.neighbors._kd_tree': 'newObj',
      'sklearn.neighbors.ball_tree': 'newObj',
      'sklearn.neighbors._ball_tree': 'newObj',
      'sklearn.neighbors.dist_metrics': 'newObj',
      'sklearn.neighbors._dist_metrics': 'newObj',
      'sklearn.metrics._dist_metrics': 'newObj',
    },
  },
]
