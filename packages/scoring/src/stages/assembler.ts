import { sparseRows } from '../data/columns.ts'
import { dense, type Dense, type Sparse } from '../data/data.ts'
import { columnOf, keptRows, type Named, type NamedColumn, withColumns } from '../data/named.ts'
import { scoringError } from '../errors.ts'
import type { StageColumns } from './columns.ts'

/** Columns of numbers and vectors put side by side into one vector. */
export type Assembler = {
  readonly kind: 'assembler'
  readonly inputs: readonly string[]
  readonly output: string
  /** Rows with null or NaN are refused, left out, or taken as NaN. */
  readonly invalid: 'error' | 'skip' | 'keep'
}

export const assemblerColumns = ({ inputs, output }: Assembler): StageColumns => ({
  reads: inputs.map((name) => ({ name, kind: 'numberOrVector' })),
  writes: [output],
})

export const compileAssembler =
  ({ inputs, output, invalid }: Assembler, name: string): ((rows: Named) => Named) =>
  (rows) => {
    const keep = new Uint8Array(rows.rows).fill(1)
    const columns = inputs.map((input) => columnOf(rows, input, name))
    const parts = columns.map((column, index): Dense | Sparse => {
      const input = inputs[index] as string
      if (column.kind === 'vectors') return column.values
      if (column.kind !== 'numbers')
        throw scoringError('input.kind', {
          model: name,
          expected: `numbers or vectors as "${input}"`,
          found: column.kind === 'texts' ? 'a column of texts' : 'a column of lists of texts',
        })
      // Spark looks for NaN in columns of numbers only; within vectors it stays.
      if (invalid !== 'keep')
        column.values.forEach((value, row) => {
          if (!Number.isNaN(value)) return
          if (invalid === 'error') throw scoringError('input.missing', { model: name, row, column: input })
          keep[row] = 0
        })
      return { kind: 'dense', rows: rows.rows, columns: 1, values: column.values }
    })
    const assembled: NamedColumn = {
      kind: 'vectors',
      values: parts.some(({ kind }) => kind === 'sparse')
        ? sideBySideSparse(parts, rows.rows)
        : sideBySide(parts, rows.rows),
      nameOf: namesIn(columns, inputs),
      ...(columns.some(hasCategories) ? { hasCategories: true } : {}),
    }
    return keptRows(withColumns(rows, [[output, assembled]]), keep)
  }

/** As Spark calls the parts of a vector: by the column, and within a vector by its part too. */
const namesIn =
  (columns: readonly NamedColumn[], inputs: readonly string[]) =>
  (place: number): string => {
    let part = place
    for (const [index, column] of columns.entries()) {
      const input = inputs[index] as string
      const width = column.kind === 'vectors' ? column.values.columns : 1
      if (part >= width) part -= width
      else return column.kind === 'vectors' ? `${input}_${column.nameOf?.(part) ?? part}` : input
    }
    return String(place)
  }

const hasCategories = (column: NamedColumn): boolean =>
  column.kind === 'vectors'
    ? column.hasCategories === true
    : column.kind === 'numbers' && column.categories !== undefined

const widthOf = (parts: readonly (Dense | Sparse)[]): number => parts.reduce((sum, { columns }) => sum + columns, 0)

const sideBySide = (parts: readonly (Dense | Sparse)[], rows: number): Dense => {
  const width = widthOf(parts)
  const together = dense(rows, width)
  let from = 0
  for (const { columns, values } of parts) {
    for (let row = 0; row < rows; row++)
      for (let i = 0; i < columns; i++) together.values[row * width + from + i] = values[row * columns + i] as number
    from += columns
  }
  return together
}

const sideBySideSparse = (parts: readonly (Dense | Sparse)[], rows: number): Sparse =>
  sparseRows(rows, widthOf(parts), (row, add) => {
    let from = 0
    for (const part of parts) {
      const { columns, values } = part
      if (part.kind === 'sparse')
        for (let at = part.starts[row] as number; at < (part.starts[row + 1] as number); at++)
          add(from + (part.indices[at] as number), values[at] as number)
      else
        for (let i = 0; i < columns; i++) {
          const value = values[row * columns + i] as number
          if (value !== 0) add(from + i, value)
        }
      from += columns
    }
  })
