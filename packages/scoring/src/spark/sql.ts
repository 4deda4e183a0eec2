import { isFunction } from '../sql/evaluate.ts'
import { type Expression, parseSelection } from '../sql/parse.ts'
import { SqlError } from '../sql/tokens.ts'
import { orRefused } from '../stages/selected-columns.ts'
import type { SparkBuilder, SparkFamily } from './class-entry.ts'

const sqlTransformer: SparkBuilder = (saved) => {
  const statement = saved.text('statement')
  const version = Number.parseInt(saved.version ?? '2', 10)
  orRefused(
    () => {
      const { items, condition } = parseSelection(statement, version)
      for (const item of items) if (item.kind === 'one') refuseOthers(item.expression)
      if (condition !== undefined) refuseOthers(condition)
    },
    statement,
    saved.name,
  )
  return { kind: 'stage', name: saved.name, stage: { kind: 'selectedColumns', statement, version } }
}

/** Names functions that are not read while the file is opened; what types there are is known with the rows. */
const refuseOthers = (expression: Expression): void => {
  if (expression.kind === 'cast') refuseOthers(expression.of)
  if (expression.kind !== 'call') return
  if (!isFunction(expression.name)) throw new SqlError(`the function ${expression.name.slice(0, 40)} is not read`)
  for (const arg of expression.args) refuseOthers(arg)
}

export const sql: SparkFamily = {
  'org.apache.spark.ml.feature.SQLTransformer': sqlTransformer,
}
