import { numericRows, type NumbersExpected } from '../data/check.ts'
import { type Data, type Dense, dense, type Sparse } from '../data/data.ts'
import type { Scorer } from './scorer.ts'

/** Products of features. */
export type PolynomialModel = {
  readonly kind: 'polynomial'
  readonly name: string
  readonly columns: number
  /** Product i multiplies the features `terms[starts[i] .. starts[i+1])`; one without terms is 1. */
  readonly starts: Int32Array
  readonly terms: Int32Array
}

export const compilePolynomial = (model: PolynomialModel): Scorer => {
  const { name, columns } = model
  const expected: NumbersExpected = { model: name, columns, values: 'finite' }
  const apply = (data: Data): Data => {
    const rows = numericRows(data, expected)
    return rows.kind === 'dense' ? denseProducts(rows, model) : sparseProducts(rows, model)
  }
  return { name, columns, methods: { transform: { apply } } }
}

const productsOf = (row: Float64Array, { starts, terms }: PolynomialModel, out: Float64Array): void => {
  for (let i = 0; i < out.length; i++) {
    let product = 1
    for (let term = starts[i] as number; term < (starts[i + 1] as number); term++)
      product *= row[terms[term] as number] as number
    out[i] = product
  }
}

const denseProducts = ({ rows, columns, values }: Dense, model: PolynomialModel): Dense => {
  const width = model.starts.length - 1
  const result = dense(rows, width)
  for (let row = 0; row < rows; row++)
    productsOf(
      values.subarray(row * columns, (row + 1) * columns),
      model,
      result.values.subarray(row * width, (row + 1) * width),
    )
  return result
}

const sparseProducts = ({ rows, columns, starts, indices, values }: Sparse, model: PolynomialModel): Sparse => {
  const width = model.starts.length - 1
  const row = new Float64Array(columns)
  const products = new Float64Array(width)
  const newStarts = new Int32Array(rows + 1)
  const newIndices: number[] = []
  const newValues: number[] = []
  for (let at = 0; at < rows; at++) {
    row.fill(0)
    for (let i = starts[at] as number; i < (starts[at + 1] as number); i++)
      row[indices[i] as number] = values[i] as number
    productsOf(row, model, products)
    for (const [column, product] of products.entries())
      if (product !== 0) {
        newIndices.push(column)
        newValues.push(product)
      }
    newStarts[at + 1] = newIndices.length
  }
  return {
    kind: 'sparse',
    rows,
    columns: width,
    starts: newStarts,
    indices: Int32Array.from(newIndices),
    values: Float64Array.from(newValues),
  }
}
