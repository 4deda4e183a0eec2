import { scoringError } from '../errors.ts'
import { columnOf, keptRows, type Named, type NamedColumn, withColumns } from '../data/named.ts'

/** Columns of numbers and vectors put side by side into one vector. */
export type Assembler = {
  readonly kind: 'assembler'
  readonly inputs: readonly string[]
  readonly output: string
  /** Rows with null or NaN are refused, left out, or taken as NaN. */
  readonly invalid: 'error' | 'skip' | 'keep'
}

export const compileAssembler =
  ({ inputs, output, invalid }: Assembler, name: string): ((rows: Named) => Named) =>
  (rows) => {
    const parts = inputs.map((input) => columnOf(rows, input, name))
    const widths = parts.map((part, index) => widthOf(part, inputs[index] as string, name))
    const width = widths.reduce((sum, one) => sum + one, 0)
    const values = new Float64Array(rows.rows * width)
    const keep = new Uint8Array(rows.rows).fill(1)
    let from = 0
    parts.forEach((part, index) => {
      const own = widths[index] as number
      const numbers = valuesOf(part)
      for (let row = 0; row < rows.rows; row++)
        for (let i = 0; i < own; i++) {
          const value = numbers[row * own + i] as number
          // Spark looks for NaN in columns of numbers only; within vectors it stays.
          if (Number.isNaN(value) && part.kind === 'numbers' && invalid !== 'keep') {
            if (invalid === 'error')
              throw scoringError('input.missing', { model: name, row, column: inputs[index] as string })
            keep[row] = 0
          }
          values[row * width + from + i] = value
        }
      from += own
    })
    const assembled: NamedColumn = {
      kind: 'vectors',
      values: { kind: 'dense', rows: rows.rows, columns: width, values },
    }
    return keptRows(withColumns(rows, [[output, assembled]]), keep)
  }

const widthOf = (part: NamedColumn, column: string, model: string): number => {
  if (part.kind === 'texts')
    throw scoringError('input.kind', {
      model,
      expected: `numbers or vectors as "${column}"`,
      found: 'a column of texts',
    })
  return part.kind === 'vectors' ? part.values.columns : 1
}

const valuesOf = (part: NamedColumn): Float64Array => {
  switch (part.kind) {
    case 'numbers':
      return part.values
    case 'vectors':
      return part.values.values
    case 'texts':
      return new Float64Array()
  }
}
