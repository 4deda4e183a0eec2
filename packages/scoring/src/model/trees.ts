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
  readonly width: number
  /** Rows are rounded to float32 before thresholds are compared. */
  readonly float32: boolean
}

/** Walks one tree for one row of checked, rounded values and returns the leaf. The kernels of an ensemble live behind this. */
export const leafOf = (
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
