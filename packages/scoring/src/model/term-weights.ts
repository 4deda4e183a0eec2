import { numericRows, type NumbersExpected } from '../data/check.ts'
import { sparseRows } from '../data/columns.ts'
import type { Data, Dense, Sparse } from '../data/data.ts'
import type { Scorer } from './scorer.ts'

/** Counts of terms, damped and weighted by how rare each term is (tf-idf). */
export type TermWeightsModel = {
  readonly kind: 'termWeights'
  readonly name: string
  readonly columns: number | undefined
  /** 1 + log(count) instead of the count. */
  readonly isSublinear: boolean
  readonly weights: Float64Array | undefined
  /** In float32, and in which order of columns. */
  readonly singleOrder: Sparse['singleOrder']
}

export const compileTermWeights = ({ name, columns, isSublinear, weights, singleOrder }: TermWeightsModel): Scorer => {
  const rounded = singleOrder !== undefined ? Math.fround : Number
  const expected: NumbersExpected = { model: name, columns, values: 'finite' }
  const apply = (data: Data): Data => {
    const rows = storedValues(numericRows(data, expected))
    const values = rows.values.slice()
    for (let i = 0; i < values.length; i++) {
      const value = values[i] as number
      const damped = isSublinear ? rounded(rounded(Math.log(value)) + 1) : value
      values[i] = weights === undefined ? damped : rounded(damped * (weights[rows.indices[i] as number] as number))
    }
    return { ...rows, values, singleOrder }
  }
  return { name, columns, methods: { transform: { apply } } }
}

const storedValues = (rows: Dense | Sparse): Sparse =>
  rows.kind === 'sparse'
    ? rows
    : sparseRows(rows.rows, rows.columns, (row, add) => {
        for (let column = 0; column < rows.columns; column++) {
          const value = rows.values[row * rows.columns + column] as number
          if (value !== 0) add(column, value)
        }
      })
