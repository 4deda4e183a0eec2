import type { Sparse } from '../data/data.ts'
import type { Weights } from '../kernels/weighted-rows.ts'

/** What is float32 of a weighted sum with float32 coefficients: all of it, or all but the addition of its intercept. */
export type Single = 'sums' | 'products'

/** The weighted sums of rows of float32, one product after another as scipy adds them. */
export const singleSums = (
  { rows, starts, indices, values, singleOrder }: Sparse,
  { columns, coefficients, intercepts }: Weights,
  single: Single,
  out: Float64Array,
): void => {
  const outputs = intercepts.length
  const step = singleOrder === 'descending' ? -1 : 1
  for (let row = 0; row < rows; row++) {
    const [start, end] = [starts[row] as number, starts[row + 1] as number]
    const first = step > 0 ? start : end - 1
    for (let output = 0; output < outputs; output++) {
      let sum = 0
      for (let i = first; i >= start && i < end; i += step) {
        const coefficient = coefficients[output * columns + (indices[i] as number)] as number
        sum = Math.fround(sum + Math.fround((values[i] as number) * coefficient))
      }
      sum += intercepts[output] as number
      out[row * outputs + output] = single === 'sums' ? Math.fround(sum) : sum
    }
  }
}
