import { scoringError } from '../errors.ts'
import { type Data, type Dense, dataKind, type Frame, type Sparse } from './data.ts'

/** What a model says of the rows that it takes; `model` is its name in messages. */
export type NumbersExpected = {
  readonly model: string
  /** Undefined where the library takes rows of any width. */
  readonly columns: number | undefined
  /** `finite`: scikit-learn's check_array; `missing`: NaN is taken, infinity is not; `any`: everything is. */
  readonly values: 'finite' | 'missing' | 'any'
  /** Values are rounded to float32 first and must fit. */
  readonly float32?: boolean
}

/** Cells of a table that may be made of sparse rows. */
const denseCellsLimit = 2 ** 26

/** The rows as dense numbers, checked as scikit-learn checks them; sparse rows are written out. */
export const denseRows = (data: Data, expected: NumbersExpected): Dense => {
  const rows = data.kind === 'sparse' ? writtenOut(data, expected.model) : numbersOf(data, expected.model)
  checkWidth(rows.columns, expected)
  checkValues(rows.values, rows.columns, expected)
  return rows
}

/** The rows as numbers, dense or sparse as they came, checked. */
export const numericRows = (data: Data, expected: NumbersExpected): Dense | Sparse => {
  if (data.kind !== 'sparse') return denseRows(data, expected)
  checkWidth(data.columns, expected)
  checkValues(data.values, 0, expected)
  return data
}

/** The rows as dense numbers, where the library refuses sparse ones. */
export const onlyDenseRows = (data: Data, expected: NumbersExpected): Dense => {
  if (data.kind === 'sparse')
    throw scoringError('input.kind', { model: expected.model, expected: 'dense numbers', found: dataKind(data) })
  return denseRows(data, expected)
}

const checkWidth = (found: number, { model, columns }: NumbersExpected): void => {
  if (columns !== undefined && found !== columns) throw scoringError('input.width', { model, expected: columns, found })
}

const checkValues = (
  values: Float64Array,
  columns: number,
  { model, values: taken, float32 = false }: NumbersExpected,
): void => {
  if (taken === 'any') return
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number
    // One comparison passes every ordinary number.
    if (value - value === 0 && (!float32 || Number.isFinite(Math.fround(value)))) continue
    if (Number.isNaN(value) && taken === 'missing') continue
    const where = columns === 0 ? { row: 0, column: 0 } : { row: Math.floor(i / columns), column: i % columns }
    throw scoringError('input.notFinite', {
      model,
      ...where,
      value: Number.isNaN(value) ? 'NaN' : Number.isFinite(value) ? 'a value too large for float32' : 'infinity',
    })
  }
}

const numbersOf = (data: Exclude<Data, Sparse>, model: string): Dense => {
  if (data.kind === 'dense') return data
  if (data.kind !== 'frame') throw scoringError('input.kind', { model, expected: 'numbers', found: dataKind(data) })
  return frameNumbers(data, model)
}

const frameNumbers = ({ rows, columns }: Frame, model: string): Dense => {
  const values = new Float64Array(rows * columns.length)
  for (const [at, { name, values: column }] of columns.entries())
    for (let row = 0; row < rows; row++) {
      const cell = column[row]
      if (typeof cell === 'string')
        throw scoringError('input.text', { model, column: name ?? String(at), value: cell.slice(0, 60) })
      values[row * columns.length + at] = cell === null || cell === undefined ? Number.NaN : Number(cell)
    }
  return { kind: 'dense', rows, columns: columns.length, values }
}

/** Sparse rows as dense ones, where these are not too many. */
export const writtenOut = ({ rows, columns, starts, indices, values }: Sparse, model: string): Dense => {
  if (rows * columns > denseCellsLimit)
    throw scoringError('input.size', { model, cells: rows * columns, limit: denseCellsLimit })
  const result = new Float64Array(rows * columns)
  for (let row = 0; row < rows; row++)
    for (let i = starts[row] as number; i < (starts[row + 1] as number); i++)
      result[row * columns + (indices[i] as number)] = values[i] as number
  return { kind: 'dense', rows, columns, values: result }
}
