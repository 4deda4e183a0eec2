import { denseRows, type NumbersExpected } from '../data/check.ts'
import type { Data, Dense } from '../data/data.ts'
import { scoringError } from '../errors.ts'

/**
 * Decision trees in one table. Node i asks whether feature `feature[i]` ≤ `threshold[i]` and goes to `left[i]` or `right[i]`,
 * NaN to where `missingLeft` says; a leaf has `left[i]` = -1. Children come behind their parent, so that every walk ends.
 */
export type Trees = {
  readonly columns: number
  /** The first node of each tree. */
  readonly roots: Int32Array
  readonly feature: Int32Array
  readonly threshold: Float64Array
  readonly left: Int32Array
  readonly right: Int32Array
  readonly missingLeft: Uint8Array | undefined
  /** nodes × `width` values; only those of leaves are read. */
  readonly values: Float64Array
  /** How many training rows, or how much weight, came through each node: read for explanations only, and only where a file is opened for them. */
  readonly cover?: Float64Array
  readonly width: number
  /** Nodes that ask for a category; undefined where none does. */
  readonly categories?: CategorySplits
  /** 1 for nodes that take zero as missing; undefined where none does. */
  readonly zeroIsMissing?: Uint8Array
  /** Rows are rounded to float32 before thresholds are compared. */
  readonly float32: boolean
}

/** Sets of categories. The whole part of a value is its category; those of the set go left. */
export type CategorySplits = {
  /** For each node, the index of its set; -1 where it compares with its threshold. */
  readonly left: Int32Array
  /** For each node, the set outside of which a category counts as missing; -1 where there is none. */
  readonly known?: Int32Array
  /** Set s is the bits of `words[starts[s]] …`; one more start ends the last. */
  readonly starts: Int32Array
  readonly words: Uint32Array
  /** Categories are single bytes, into which larger values wrap. */
  readonly isByte?: boolean
}

/** Walks one tree for one row of checked, rounded values and returns the leaf. The kernels of an ensemble live behind this. */
export const leafOf = (trees: Trees, root: number, values: Float64Array, from: number): number =>
  trees.categories === undefined && trees.zeroIsMissing === undefined
    ? ordinaryLeafOf(trees, root, values, from)
    : particularLeafOf(trees, root, values, from)

const ordinaryLeafOf = (
  { feature, threshold, left, right, missingLeft }: Trees,
  root: number,
  values: Float64Array,
  from: number,
): number => {
  let node = root
  for (let next = left[node] as number; next >= 0; next = left[node] as number) {
    const value = values[from + (feature[node] as number)] as number
    if (value <= (threshold[node] as number)) node = next
    else if (value === value || missingLeft === undefined || missingLeft[node] === 0) node = right[node] as number
    else node = next
  }
  return node
}

// What LightGBM takes as zero (kZeroThreshold, a float32).
const zeroBound = Math.fround(1e-35)

const particularLeafOf = (trees: Trees, root: number, values: Float64Array, from: number): number => {
  const { feature, left, right } = trees
  let node = root
  for (let next = left[node] as number; next >= 0; next = left[node] as number) {
    const value = values[from + (feature[node] as number)] as number
    node = goesLeft(trees, node, value) ? next : (right[node] as number)
  }
  return node
}

/** Where a node sends a checked, rounded value. */
export const goesLeft = (
  { threshold, missingLeft, categories, zeroIsMissing }: Trees,
  node: number,
  value: number,
): boolean => {
  const set = categories?.left[node] ?? -1
  const side =
    set >= 0
      ? sideOfCategory(categories as CategorySplits, node, set, value)
      : Number.isNaN(value) || (zeroIsMissing?.[node] === 1 && Math.abs(value) <= zeroBound)
        ? 'missing'
        : value <= (threshold[node] as number)
          ? 'left'
          : 'right'
  return side === 'missing' ? missingLeft?.[node] === 1 : side === 'left'
}

type Side = 'left' | 'right' | 'missing'

const sideOfCategory = (categories: CategorySplits, node: number, set: number, value: number): Side => {
  if (Number.isNaN(value)) return 'missing'
  const { known, isByte } = categories
  const whole = Math.trunc(value)
  const category = isByte !== true ? whole : value < 0 ? -1 : whole % 256
  if (hasCategory(categories, set, category)) return 'left'
  const all = known?.[node] ?? -1
  return all >= 0 && !hasCategory(categories, all, category) ? 'missing' : 'right'
}

const hasCategory = ({ starts, words }: CategorySplits, set: number, category: number): boolean => {
  if (category < 0) return false
  const at = (starts[set] as number) + Math.floor(category / 32)
  return at < (starts[set + 1] as number) && (((words[at] as number) >>> (category % 32)) & 1) === 1
}

/** The rows as trees compare them. */
export const treeRows = (data: Data, trees: Trees, expected: Omit<NumbersExpected, 'columns' | 'float32'>): Dense => {
  const rows = denseRows(data, { ...expected, columns: trees.columns, float32: trees.float32 })
  return trees.float32 ? { ...rows, values: rounded(rows.values) } : rows
}

const rounded = (values: Float64Array): Float64Array => {
  const result = new Float64Array(values.length)
  for (let i = 0; i < values.length; i++) result[i] = Math.fround(values[i] as number)
  return result
}

/** Refuses trees whose nodes do not form trees, which would be walked for ever or outside the table. */
export const checkTrees = (name: string, { roots, feature, left, right, columns }: Trees): void => {
  const count = left.length
  const parents = new Uint8Array(count)
  for (const root of roots) {
    if (!(root >= 0 && root < count)) throw scoringError('model.tree', { name, node: root, reason: 'it has no root' })
    parents[root] = 1
  }
  for (let node = 0; node < count; node++) {
    const [first, second, by] = [left[node] as number, right[node] as number, feature[node] as number]
    if (first === -1) continue
    const fail = (reason: string) => scoringError('model.tree', { name, node, reason })
    if (by < 0 || by >= columns) throw fail(`it asks for feature ${by} of ${columns}`)
    for (const child of [first, second]) {
      if (child <= node || child >= count) throw fail(`its child ${child} lies outside, or not behind it`)
      if (parents[child] === 1) throw fail(`its child ${child} has another parent`)
      parents[child] = 1
    }
  }
}
