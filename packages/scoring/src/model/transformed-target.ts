import type { Data } from '../data/data.ts'
import { denseRows } from '../data/check.ts'
import { dense } from '../data/data.ts'
import { scoringError } from '../errors.ts'
import type { Compile } from './compile.ts'
import type { Model } from './model.ts'
import { matrix, vector } from './outputs.ts'
import type { Scorer } from './scorer.ts'

/** A regressor that was fitted on a transformed target: what it predicts is transformed back. */
export type TransformedTargetModel = {
  readonly kind: 'transformedTarget'
  readonly name: string
  readonly regressor: Model
  readonly inverse: Model
  readonly isVector: boolean
}

export const compileTransformedTarget = (model: TransformedTargetModel, compile: Compile): Scorer => {
  const { name, isVector } = model
  const regressor = compile(model.regressor)
  const { predict } = regressor.methods
  const inverse = compile(model.inverse).methods.transform
  if (predict === undefined || inverse === undefined)
    throw scoringError('model.method', { name: regressor.name, method: 'predict', why: 'it is no regressor' })
  const { columns } = predict
  const into = (data: Data, out: Float64Array): void => {
    const predicted = dense(data.rows, columns)
    predict.into(data, predicted.values)
    const { values } = denseRows(inverse.apply(predicted), { model: name, columns, values: 'any' })
    out.set(values)
  }
  return { name, columns: regressor.columns, methods: { predict: isVector ? vector(into) : matrix(columns, into) } }
}
