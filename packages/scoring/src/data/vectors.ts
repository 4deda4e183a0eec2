import { scoringError } from '../errors.ts'
import type { Dense, Sparse } from './data.ts'

/** Numbers that one sparse row may be written out as. */
const maxColumns = 2 ** 26

/** Shows each row's numbers, which are those of `values` from `from` on until the next row is shown; sparse ones are written out row by row. */
export const eachRow = (
  vectors: Dense | Sparse,
  show: (values: Float64Array, from: number, row: number) => void,
): void => {
  const { rows, columns, values } = vectors
  if (vectors.kind === 'dense') {
    for (let row = 0; row < rows; row++) show(values, row * columns, row)
    return
  }
  if (columns > maxColumns)
    throw scoringError('input.size', { model: 'A sparse row', cells: columns, limit: maxColumns })
  const { starts, indices } = vectors
  const written = new Float64Array(columns)
  for (let row = 0; row < rows; row++) {
    const [start, end] = [starts[row] as number, starts[row + 1] as number]
    for (let at = start; at < end; at++) written[indices[at] as number] = values[at] as number
    show(written, 0, row)
    for (let at = start; at < end; at++) written[indices[at] as number] = 0
  }
}

/** Another number for each that is there, by its column; what sparse rows leave out stays zero. */
export const mapValues = <V extends Dense | Sparse>(vectors: V, map: (value: number, column: number) => number): V => {
  const { columns, values } = vectors
  const mapped =
    vectors.kind === 'sparse'
      ? values.map((value, at) => map(value, vectors.indices[at] as number))
      : values.map((value, at) => map(value, at % columns))
  return { ...vectors, values: mapped }
}

/** Some rows, in the order given. */
export const pickRows = (vectors: Dense | Sparse, picked: readonly number[]): Dense | Sparse => {
  const { columns, values } = vectors
  if (vectors.kind === 'dense') {
    const rows = new Float64Array(picked.length * columns)
    picked.forEach((row, index) => {
      rows.set(values.subarray(row * columns, (row + 1) * columns), index * columns)
    })
    return { kind: 'dense', rows: picked.length, columns, values: rows }
  }
  const from = vectors.starts
  const starts = new Int32Array(picked.length + 1)
  picked.forEach((row, index) => {
    starts[index + 1] = (starts[index] as number) + (from[row + 1] as number) - (from[row] as number)
  })
  const [indices, held] = [new Int32Array(starts.at(-1) as number), new Float64Array(starts.at(-1) as number)]
  picked.forEach((row, index) => {
    indices.set(vectors.indices.subarray(from[row], from[row + 1]), starts[index])
    held.set(values.subarray(from[row], from[row + 1]), starts[index])
  })
  return { kind: 'sparse', rows: picked.length, columns, starts, indices, values: held }
}
