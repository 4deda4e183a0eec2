import { columnsOfSelection } from '../sql/columns.ts'
import { isFunction } from '../sql/evaluate.ts'
import { type Expression, parseSelection } from '../sql/parse.ts'
import { SqlError } from '../sql/tokens.ts'
import { orRefused } from '../stages/selected-columns.ts'
import type { SparkBuilder, SparkFamily } from './class-entry.ts'

/** The rules of SQL are those of the main version; the oldest where none is told. */
const mainVersion = (version: string | undefined): number => Number.parseInt(version ?? '2', 10)

const sqlTransformer: SparkBuilder = (saved) => {
  const statement = saved.text('statement')
  const version = mainVersion(saved.version)
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

/** The columns that a statement reads and those that it makes; none of either where it is not read. */
export const columnsOfStatement = (
  statement: string,
  version: string | undefined,
): { readonly inputs: readonly string[]; readonly outputs: readonly string[] } => {
  try {
    const { reads, writes } = columnsOfSelection(parseSelection(statement, mainVersion(version)))
    return { inputs: reads, outputs: writes }
  } catch (error) {
    if (!(error instanceof SqlError)) throw error
    return { inputs: [], outputs: [] }
  }
}

export const sql: SparkFamily = {
  'org.apache.spark.ml.feature.SQLTransformer': sqlTransformer,
}
