import type { Dense, Sparse } from './data.ts'

/** The columns of these indices, in this order; one may come twice. */
export const selectColumns = (rows: Dense | Sparse, indices: Int32Array): Dense | Sparse =>
  rows.kind === 'dense' ? selectDense(rows, indices) : selectSparse(rows, indices)

const selectDense = ({ rows, columns, values }: Dense, indices: Int32Array): Dense => {
  const selected = new Float64Array(rows * indices.length)
  for (let row = 0, to = 0; row < rows; row++)
    for (let i = 0; i < indices.length; i++, to++)
      selected[to] = values[row * columns + (indices[i] as number)] as number
  return { kind: 'dense', rows, columns: indices.length, values: selected }
}

const selectSparse = ({ rows, starts, indices: from, values }: Sparse, indices: Int32Array): Sparse => {
  const targets = new Map<number, number[]>()
  for (const [to, column] of indices.entries()) {
    const known = targets.get(column)
    if (known === undefined) targets.set(column, [to])
    else known.push(to)
  }
  const selected: { starts: Int32Array; indices: number[]; values: number[] } = {
    starts: new Int32Array(rows + 1),
    indices: [],
    values: [],
  }
  for (let row = 0; row < rows; row++) {
    for (let i = starts[row] as number; i < (starts[row + 1] as number); i++)
      for (const to of targets.get(from[i] as number) ?? []) {
        selected.indices.push(to)
        selected.values.push(values[i] as number)
      }
    selected.starts[row + 1] = selected.indices.length
  }
  return {
    kind: 'sparse',
    rows,
    columns: indices.length,
    starts: selected.starts,
    indices: Int32Array.from(selected.indices),
    values: Float64Array.from(selected.values),
  }
}

/** `more` has one row a row, and comes behind. */
export const appendColumns = (rows: Dense | Sparse, more: Dense): Dense | Sparse =>
  rows.kind === 'dense' ? appendDense(rows, more) : appendSparse(rows, more)

const appendDense = ({ rows, columns, values }: Dense, more: Dense): Dense => {
  const width = columns + more.columns
  const all = new Float64Array(rows * width)
  for (let row = 0; row < rows; row++) {
    all.set(values.subarray(row * columns, (row + 1) * columns), row * width)
    all.set(more.values.subarray(row * more.columns, (row + 1) * more.columns), row * width + columns)
  }
  return { kind: 'dense', rows, columns: width, values: all }
}

const appendSparse = ({ rows, columns, starts, indices, values }: Sparse, more: Dense): Sparse => {
  const count = values.length + rows * more.columns
  const all = {
    starts: new Int32Array(rows + 1),
    indices: new Int32Array(count),
    values: new Float64Array(count),
  }
  for (let row = 0, to = 0; row < rows; row++) {
    const [start, end] = [starts[row] as number, starts[row + 1] as number]
    all.indices.set(indices.subarray(start, end), to)
    all.values.set(values.subarray(start, end), to)
    to += end - start
    for (let i = 0; i < more.columns; i++, to++) {
      all.indices[to] = columns + i
      all.values[to] = more.values[row * more.columns + i] as number
    }
    all.starts[row + 1] = to
  }
  return { kind: 'sparse', rows, columns: columns + more.columns, ...all }
}
