import type { Sparse } from '../data/data.ts'
import { scoringError } from '../errors.ts'
import { type Limits, limitReached } from '../limits.ts'
import { arrayOf } from '../numpy/array.ts'
import type { DType } from '../numpy/dtype.ts'
import { float64sOf } from '../numpy/convert.ts'
import type { CallNode, Value } from '../pickle/graph.ts'
import { calleeOf, callOf, canonicalName, globalOf } from '../python/names.ts'
import { itemsOf, textMapOf } from '../python/values.ts'

const format = (call: CallNode): 'csr' | 'csc' | 'coo' | undefined => {
  const made = calleeOf(call) === 'copyreg _reconstructor' ? globalOf(call.args[0] ?? null) : globalOf(call.callable)
  const name = made === undefined ? undefined : canonicalName(made)
  return /^scipy\.sparse\._?(?:csr|csc|coo) (csr|csc|coo)_(?:matrix|array)$/.exec(name ?? '')?.[1] as
    | 'csr'
    | 'csc'
    | 'coo'
    | undefined
}

export const isSparseMatrix = (value: Value | undefined): boolean => {
  const call = callOf(value)
  return call !== undefined && format(call) !== undefined
}

/** What kind of numbers an array holds, or a scipy matrix. */
export const dtypeOf = (value: Value | undefined, limits: Limits): DType | undefined => {
  const stored = isSparseMatrix(value) ? textMapOf(callOf(value)?.states.at(-1))?.get('data') : value
  return arrayOf(stored, limits)?.dtype
}

/** A scipy matrix in any of three layouts as compressed rows, every index checked. */
export const sparseOf = (value: Value, limits: Limits): Sparse => {
  const call = callOf(value) as CallNode
  const { offset } = call
  const invalid = (reason: string) => scoringError('numpy.invalid', { offset, reason })
  const state = textMapOf(call.states.at(-1))
  const [rows, columns] = (itemsOf(state?.get('_shape')) ?? []) as readonly Value[]
  if (typeof rows !== 'number' || typeof columns !== 'number' || rows < 0 || columns < 0)
    throw invalid('a sparse matrix has no shape')
  if (rows > limits.nodes || columns > limits.nodes) throw limitReached('rows or columns', limits.nodes, { offset })
  const numbers = (name: string): Float64Array => {
    const array = arrayOf(state?.get(name), limits)
    const values = array === undefined ? undefined : float64sOf(array)
    if (values === undefined) throw invalid(`a sparse matrix has no ${name}`)
    return values
  }
  const kind = format(call)
  const data = numbers('data')
  if (kind === 'coo') {
    const coordinates = itemsOf(state?.get('coords'))
    const [row, column] =
      coordinates === undefined
        ? [numbers('row'), numbers('col')]
        : coordinates.map((one) => {
            const array = arrayOf(one, limits)
            return (array === undefined ? undefined : float64sOf(array)) ?? new Float64Array(0)
          })
    return compress(rows, columns, { rowOf: row as Float64Array, columnOf: column as Float64Array, data }, invalid)
  }
  const pointers = numbers('indptr')
  const inner = numbers('indices')
  const outerCount = kind === 'csr' ? rows : columns
  if (pointers.length !== outerCount + 1 || pointers[0] !== 0 || inner.length < (pointers.at(-1) as number))
    throw invalid('a sparse matrix has pointers that do not fit')
  const outer = new Float64Array(pointers.at(-1) as number)
  for (let i = 0; i < outerCount; i++) {
    if ((pointers[i + 1] as number) < (pointers[i] as number))
      throw invalid('a sparse matrix has pointers that go back')
    outer.fill(i, pointers[i], pointers[i + 1])
  }
  const parts = kind === 'csr' ? { rowOf: outer, columnOf: inner, data } : { rowOf: inner, columnOf: outer, data }
  return compress(rows, columns, parts, invalid)
}

type Coordinates = { readonly rowOf: Float64Array; readonly columnOf: Float64Array; readonly data: Float64Array }

/** Sorts coordinates by row, keeping their order within a row. */
const compress = (
  rows: number,
  columns: number,
  { rowOf, columnOf, data }: Coordinates,
  invalid: (reason: string) => Error,
): Sparse => {
  const count = Math.min(rowOf.length, columnOf.length)
  if (data.length < count) throw invalid('a sparse matrix has too few values')
  const starts = new Int32Array(rows + 1)
  for (let i = 0; i < count; i++) {
    const [row, column] = [rowOf[i] as number, columnOf[i] as number]
    if (!(row >= 0 && row < rows && column >= 0 && column < columns))
      throw invalid('a sparse matrix has an index outside its shape')
    starts[row + 1] = (starts[row + 1] as number) + 1
  }
  for (let row = 0; row < rows; row++) starts[row + 1] = (starts[row + 1] as number) + (starts[row] as number)
  const next = starts.slice()
  const indices = new Int32Array(count)
  const values = new Float64Array(count)
  for (let i = 0; i < count; i++) {
    const row = rowOf[i] as number
    const place = next[row] as number
    next[row] = place + 1
    indices[place] = columnOf[i] as number
    values[place] = data[i] as number
  }
  return { kind: 'sparse', rows, columns, starts, indices, values }
}

/** Writes a matrix out; what lies twice in one place adds up, as in scipy. */
export const toDense = (
  { rows, columns, starts, indices, values }: Sparse,
  limits: Limits,
): { readonly rows: number; readonly columns: number; readonly values: Float64Array } => {
  if (rows * columns * 8 > limits.valueBytes)
    throw limitReached('a sparse matrix that is written out, of bytes', limits.valueBytes, {
      found: rows * columns * 8,
    })
  const result = new Float64Array(rows * columns)
  for (let row = 0; row < rows; row++)
    for (let i = starts[row] as number; i < (starts[row + 1] as number); i++) {
      const at = row * columns + (indices[i] as number)
      result[at] = (result[at] as number) + (values[i] as number)
    }
  return { rows, columns, values: result }
}
