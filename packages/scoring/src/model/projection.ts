import type { Data } from '../data/data.ts'
import { dense } from '../data/data.ts'
import type { Kernels } from '../kernels/kernels.ts'
import type { Compile } from './compile.ts'
import { weightedSums } from './linear.ts'
import type { Scorer } from './scorer.ts'
import type { Single } from './single-sums.ts'

/** Rows in the coordinates of other axes: a weighted sum of the features for each. */
export type ProjectionModel = {
  readonly kind: 'projection'
  readonly name: string
  readonly columns: number
  /** axes × columns. */
  readonly coefficients: Float64Array
  readonly intercepts: Float64Array
  readonly single?: Single | undefined
}

export const compileProjection = (model: ProjectionModel, _: Compile, kernels: Kernels): Scorer => {
  const { name, columns, intercepts } = model
  const sums = weightedSums(model, kernels)
  const apply = (data: Data): Data => {
    const result = dense(data.rows, intercepts.length)
    sums(data, result.values)
    return result
  }
  return { name, columns, methods: { transform: { apply } } }
}
