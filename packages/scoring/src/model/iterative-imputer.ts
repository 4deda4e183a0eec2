import { denseRows } from '../data/check.ts'
import { pickColumns } from '../data/columns.ts'
import { type Data, type Dense, dense } from '../data/data.ts'
import { scoringError } from '../errors.ts'
import type { Compile } from './compile.ts'
import { type Missing, missingNumber, numbersExpected } from './imputer.ts'
import type { Model } from './model.ts'
import { run, type Scorer } from './scorer.ts'

/** Missing values predicted from the other columns, column after column, round after round. */
export type IterativeImputerModel = {
  readonly kind: 'iterativeImputer'
  readonly name: string
  readonly columns: number
  readonly missing: Missing
  /** Fills every missing value before the first round. */
  readonly initial: Model
  readonly kept: Int32Array
  readonly steps: readonly ImputationStep[]
  /** The least and the greatest value of each column that stays. */
  readonly lowest: Float64Array
  readonly highest: Float64Array
}

/** Columns are counted among those that stay. */
export type ImputationStep = { readonly feature: number; readonly neighbours: Int32Array; readonly estimator: Model }

export const compileIterativeImputer = (model: IterativeImputerModel, compile: Compile): Scorer => {
  const { name, columns, kept, missing } = model
  const initial = compile(model.initial).methods.transform
  const steps = model.steps.map(({ feature, neighbours, estimator }) => {
    const { predict } = compile(estimator).methods
    if (predict === undefined || initial === undefined)
      throw scoringError('model.method', { name, method: 'transform', why: 'its estimators do not predict' })
    return { feature, neighbours, predict }
  })
  const isMissing = missingNumber(missing)
  const apply = (data: Data): Data => {
    const rows = denseRows(data, numbersExpected(model))
    const filled = initial?.apply(rows) as Dense
    const gaps = (pickColumns(rows, kept) as Dense).values.map((value) => Number(isMissing(value)))
    // The library leaves rows that are missing altogether as they were filled first.
    if (gaps.every((gap) => gap === 1)) return filled
    const width = kept.length
    for (const { feature, neighbours, predict } of steps) {
      const wanted = Array.from({ length: rows.rows }, (_, row) => row).filter(
        (row) => gaps[row * width + feature] === 1,
      )
      if (wanted.length === 0) continue
      const given = dense(wanted.length, neighbours.length)
      for (const [at, row] of wanted.entries())
        for (const [i, neighbour] of neighbours.entries())
          given.values[at * neighbours.length + i] = filled.values[row * width + neighbour] as number
      const predicted = run(predict, given)
      const [lowest, highest] = [model.lowest[feature] as number, model.highest[feature] as number]
      for (const [at, row] of wanted.entries())
        filled.values[row * width + feature] = Math.min(Math.max(predicted[at] as number, lowest), highest)
    }
    return filled
  }
  return { name, columns, methods: { transform: { apply } } }
}
