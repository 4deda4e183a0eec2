import { type NumbersExpected, onlyDenseRows } from '../data/check.ts'
import { dense } from '../data/data.ts'
import { compileSearch, type Neighbors, type NeighborSearch } from './neighbor-search.ts'
import type { Scorer } from './scorer.ts'

/** Places new rows among embedded ones by their nearest neighbours. */
export type EmbeddingModel = {
  readonly kind: 'embedding'
  readonly name: string
  readonly search: NeighborSearch
  readonly count: number
  readonly outputs: number
  readonly task: Geodesic | LocallyLinear
}

/** Isomap: shortest ways to all training rows, then a kernel PCA of these. */
export type Geodesic = {
  readonly type: 'geodesic'
  /** Rows × rows. */
  readonly distances: Float64Array
  readonly rowMeans: Float64Array
  readonly mean: number
  /** Rows × outputs. */
  readonly directions: Float64Array
}

/** Weights that put the row together from its neighbours. */
export type LocallyLinear = {
  readonly type: 'locally-linear'
  /** Rows × outputs. */
  readonly places: Float64Array
  readonly regularization: number
}

export const compileEmbedding = ({ name, search, count, outputs, task }: EmbeddingModel): Scorer => {
  const { columns } = search
  const expected: NumbersExpected = { model: name, columns, values: 'finite' }
  const searcher = compileSearch(search)
  const place = task.type === 'geodesic' ? geodesic(task, outputs) : locallyLinear(task, outputs, search)
  return {
    name,
    columns,
    methods: {
      transform: {
        apply: (data) => {
          const { rows, values } = onlyDenseRows(data, expected)
          const result = dense(rows, outputs)
          for (let row = 0; row < rows; row++) {
            const at = row * columns
            place(values, at, searcher.nearest(values, at, count), result.values, row * outputs)
          }
          return result
        },
      },
    },
  }
}

type Place = (values: Float64Array, at: number, neighbors: Neighbors, out: Float64Array, to: number) => void

const geodesic = ({ distances, rowMeans, mean, directions }: Geodesic, outputs: number): Place => {
  const size = rowMeans.length
  return (_, __, neighbors, out, to) => {
    const kernel = new Float64Array(size)
    let sum = 0
    for (let i = 0; i < size; i++) {
      let shortest = Number.POSITIVE_INFINITY
      for (const [k, index] of neighbors.indices.entries())
        shortest = Math.min(shortest, (distances[index * size + i] as number) + (neighbors.distances[k] as number))
      const value = -0.5 * (shortest * shortest)
      kernel[i] = value
      sum += value
    }
    const own = sum / size
    for (let output = 0; output < outputs; output++) {
      let total = 0
      for (let i = 0; i < size; i++)
        total +=
          ((kernel[i] as number) - (rowMeans[i] as number) - own + mean) * (directions[i * outputs + output] as number)
      out[to + output] = total
    }
  }
}

const locallyLinear = (
  { places, regularization }: LocallyLinear,
  outputs: number,
  { values: own, columns }: NeighborSearch,
): Place => {
  return (values, at, { indices }, out, to) => {
    const size = indices.length
    const difference = (k: number, c: number): number =>
      (own[(indices[k] as number) * columns + c] as number) - (values[at + c] as number)
    const gram = new Float64Array(size * size)
    let trace = 0
    for (let i = 0; i < size; i++)
      for (let j = 0; j < size; j++) {
        let sum = 0
        for (let c = 0; c < columns; c++) sum += difference(i, c) * difference(j, c)
        gram[i * size + j] = sum
        if (i === j) trace += sum
      }
    for (let i = 0; i < size; i++)
      gram[i * size + i] = (gram[i * size + i] as number) + (trace > 0 ? regularization * trace : regularization)
    const weights = solvedForOnes(gram, size)
    const total = weights.reduce((sum, weight) => sum + weight, 0)
    for (let output = 0; output < outputs; output++) {
      let sum = 0
      for (const [k, index] of indices.entries())
        sum += (places[index * outputs + output] as number) * ((weights[k] as number) / total)
      out[to + output] = sum
    }
  }
}

/** What a positive definite matrix takes to a vector of ones, by Cholesky's decomposition. */
const solvedForOnes = (matrix: Float64Array, size: number): Float64Array => {
  const factor = new Float64Array(size * size)
  const at = (row: number, column: number): number => factor[row * size + column] as number
  for (let i = 0; i < size; i++)
    for (let j = 0; j <= i; j++) {
      let rest = matrix[i * size + j] as number
      for (let k = 0; k < j; k++) rest -= at(i, k) * at(j, k)
      factor[i * size + j] = i === j ? Math.sqrt(rest) : rest / at(j, j)
    }
  const result = new Float64Array(size).fill(1)
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < i; k++) result[i] = (result[i] as number) - at(i, k) * (result[k] as number)
    result[i] = (result[i] as number) / at(i, i)
  }
  for (let i = size - 1; i >= 0; i--) {
    for (let k = i + 1; k < size; k++) result[i] = (result[i] as number) - at(k, i) * (result[k] as number)
    result[i] = (result[i] as number) / at(i, i)
  }
  return result
}
