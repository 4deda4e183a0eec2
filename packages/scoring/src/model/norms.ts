import { denseRows, numericRows, type NumbersExpected } from '../data/check.ts'
import { type Data, type Dense, withValues } from '../data/data.ts'
import type { Scorer } from './scorer.ts'

/** Each row divided by its norm; a row of zeros stays as it is. */
export type NormsModel = {
  readonly kind: 'norms'
  readonly name: string
  readonly columns: number | undefined
  readonly norm: Norm | 'l2-of-columns'
  /** Dense rows that are shorter stay as they are; so do those of zeros anyway. */
  readonly shortest?: number
  /** Rows are float32, and stay so. */
  readonly isSingle?: boolean
}

/** `signed-max` is the largest value as it is: what scikit-learn took for the maximum norm before 0.23. */
type Norm = 'l1' | 'l2' | 'max' | 'signed-max'

export const compileNorms = ({ name, columns, norm, shortest = 0, isSingle = false }: NormsModel): Scorer => {
  const rounded = isSingle ? Math.fround : Number
  const expected: NumbersExpected = { model: name, columns, values: 'finite' }
  const apply = (data: Data): Data => {
    if (norm === 'l2-of-columns') return byColumnLength(denseRows(data, expected))
    const rows = numericRows(data, expected)
    const values = rows.values.slice()
    for (let row = 0; row < rows.rows; row++) {
      const start = rows.kind === 'dense' ? row * rows.columns : (rows.starts[row] as number)
      const end = rows.kind === 'dense' ? start + rows.columns : (rows.starts[row + 1] as number)
      const length = normOf(norm, values, start, end, end - start < rows.columns, rounded)
      if (length === 0 || (rows.kind === 'dense' && shortest > 0 && length < shortest)) continue
      for (let i = start; i < end; i++) values[i] = rounded((values[i] as number) / length)
    }
    return withValues(rows, values)
  }
  return { name, columns, methods: { transform: { apply } } }
}

const normOf = (
  norm: Norm,
  values: Float64Array,
  start: number,
  end: number,
  hasZeros: boolean,
  rounded: (square: number) => number,
): number => {
  let result = norm === 'signed-max' && !hasZeros ? -Infinity : 0
  for (let i = start; i < end; i++) {
    const value = values[i] as number
    if (norm === 'l1') result += Math.abs(value)
    else if (norm === 'l2') result += rounded(value * value)
    else result = Math.max(result, norm === 'max' ? Math.abs(value) : value)
  }
  return norm === 'l2' ? Math.sqrt(result) : result
}

/** Each column divided by its length over all the rows given: what SparsePCA did before 0.22, where it was not told otherwise. */
const byColumnLength = (rows: Dense): Dense => {
  const { columns } = rows
  const squares = new Float64Array(columns)
  for (const [i, value] of rows.values.entries())
    squares[i % columns] = (squares[i % columns] as number) + value * value
  return { ...rows, values: rows.values.map((value, i) => value / (Math.sqrt(squares[i % columns] as number) || 1)) }
}
