import type { Kernels } from '../kernels/kernels.ts'
import { fewestRows, nearnessOf, type PairSumsOf, pairSums } from '../kernels/pairs.ts'
import { type Distance, distanceOf, type Metric } from './distance.ts'
import { pushNearer, selectSmallest, type Sort, sortTogether } from './distance-order.ts'

/** Rows among which the nearest are looked for. */
export type NeighborSearch = {
  readonly columns: number
  /** The rows, one after another. */
  readonly values: Float64Array
  readonly metric: Metric
  readonly tree: NeighborTree | undefined
  /** What orders rows at equal distances: how the nearest are found where there is no tree, and how those of a heap are sorted. */
  readonly selection: 'partition' | 'heap'
  /** The same for sparse rows. */
  readonly ofSparse?: 'partition' | 'heap'
  readonly sort: Sort
}

/** A k-d tree (boxes) or a ball tree: node i has the children 2i + 1 and 2i + 2. */
export type NeighborTree = {
  readonly shape: 'boxes' | 'balls'
  /** Indices of the rows; each node has those from its start to its end. */
  readonly order: Int32Array
  readonly starts: Int32Array
  readonly ends: Int32Array
  readonly isLeaf: Uint8Array
  /** Of balls. */
  readonly radii: Float64Array
  /** Boxes: nodes × columns of lower bounds. Balls: of centres. */
  readonly lower: Float64Array
  /** Boxes: nodes × columns of upper bounds. */
  readonly upper: Float64Array
}

export type Neighbors = { readonly distances: Float64Array; readonly indices: Int32Array }

export type Searcher = {
  /** The nearest `count` rows to the row that begins at `at`, nearest first. */
  readonly nearest: (values: Float64Array, at: number, count: number) => Neighbors
  /** All rows that are no farther than `radius`. */
  readonly within: (values: Float64Array, at: number, radius: number) => Neighbors
}
export type BatchSearcher = Searcher & {
  readonly rows: number
  /** The same for so many rows that are asked for in their order. */
  readonly inTurn: (values: Float64Array, rows: number) => Searcher
}

export const compileSearch = (search: NeighborSearch, kernels: Kernels = 'plain'): BatchSearcher => {
  const distance = distanceOf(search.metric, search.columns)
  const rows = search.values.length / search.columns
  const nearestOfAll = (all: Float64Array, count: number): Neighbors =>
    search.selection === 'heap'
      ? nearestByHeap(rows, count, search.sort, nextIn(all), (row) => all[row] as number)
      : nearestByPartition(all, count)
  const inTree = search.tree === undefined ? undefined : nearestInTree(search, search.tree, distance)
  const restore = ({ distances, indices }: Neighbors): Neighbors => {
    for (let i = 0; i < distances.length; i++) distances[i] = distance.fromReduced(distances[i] as number)
    return { distances, indices }
  }
  const searcher = (toAll: ToAll): Searcher => ({
    nearest: (values, at, count) => restore(inTree?.(values, at, count) ?? nearestOfAll(toAll(values, at), count)),
    within: (values, at, radius) => {
      const reduced = toAll(values, at)
      const limit = distance.toReduced(radius)
      const indices = Int32Array.from(reduced.keys()).filter((index) => (reduced[index] as number) <= limit)
      return restore({ indices, distances: Float64Array.from(indices, (index) => reduced[index] as number) })
    },
  })
  const hasProducts = search.metric.type === 'euclidean' && search.tree === undefined
  const plain = searcher(hasProducts ? byProducts(search, rows) : byDistance(search, distance, rows))
  const isFast = hasProducts && kernels === 'webassembly'
  const toAllInTurn = isFast ? byProductsInTurn(search, rows) : undefined
  const nearestInTurn = isFast && search.selection === 'heap' ? byNearness(search, rows) : undefined
  return {
    rows,
    ...plain,
    inTurn: (values, count) => {
      if (count < fewestRows) return plain
      const toAll = toAllInTurn?.(values, count)
      const all = toAll === undefined ? plain : searcher(toAll)
      const nearest = nearestInTurn?.(values, count)
      return nearest === undefined ? all : { ...all, nearest: (...asked) => restore(nearest(...asked)) }
    },
  }
}

/** The reduced distances of a row to all. They are the caller's until the next call. */
type ToAll = (values: Float64Array, at: number) => Float64Array

const byDistance = ({ columns, values: own }: NeighborSearch, { reduced }: Distance, rows: number): ToAll => {
  const all = new Float64Array(rows)
  return (values, at) => {
    for (let row = 0; row < rows; row++) all[row] = reduced(values, at, own, row * columns)
    return all
  }
}

const squaresOf = ({ columns, values }: NeighborSearch, rows: number): Float64Array =>
  Float64Array.from({ length: rows }, (_, row) => dot(values, row * columns, values, row * columns, columns))

/** Without a tree the library takes |x|² - 2xy + |y|² (sklearn/metrics/pairwise.py), whose rounding decides near ties. */
const byProducts = (search: NeighborSearch, rows: number): ToAll => {
  const { columns, values: own } = search
  const squares = squaresOf(search, rows)
  const all = new Float64Array(rows)
  return (values, at) => {
    const square = dot(values, at, values, at, columns)
    for (let row = 0; row < rows; row++)
      all[row] = Math.max(0, -2 * dot(values, at, own, row * columns, columns) + square + (squares[row] as number))
    return all
  }
}

