import { type NumbersExpected, numericRows } from '../data/check.ts'
import { isNumeric, pickColumns, widthOf, withColumns } from '../data/columns.ts'
import type { Data } from '../data/data.ts'
import { scoringError } from '../errors.ts'
import type { Compile } from './compile.ts'
import type { Model } from './model.ts'
import { behind } from './pipeline.ts'
import type { Methods, Scorer } from './scorer.ts'

/** Some of the columns, and an estimator that was fitted on these. */
export type SelectionModel = {
  readonly kind: 'selection'
  readonly name: string
  readonly columns: number
  readonly kept: Int32Array
  readonly values: NumbersExpected['values']
  readonly estimator: Model | undefined
}

export const compileSelection = (model: SelectionModel, compile: Compile): Scorer => {
  const { name, columns, kept, values, estimator } = model
  const apply = (data: Data): Data => {
    const rows = withColumns(data, name)
    if (widthOf(rows) !== columns)
      throw scoringError('input.width', { model: name, expected: columns, found: widthOf(rows) })
    const checked =
      rows.kind === 'frame' && !isNumeric(rows) ? rows : numericRows(rows, { model: name, columns, values })
    return pickColumns(checked, kept)
  }
  return { name, columns, methods: { ...delegated(apply, estimator, compile), transform: { apply } } }
}

/** What selectors pass on to their estimator. */
const delegated = (apply: (data: Data) => Data, estimator: Model | undefined, compile: Compile): Methods => {
  if (estimator === undefined) return {}
  const { predict, predictProba, predictLogProba, decisionFunction } = behind(apply, compile(estimator).methods)
  return {
    ...(predict === undefined ? {} : { predict }),
    ...(predictProba === undefined ? {} : { predictProba }),
    ...(predictLogProba === undefined ? {} : { predictLogProba }),
    ...(decisionFunction === undefined ? {} : { decisionFunction }),
  }
}
