import type { Data, Sparse } from '../data/data.ts'
import { leavesOf } from './leaves.ts'
import type { Scorer } from './scorer.ts'
import { leafOf, type Trees, treeRows } from './trees.ts'

/** A one in the column of the leaf that a row reaches, for each tree. */
export type LeafEncodingModel = {
  readonly kind: 'leaf-encoding'
  readonly name: string
  /** The value of a leaf is its column. */
  readonly trees: Trees
  readonly values: 'finite' | 'missing'
  readonly columns: number
}

export const compileLeafEncoding = ({ name, trees, values: taken, columns }: LeafEncodingModel): Scorer => {
  const count = trees.roots.length
  const apply = (data: Data): Sparse => {
    const { values, rows, columns: width } = treeRows(data, trees, { model: name, values: taken })
    const indices = new Int32Array(rows * count)
    for (let row = 0; row < rows; row++)
      for (let tree = 0; tree < count; tree++)
        indices[row * count + tree] = trees.values[
          leafOf(trees, trees.roots[tree] as number, values, row * width)
        ] as number
    const starts = Int32Array.from({ length: rows + 1 }, (_, row) => row * count)
    return { kind: 'sparse', rows, columns, starts, indices, values: new Float64Array(rows * count).fill(1) }
  }
  return {
    name,
    columns: trees.columns,
    methods: { transform: { apply }, apply: leavesOf(trees, { model: name, values: taken }) },
  }
}
