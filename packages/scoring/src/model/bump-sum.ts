import { distanceOf, type Metric, type RowDistance } from './distance.ts'
import type { NeighborTree } from './neighbor-search.ts'
import { roundedExponential, type RoundedExponential } from './rounded-exponential.ts'

export type BumpSum = {
  readonly columns: number
  readonly values: Float64Array
  readonly weights: Float64Array | undefined
  readonly tree: NeighborTree
  readonly metric: Metric
  readonly breadthFirst: boolean
  /** The sum of the weights. */
  readonly total: number
  /** The logarithm of what the sum is multiplied by, to which the tolerance applies. */
  readonly constant: number
  readonly logHeight: (distance: number) => number
  readonly logTolerance: { readonly absolute: number; readonly relative: number }
}

/** The logarithm of the sum of the bumps at the row that begins at `at`. */
export type LogSum = (values: Float64Array, at: number) => number

/**
 * Adds up as scikit-learn does (sklearn/neighbors/binary_tree.pxi), in logarithms: it begins with bounds of the root's sum,
 * and replaces those of a node by those of its children or by the bumps of its rows. What it takes away does not cancel what it
 * put in to the last digit, and a spread that it rounds to none ends its way early: far from all rows that is what remains.
 */
export const compileBumpSum = (sum: BumpSum): LogSum =>
  sum.breadthFirst ? breadthFirstSum(sum, compileNodes(sum)) : depthFirstSum(sum, compileNodes(sum))

type Nodes = Logarithms & {
  /** The logarithms of the nodes' weights. */
  readonly logWeights: Float64Array
  /** Sets `nearest` and `farthest`. */
  readonly measure: (values: Float64Array, at: number, node: number) => void
  /** The logarithms of the least and of the most that the node measured last can add. */
  readonly least: (node: number) => number
  readonly most: (node: number) => number
  /** How near the node measured last is. */
  readonly nearness: () => number
  /** Adds the bumps of a leaf's rows to a logarithm. */
  readonly withRows: (values: Float64Array, at: number, node: number, logarithm: number) => number
  /** Whether a logarithm of a spread is within the tolerance of a sum whose logarithm is `least` or more. */
  readonly isWithin: (spread: number, least: number) => boolean
}

const compileNodes = (sum: BumpSum): Nodes => {
  const { columns, values: own, weights, tree, metric, constant, logHeight, logTolerance } = sum
  const { order, starts, ends } = tree
  const exponential = roundedExponential()
  const { log } = exponential
  const { logOfSum, logOfDifference } = compileLogarithms(exponential)
  const { reduced, fromReduced } = distanceOf(metric, columns)
  const distance: RowDistance = (a, i, b, j) => fromReduced(reduced(a, i, b, j))
  const logWeights = Float64Array.from(starts, (start, node) =>
    log(node === 0 ? sum.total : weightOf(order.subarray(start, ends[node]), weights)),
  )
  const logs = weights?.map(log)
  const reach = { nearest: 0, farthest: 0 }
  return {
    logOfSum,
    logOfDifference,
    logWeights,
    measure: reachOf(sum, distance, reach),
    least: (node) => (logWeights[node] as number) + logHeight(reach.farthest),
    most: (node) => (logWeights[node] as number) + logHeight(reach.nearest),
    nearness: () => reach.nearest,
    withRows: (values, at, node, logarithm) => {
      let result = logarithm
      for (let i = starts[node] as number; i < (ends[node] as number); i++) {
        const row = order[i] as number
        result = logOfSum(result, logHeight(distance(values, at, own, row * columns)) + (logs?.[row] ?? 0))
      }
      return result
    },
    isWithin: (spread, least) =>
      constant + spread <= logOfSum(logTolerance.absolute, logTolerance.relative + constant + least),
  }
}

const weightOf = (rows: Int32Array, weights: Float64Array | undefined): number =>
  weights === undefined ? rows.length : rows.reduce((sum, row) => sum + (weights[row] as number), 0)

/** Sets the distances from a row to the nearest and to the farthest place of a node. */
const reachOf = (
  { columns, tree, metric }: BumpSum,
  distance: RowDistance,
  reach: { nearest: number; farthest: number },
): Nodes['measure'] => {
  const { shape, lower, upper, radii } = tree
  if (shape === 'balls')
    return (values, at, node) => {
      const toCentre = distance(values, at, lower, node * columns)
      reach.nearest = Math.max(0, toCentre - (radii[node] as number))
      reach.farthest = toCentre + (radii[node] as number)
    }
  const { power } = distanceOf(metric, columns)
  const [raise, root] =
    power === 2 ? [(x: number) => x * x, Math.sqrt] : [(x: number) => x ** power, (x: number) => x ** (1 / power)]
  return (values, at, node) => {
    let [nearest, farthest] = [0, 0]
    for (let c = 0; c < columns; c++) {
      const below = (lower[node * columns + c] as number) - (values[at + c] as number)
      const above = (values[at + c] as number) - (upper[node * columns + c] as number)
      const near = 0.5 * (below + Math.abs(below) + (above + Math.abs(above)))
      const far = Math.max(Math.abs(below), Math.abs(above))
      if (power === Number.POSITIVE_INFINITY) {
        nearest = Math.max(nearest, near)
        farthest = Math.max(farthest, far)
      } else {
        nearest += raise(near)
        farthest += raise(far)
      }
    }
    const isLargest = power === Number.POSITIVE_INFINITY
    reach.nearest = isLargest ? nearest : root(nearest)
    reach.farthest = isLargest ? farthest : root(farthest)
  }
}

