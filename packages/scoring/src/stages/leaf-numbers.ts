import { type Dense, dense, type Sparse } from '../data/data.ts'
import type { NamedColumn } from '../data/named.ts'
import { eachRow } from '../data/vectors.ts'
import { compileTree, type StageTree } from './tree.ts'

/** Which leaf of each tree a row ends in; leaves are numbered from the left. One tree gives a number, several a vector. */
export type LeafNumbers = { readonly column: string; readonly trees: readonly StageTree[]; readonly isVector: boolean }

export const compileLeafNumbers = ({
  column,
  trees,
  isVector,
}: LeafNumbers): ((vectors: Dense | Sparse) => readonly [string, NamedColumn]) => {
  const compiled = trees.map((tree) => ({ leafOf: compileTree(tree).leafOf, numbers: fromTheLeft(tree) }))
  const width = compiled.length
  return (vectors) => {
    const numbers = dense(vectors.rows, width)
    eachRow(vectors, (values, from, row) => {
      for (const [index, { leafOf, numbers: own }] of compiled.entries())
        numbers.values[row * width + index] = own[leafOf(values, from)] as number
    })
    return [column, isVector ? { kind: 'vectors', values: numbers } : { kind: 'numbers', values: numbers.values }]
  }
}

/** The number of each leaf; of other nodes zero. */
const fromTheLeft = ({ features, lefts, rights }: StageTree): Int32Array => {
  const numbers = new Int32Array(features.length)
  const open = [0]
  let count = 0
  for (let node = open.pop(); node !== undefined; node = open.pop())
    if ((features[node] as number) < 0) numbers[node] = count++
    else open.push(rights[node] as number, lefts[node] as number)
  return numbers
}
