import { numericRows, type NumbersExpected } from '../data/check.ts'
import { type Data, type Dense, dataKind, type Sparse, withValues } from '../data/data.ts'
import { scoringError } from '../errors.ts'
import type { Scorer } from './scorer.ts'

/** Arithmetic on each column by itself, step after step: what scalers do. */
export type ColumnwiseModel = {
  readonly kind: 'columnwise'
  readonly name: string
  /** Undefined where there is no step and nobody says how many. */
  readonly columns: number | undefined
  readonly values: NumbersExpected['values']
  readonly steps: readonly ColumnwiseStep[]
}

/** `by` has one number a column. */
export type ColumnwiseStep = {
  readonly operation: 'subtract' | 'divide' | 'multiply' | 'add' | 'atLeast' | 'atMost'
  readonly by: Float64Array
}

export const compileColumnwise = ({ name, columns, values, steps }: ColumnwiseModel): Scorer => {
  const expected: NumbersExpected = { model: name, columns, values }
  const apply = (data: Data): Dense | Sparse => {
    const rows = numericRows(data, expected)
    return rows.kind === 'dense' ? denseSteps(rows, steps) : sparseSteps(rows, steps, name)
  }
  return { name, columns, methods: { transform: { apply } } }
}

const denseSteps = (rows: Dense, steps: readonly ColumnwiseStep[]): Dense => {
  const values = rows.values.slice(0, rows.rows * rows.columns)
  for (const { operation, by } of steps) {
    const change = operations[operation]
    for (let i = 0; i < values.length; )
      for (let column = 0; column < by.length; column++, i++)
        values[i] = change(values[i] as number, by[column] as number)
  }
  return { ...rows, values }
}

const operations = {
  subtract: (value: number, by: number) => value - by,
  divide: (value: number, by: number) => value / by,
  multiply: (value: number, by: number) => value * by,
  add: (value: number, by: number) => value + by,
  atLeast: Math.max,
  atMost: Math.min,
}

/** Sparse rows are only scaled: any other step would move their zeros. */
const sparseSteps = (rows: Sparse, steps: readonly ColumnwiseStep[], model: string): Sparse => {
  const values = rows.values.slice()
  for (const { operation, by } of steps) {
    if (operation !== 'divide' && operation !== 'multiply')
      throw scoringError('input.kind', { model, expected: 'dense numbers', found: dataKind(rows) })
    for (let i = 0; i < values.length; i++) {
      const factor = by[rows.indices[i] as number] as number
      // scikit-learn multiplies sparse values by the reciprocal.
      values[i] = (values[i] as number) * (operation === 'divide' ? 1 / factor : factor)
    }
  }
  return withValues(rows, values)
}
