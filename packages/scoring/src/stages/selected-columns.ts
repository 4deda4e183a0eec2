import { keptRows, type Named, type NamedColumn } from '../data/named.ts'
import { scoringError } from '../errors.ts'
import { columnsOfSelection } from '../sql/columns.ts'
import { columnNamed, computed } from '../sql/evaluate.ts'
import { parseSelection } from '../sql/parse.ts'
import { SqlError } from '../sql/tokens.ts'
import { asColumn } from '../sql/values.ts'
import type { StageColumns } from './columns.ts'

/** What a statement of SQL makes of the columns. */
export type SelectedColumns = {
  readonly kind: 'selectedColumns'
  readonly statement: string
  /** Main version of Spark, whose rules differ. */
  readonly version: number
}

export const selectedColumnsColumns = ({ statement, version }: SelectedColumns): StageColumns => {
  const { reads, writes } = columnsOfSelection(parseSelection(statement, version))
  return { reads: reads.map((name) => ({ name, kind: 'numberOrText' })), writes }
}

export const compileSelectedColumns = (
  { statement, version }: SelectedColumns,
  model: string,
): ((rows: Named) => Named) => {
  const { items, condition } = parseSelection(statement, version)
  const setting = { model, isAnsi: version >= 4 }
  const selected = (given: Named): Named => {
    const rows = condition === undefined ? given : keptRows(given, whereTrue(given))
    const columns = new Map<string, NamedColumn>()
    const add = (name: string, column: NamedColumn): void => {
      if (columns.has(name)) throw new SqlError(`two columns are called "${name}"`)
      columns.set(name, column)
    }
    for (const item of items)
      if (item.kind === 'all') for (const [name, column] of rows.columns) add(name, column)
      else {
        const { name, expression } = item
        add(
          name,
          expression.kind === 'column'
            ? columnNamed(rows, expression.name, model)
            : asColumn(computed(expression, rows, setting), rows),
        )
      }
    return { kind: 'named', rows: rows.rows, columns }
  }
  const whereTrue = (rows: Named): Uint8Array => {
    const { type, at } = computed(condition as NonNullable<typeof condition>, rows, setting)
    if (type !== 'boolean' && type !== 'null') throw new SqlError('its condition is no truth value')
    return Uint8Array.from({ length: rows.rows }, (_, row) => (at(row) === true ? 1 : 0))
  }
  return (rows) => orRefused(() => selected(rows), statement, model)
}

/** What `run` gives; says whose statement is not read. */
export const orRefused = <T>(run: () => T, statement: string, name: string): T => {
  try {
    return run()
  } catch (error) {
    if (!(error instanceof SqlError)) throw error
    const value = `"${statement.slice(0, 200)}" (${error.message})`
    throw scoringError('model.parameter', { name, parameter: 'statement', value })
  }
}