const byProductsInTurn = (search: NeighborSearch, kept: number) => {
  const { columns, values: own } = search
  // Made when a first batch comes; one row does not need it.
  let made: PairSumsOf | 'none' | undefined
  return (values: Float64Array, rows: number): ToAll | undefined => {
    made ??= pairSums('products', own, kept, columns, squaresOf(search, kept)) ?? 'none'
    if (made === 'none') return undefined
    const distances = made.distances(values, rows, (row) => dot(values, row * columns, values, row * columns, columns))
    return (_, at) => distances(at / columns)
  }
}

/** The heap takes a row only if it is nearer than what it has: those that float32 shows to be farther need not be computed. */
const byNearness = (search: NeighborSearch, kept: number) => {
  const { columns, values: own, sort } = search
  const squares = squaresOf(search, kept)
  let made: ReturnType<typeof nearnessOf> | 'none'
  return (batch: Float64Array, rows: number): Searcher['nearest'] | undefined => {
    made ??= nearnessOf(own, kept, columns, squares) ?? 'none'
    if (made === 'none') return undefined
    const nearnessTo = made(batch, rows)
    return (values, at, count) => {
      const square = dot(values, at, values, at, columns)
      const { next } = nearnessTo(at / columns, square)
      return nearestByHeap(kept, count, sort, next, (row) =>
        Math.max(0, -2 * dot(values, at, own, row * columns, columns) + square + (squares[row] as number)),
      )
    }
  }
}

const dot = (a: Float64Array, i: number, b: Float64Array, j: number, count: number): number => {
  let sum = 0
  for (let c = 0; c < count; c++) sum += (a[i + c] as number) * (b[j + c] as number)
  return sum
}

const nearestByPartition = (all: Float64Array, count: number): Neighbors => {
  const indices = Int32Array.from(all.keys())
  selectSmallest(all, indices, count)
  return { distances: all.slice(0, count), indices: indices.slice(0, count) }
}

const nextIn =
  (all: Float64Array) =>
  (from: number, farthest: number): number => {
    let row = from
    while (row < all.length && !((all[row] as number) < farthest)) row++
    return row
  }

const emptyHeap = (count: number): Neighbors => ({
  distances: new Float64Array(count).fill(Number.POSITIVE_INFINITY),
  indices: new Int32Array(count),
})

/** The library collects in one heap for each thread and then in one for all; with one thread, as here, the order still changes. */
const nearestByHeap = (
  rows: number,
  count: number,
  sort: Sort,
  /** The first row from `from` on that may be nearer than `farthest`. */
  next: (from: number, farthest: number) => number,
  distanceTo: (row: number) => number,
): Neighbors => {
  const ofThread = emptyHeap(count)
  let farthest = Number.POSITIVE_INFINITY
  for (let row = next(0, farthest); row < rows; row = next(row + 1, farthest)) {
    const distance = distanceTo(row)
    if (!(distance < farthest)) continue
    pushNearer(ofThread.distances, ofThread.indices, distance, row)
    farthest = ofThread.distances[0] as number
  }
  const { distances, indices } = emptyHeap(count)
  for (let i = 0; i < count; i++)
    pushNearer(distances, indices, ofThread.distances[i] as number, ofThread.indices[i] as number)
  sortTogether(distances, indices, sort)
  return { distances, indices }
}

const nearestInTree = (
  { columns, values: own, sort }: NeighborSearch,
  tree: NeighborTree,
  distance: Distance,
): Searcher['nearest'] => {
  const { order, starts, ends, isLeaf } = tree
  const { reduced } = distance
  const leastOf = leastDistance(tree, distance, columns)
  return (values, at, count) => {
    const { distances, indices } = emptyHeap(count)
    const visit = (node: number, least: number): void => {
      if (least > (distances[0] as number)) return
      if (isLeaf[node] !== 0) {
        for (let i = starts[node] as number; i < (ends[node] as number); i++) {
          const row = order[i] as number
          pushNearer(distances, indices, reduced(values, at, own, row * columns), row)
        }
        return
      }
      const left = 2 * node + 1
      const [leastLeft, leastRight] = [leastOf(values, at, left), leastOf(values, at, left + 1)]
      if (leastLeft <= leastRight) {
        visit(left, leastLeft)
        visit(left + 1, leastRight)
      } else {
        visit(left + 1, leastRight)
        visit(left, leastLeft)
      }
    }
    visit(0, leastOf(values, at, 0))
    sortTogether(distances, indices, sort)
    return { distances, indices }
  }
}

/** The reduced distance from a row to the nearest place of a node. */
const leastDistance = (
  { shape, lower, upper, radii }: NeighborTree,
  { reduced, power, toReduced, fromReduced }: Distance,
  columns: number,
): ((values: Float64Array, at: number, node: number) => number) => {
  if (shape === 'balls')
    return (values, at, node) => {
      const toCentre = fromReduced(reduced(values, at, lower, node * columns))
      return toReduced(Math.max(0, toCentre - (radii[node] as number)))
    }
  return (values, at, node) => {
    let total = 0
    for (let c = 0; c < columns; c++) {
      const below = (lower[node * columns + c] as number) - (values[at + c] as number)
      const above = (values[at + c] as number) - (upper[node * columns + c] as number)
      const outside = 0.5 * (below + Math.abs(below) + (above + Math.abs(above)))
      if (power === Number.POSITIVE_INFINITY) total = Math.max(total, outside)
      else total += power === 2 ? outside * outside : outside ** power
    }
    return total
  }
}
