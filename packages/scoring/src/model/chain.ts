import { numericRows } from '../data/check.ts'
import { appendColumns } from '../data/column-sets.ts'
import type { Dense } from '../data/data.ts'
import { scoringError } from '../errors.ts'
import type { Compile } from './compile.ts'
import { needed, predictedNumbers, probabilityOf } from './members.ts'
import type { Model } from './model.ts'
import { type Into, logarithmOf, matrix } from './outputs.ts'
import type { Methods, Output, Scorer } from './scorer.ts'

/** A model for each target, which sees what those before it said. */
export type ChainModel = {
  readonly kind: 'chain'
  readonly name: string
  /** In the order of the chain; member i is of target `order[i]`. */
  readonly members: readonly Model[]
  readonly order: Int32Array
  /** What the next member sees of those before it. */
  readonly passes: ChainMethod
  /** `predict_log_proba` came later than the rest. */
  readonly hasLogarithms: boolean
}
export type ChainMethod = 'predict' | 'predictProba' | 'decisionFunction'

export const compileChain = (model: ChainModel, compile: Compile): Scorer => {
  const { name } = model
  const scorers = model.members.map(compile)
  const links = scorers.map((scorer) => linkOf(scorer, name))
  const columns = scorers[0]?.columns
  if (columns === undefined)
    throw scoringError('model.parameter', { name, parameter: 'estimators_', value: 'objects that take no numbers' })
  const outputOf = (method: ChainMethod) => matrix(links.length, run(model, columns, links, method))
  const methods: Methods = {
    predict: outputOf('predict'),
    ...(links.every(({ predictProba }) => predictProba !== undefined)
      ? probabilitiesOf(outputOf('predictProba'), model.hasLogarithms)
      : {}),
    ...(links.every(({ decisionFunction }) => decisionFunction !== undefined)
      ? { decisionFunction: outputOf('decisionFunction') }
      : {}),
  }
  return { name, columns, methods }
}

const probabilitiesOf = (predictProba: Output, hasLogarithms: boolean): Methods =>
  hasLogarithms ? { predictProba, predictLogProba: logarithmOf(predictProba) } : { predictProba }

/** One number a row by each method. */
type Link = { readonly [K in ChainMethod]: Into | undefined }

const linkOf = (scorer: Scorer, name: string): Link => ({
  predict: predictedNumbers(needed(scorer, 'predict', name)),
  predictProba: scorer.methods.predictProba === undefined ? undefined : probabilityOf(scorer, 1, name),
  decisionFunction: scorer.methods.decisionFunction?.into,
})

const run =
  ({ name, order, passes }: ChainModel, columns: number, links: readonly Link[], method: ChainMethod): Into =>
  (data, out) => {
    const rows = numericRows(data, { model: name, columns, values: 'finite' })
    const count = links.length
    // Column i is what link i says to those behind it.
    const said: Dense[] = []
    for (const [index, link] of links.entries()) {
      const seen = said.reduce(appendColumns, rows)
      const answer = new Float64Array(rows.rows)
      link[method]?.(seen, answer)
      for (let row = 0; row < rows.rows; row++) out[row * count + (order[index] as number)] = answer[row] as number
      const passed = passes === method ? answer : new Float64Array(rows.rows)
      if (passes !== method) link[passes]?.(seen, passed)
      said.push({ kind: 'dense', rows: rows.rows, columns: 1, values: passed })
    }
  }
