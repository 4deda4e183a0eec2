import { denseRows, type NumbersExpected } from '../data/check.ts'
import type { Kernels } from '../kernels/kernels.ts'
import type { Compile } from './compile.ts'
import { compileKernelInTurn, type Kernel, type KernelRows } from './kernel.ts'
import { type Into, matrix, vector } from './outputs.ts'
import type { Scorer } from './scorer.ts'

/** A weighted sum of the kernel with each training row. */
export type KernelSumModel = {
  readonly kind: 'kernel-sum'
  readonly name: string
  readonly kernel: Kernel
  readonly kept: KernelRows
  /** Kept rows × outputs. */
  readonly weights: Float64Array
  readonly outputs: number
  readonly isVector: boolean
}

export const compileKernelSum = (
  { name, kernel, kept, weights, outputs, isVector }: KernelSumModel,
  _: Compile,
  by: Kernels,
): Scorer => {
  const expected: NumbersExpected = { model: name, columns: kept.columns, values: 'finite' }
  const inTurn = compileKernelInTurn(kernel, kept, by)
  const kernels = new Float64Array(kept.rows)
  const into: Into = (data, out) => {
    const { rows, columns, values } = denseRows(data, expected)
    const ofRow = inTurn(values, rows)
    for (let row = 0; row < rows; row++) {
      ofRow(values, row * columns, kernels)
      for (let output = 0; output < outputs; output++) {
        let sum = 0
        for (let i = 0; i < kernels.length; i++)
          sum += (kernels[i] as number) * (weights[i * outputs + output] as number)
        out[row * outputs + output] = sum
      }
    }
  }
  return { name, columns: kept.columns, methods: { predict: isVector ? vector(into) : matrix(outputs, into) } }
}
