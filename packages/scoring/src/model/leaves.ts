import type { NumbersExpected } from '../data/check.ts'
import { type Into, matrix, vector } from './outputs.ts'
import type { Output } from './scorer.ts'
import { leafOf, type Trees, treeRows } from './trees.ts'

/** `apply`: the index of the leaf within each tree. */
export const leavesOf = (
  trees: Trees,
  expected: Pick<NumbersExpected, 'model' | 'values'>,
  isVector = false,
): Output => {
  const count = trees.roots.length
  const into: Into = (data, out) => {
    const { values, rows, columns } = treeRows(data, trees, expected)
    for (let row = 0; row < rows; row++)
      for (let tree = 0; tree < count; tree++) {
        const root = trees.roots[tree] as number
        out[row * count + tree] = leafOf(trees, root, values, row * columns) - root
      }
  }
  return isVector ? vector(into, { isInteger: true }) : matrix(count, into, { isInteger: true })
}
