import { places } from './memory.ts'
import { kernelInstance } from './module.ts'

export type Weights = {
  readonly columns: number
  /** outputs × columns. */
  readonly coefficients: Float64Array
  readonly intercepts: Float64Array
}

/** The weighted sums of every row, rows × outputs, into `out`. */
export type WeightedRows = (values: Float64Array, rows: number, out: Float64Array) => void

// A block of rows and its sums stay in the first cache together with the weights of a usual model.
const blockBytes = 16384
// What is larger is a model of texts, and would be copied for the few batches of dense rows that it sees.
const mostWeights = 2 ** 20

/** Undefined where WebAssembly is not to be had, or the model is too large to be copied. */
export const weightedRows = ({ columns, coefficients, intercepts }: Weights): WeightedRows | undefined => {
  const outputs = intercepts.length
  if (coefficients.length > mostWeights || columns === 0) return undefined
  const most = Math.max(4, 4 * Math.floor(blockBytes / (4 * columns * 8)))
  const { take, end } = places()
  const weights = take(outputs * columns * 8)
  const added = take(outputs * 8)
  const given = take(most * columns * 8)
  const sums = take(most * outputs * 8)
  const instance = kernelInstance(end())
  if (instance === undefined) return undefined
  const { buffer, exports } = instance
  new Float64Array(buffer, weights).set(coefficients)
  new Float64Array(buffer, added).set(intercepts)
  const givenView = new Float64Array(buffer, given, most * columns)
  const sumsView = new Float64Array(buffer, sums, most * outputs)
  return (values, rows, out) => {
    for (let row = 0; row < rows; row += most) {
      const count = Math.min(most, rows - row)
      givenView.set(values.subarray(row * columns, (row + count) * columns))
      exports.weightedRows(given, count, columns, weights, outputs, added, sums)
      out.set(count === most ? sumsView : sumsView.subarray(0, count * outputs), row * outputs)
    }
  }
}