const depthFirstSum = ({ tree }: BumpSum, nodes: Nodes): LogSum => {
  const { logOfSum, logOfDifference, logWeights, measure, least, most, withRows, isWithin } = nodes
  const { isLeaf } = tree
  const whole = { least: 0, spread: 0 }
  const visit = (values: Float64Array, at: number, node: number, nodeLeast: number, nodeSpread: number): void => {
    const share = nodeSpread - (logWeights[node] as number) + (logWeights[0] as number)
    if (isWithin(share, nodeLeast) || isWithin(whole.spread, whole.least)) return
    whole.least = logOfDifference(whole.least, nodeLeast)
    whole.spread = logOfDifference(whole.spread, nodeSpread)
    if (isLeaf[node] !== 0) {
      whole.least = withRows(values, at, node, whole.least)
      return
    }
    const [left, right] = [2 * node + 1, 2 * node + 2]
    measure(values, at, left)
    const leftLeast = least(left)
    const leftSpread = logOfDifference(most(left), leftLeast)
    measure(values, at, right)
    const rightLeast = least(right)
    const rightSpread = logOfDifference(most(right), rightLeast)
    whole.least = logOfSum(logOfSum(whole.least, leftLeast), rightLeast)
    whole.spread = logOfSum(logOfSum(whole.spread, leftSpread), rightSpread)
    visit(values, at, left, leftLeast, leftSpread)
    visit(values, at, right, rightLeast, rightSpread)
  }
  return (values, at) => {
    measure(values, at, 0)
    whole.least = least(0)
    whole.spread = logOfDifference(most(0), whole.least)
    visit(values, at, 0, whole.least, whole.spread)
    return logOfSum(whole.least, whole.spread - Math.log(2))
  }
}

const breadthFirstSum = ({ tree }: BumpSum, nodes: Nodes): LogSum => {
  const { logOfSum, logOfDifference, logWeights, measure, least, most, nearness, withRows, isWithin } = nodes
  const { isLeaf } = tree
  const leasts = new Float64Array(isLeaf.length)
  const spreads = new Float64Array(isLeaf.length)
  return (values, at) => {
    measure(values, at, 0)
    const waiting: Waiting[] = [{ nearness: nearness(), node: 0 }]
    let wholeLeast = least(0)
    let wholeSpread = logOfDifference(most(0), wholeLeast)
    leasts[0] = wholeLeast
    spreads[0] = wholeSpread
    for (let next = pop(waiting); next !== undefined; next = pop(waiting)) {
      const { node } = next
      const [nodeLeast, nodeSpread] = [leasts[node] as number, spreads[node] as number]
      if (isWithin(nodeSpread - (logWeights[node] as number) + (logWeights[0] as number), nodeLeast)) continue
      if (isWithin(wholeSpread, wholeLeast)) break
      wholeLeast = logOfDifference(wholeLeast, nodeLeast)
      wholeSpread = logOfDifference(wholeSpread, nodeSpread)
      if (isLeaf[node] !== 0) {
        wholeLeast = withRows(values, at, node, wholeLeast)
        continue
      }
      for (const child of [2 * node + 1, 2 * node + 2]) {
        measure(values, at, child)
        leasts[child] = least(child)
        // The library takes the most for the spread here.
        spreads[child] = most(child)
        wholeLeast = logOfSum(wholeLeast, leasts[child] as number)
        wholeSpread = logOfSum(wholeSpread, spreads[child] as number)
        push(waiting, { nearness: nearness(), node: child })
      }
    }
    return logOfSum(wholeLeast, wholeSpread - Math.log(2))
  }
}

type Logarithms = {
  /** log(exp(a) + exp(b)). */
  readonly logOfSum: (a: number, b: number) => number
  /** log(exp(a) - exp(b)), of none where b is larger. */
  readonly logOfDifference: (a: number, b: number) => number
}

const compileLogarithms = ({ exp, log }: RoundedExponential): Logarithms => ({
  logOfSum: (a, b) => {
    // NaN is passed over here, and comes back below.
    const larger = a > b || Number.isNaN(b) ? a : b
    return larger === Number.NEGATIVE_INFINITY ? larger : larger + log(exp(a - larger) + exp(b - larger))
  },
  logOfDifference: (a, b) => (a <= b ? Number.NEGATIVE_INFINITY : a + log(1 - exp(b - a))),
})

type Waiting = { readonly nearness: number; readonly node: number }

/** A binary heap, nearest first; equals in the library's order. */
const push = (heap: Waiting[], item: Waiting): void => {
  let i = heap.push(item) - 1
  while (i > 0) {
    const parent = (i - 1) >> 1
    if ((heap[parent] as Waiting).nearness <= item.nearness) return
    swap(heap, i, parent)
    i = parent
  }
}

const pop = (heap: Waiting[]): Waiting | undefined => {
  const [first] = heap
  const last = heap.pop()
  if (last === undefined || heap.length === 0) return first
  heap[0] = last
  for (let i = 0; ; ) {
    const [left, right] = [2 * i + 1, 2 * i + 2]
    if (left >= heap.length) return first
    const isLeft = right >= heap.length || (heap[left] as Waiting).nearness <= (heap[right] as Waiting).nearness
    const nearer = isLeft ? left : right
    if (!((heap[nearer] as Waiting).nearness <= last.nearness)) return first
    swap(heap, i, nearer)
    i = nearer
  }
}

const swap = (heap: Waiting[], i: number, j: number): void => {
  const item = heap[i] as Waiting
  heap[i] = heap[j] as Waiting
  heap[j] = item
}
