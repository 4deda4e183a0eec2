import { type Named, vectorsOf, withColumns } from '../data/named.ts'
import type { StageColumns } from './columns.ts'

/** Clusters divided again and again: at each, the nearer of its parts, down to one that is not divided. */
export type CenterTree = {
  readonly kind: 'centerTree'
  readonly features: string
  readonly prediction: string
  readonly size: number
  readonly root: number
  readonly nodes: readonly CenterNode[]
  readonly isOfAngles: boolean
}
export type CenterNode = {
  /** What the cluster is called. */
  readonly index: number
  readonly center: Float64Array
  /** Places of its parts; none where it is a leaf. */
  readonly parts: readonly number[]
}

export const centerTreeColumns = ({ features: name, size, prediction }: CenterTree): StageColumns => ({
  reads: [{ name, kind: 'vector', size }],
  writes: [prediction],
  predicts: true,
})

export const compileCenterTree = (model: CenterTree, name: string): ((rows: Named) => Named) => {
  const { features, prediction, size, root, nodes, isOfAngles } = model
  const lengths = nodes.map(({ center }) => lengthOf(center))
  const distanceTo = (row: Float64Array, length: number, place: number): number => {
    const { center } = nodes[place] as CenterNode
    return isOfAngles ? 1 - product(row, center) / length / (lengths[place] as number) : squaredDistance(row, center)
  }
  const leafOf = (row: Float64Array): number => {
    const length = isOfAngles ? lengthOf(row) : 0
    let node = nodes[root] as CenterNode
    while (node.parts.length > 0) {
      let [best, least] = [node.parts[0] as number, Infinity]
      for (const part of node.parts) {
        const distance = distanceTo(row, length, part)
        if (distance < least) [best, least] = [part, distance]
      }
      node = nodes[best] as CenterNode
    }
    return node.index
  }
  return (rows) => {
    const given = vectorsOf(rows, features, name, size).values
    const values = Float64Array.from({ length: rows.rows }, (_, row) =>
      leafOf(given.subarray(row * size, (row + 1) * size)),
    )
    return withColumns(rows, [[prediction, { kind: 'numbers', values }]])
  }
}

const product = (a: Float64Array, b: Float64Array): number => {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number)
  return sum
}
const lengthOf = (values: Float64Array): number => Math.sqrt(product(values, values))
const squaredDistance = (a: Float64Array, b: Float64Array): number => {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += ((a[i] as number) - (b[i] as number)) ** 2
  return sum
}
