import { columnOf, type Named, withColumns } from '../data/named.ts'
import { scoringError } from '../errors.ts'
import type { StageColumns } from './columns.ts'

/** A formula's label as a column of its own name, where the rows have one; what has not been seen in training need not. */
export type FormulaLabel = {
  readonly kind: 'formulaLabel'
  readonly input: string
  readonly output: string
}

export const formulaLabelColumns = ({ input: name, output }: FormulaLabel): StageColumns => ({
  reads: name === '' ? [] : [{ name, kind: 'number', isOptional: true }],
  writes: [output],
})

export const compileFormulaLabel =
  ({ input, output }: FormulaLabel, name: string): ((rows: Named) => Named) =>
  (rows) => {
    if (input === '' || rows.columns.has(output) || !rows.columns.has(input)) return rows
    const column = columnOf(rows, input, name)
    if (column.kind !== 'numbers')
      throw scoringError('input.kind', { model: name, expected: `numbers as "${input}"`, found: 'another label' })
    return withColumns(rows, [[output, { ...column, type: 'double' }]])
  }
