import { scoringError } from '../errors.ts'
import { type Cell, type Data, type Dense, dataKind, dense, type Frame, type FrameColumn, type Sparse } from './data.ts'

/** Data that have columns. */
export type Columns = Dense | Sparse | Frame

export const withColumns = (data: Data, model: string): Columns => {
  if (data.kind === 'texts' || data.kind === 'dicts' || data.kind === 'named')
    throw scoringError('input.kind', { model, expected: 'a table of columns', found: dataKind(data) })
  return data
}

export const widthOf = (data: Columns): number => (data.kind === 'frame' ? data.columns.length : data.columns)

/** Some columns, in the order given. */
export const pickColumns = (data: Columns, picked: ArrayLike<number>): Columns => {
  switch (data.kind) {
    case 'dense': {
      const { rows, columns, values } = data
      const width = picked.length
      const result = dense(rows, width)
      for (let row = 0; row < rows; row++)
        for (let i = 0; i < width; i++)
          result.values[row * width + i] = values[row * columns + (picked[i] as number)] as number
      return result
    }
    case 'frame':
      return { ...data, columns: Array.from(picked, (column) => data.columns[column] as FrameColumn) }
    case 'sparse':
      return pickSparse(data, picked)
  }
}

const pickSparse = ({ rows, columns, starts, indices, values }: Sparse, picked: ArrayLike<number>): Sparse => {
  const targets: (number[] | undefined)[] = Array.from({ length: columns })
  for (let i = 0; i < picked.length; i++) (targets[picked[i] as number] ??= []).push(i)
  return sparseRows(rows, picked.length, (row, add) => {
    for (let i = starts[row] as number; i < (starts[row + 1] as number); i++)
      for (const target of targets[indices[i] as number] ?? []) add(target, values[i] as number)
  })
}

/** Sparse rows from what `fill` adds row by row; columns come out in order, and what is added twice is summed. */
export const sparseRows = (
  rows: number,
  columns: number,
  fill: (row: number, add: (column: number, value: number) => void) => void,
): Sparse => {
  const starts = new Int32Array(rows + 1)
  const indices: number[] = []
  const values: number[] = []
  let last = -1
  let isOrdered = true
  const add = (column: number, value: number): void => {
    if (column <= last) isOrdered = false
    last = column
    indices.push(column)
    values.push(value)
  }
  for (let row = 0; row < rows; row++) {
    last = -1
    isOrdered = true
    fill(row, add)
    if (!isOrdered) putInOrder(indices, values, starts[row] as number)
    starts[row + 1] = indices.length
  }
  return { kind: 'sparse', rows, columns, starts, indices: Int32Array.from(indices), values: Float64Array.from(values) }
}

/** Sorts what stands from `from` on by its columns, and makes one of what is there several times. */
const putInOrder = (indices: number[], values: number[], from: number): void => {
  const sums = new Map<number, number>()
  for (let at = from; at < indices.length; at++) {
    const [column, value] = [indices[at] as number, values[at] as number]
    const before = sums.get(column)
    sums.set(column, before === undefined ? value : before + value)
  }
  indices.length = from
  values.length = from
  for (const [column, value] of [...sums].toSorted(([a], [b]) => a - b)) {
    indices.push(column)
    values.push(value)
  }
}

export const cellOf = ({ values }: FrameColumn, row: number): Cell => {
  const cell = values[row]
  return cell === undefined || (typeof cell === 'number' && Number.isNaN(cell)) ? null : cell
}

/** The data as columns of cells; sparse rows are not written out for this. */
export const asFrame = (data: Dense | Frame): Frame => {
  if (data.kind === 'frame') return data
  const { rows, columns, values } = data
  return {
    kind: 'frame',
    rows,
    columns: Array.from({ length: columns }, (_, column) => ({
      name: undefined,
      values: Float64Array.from({ length: rows }, (__, row) => values[row * columns + column] as number),
    })),
  }
}

/** Whether every cell of the frame is a number, truth value or missing. */
export const isNumeric = ({ columns }: Frame): boolean =>
  columns.every(({ values }) => values instanceof Float64Array || values.every((cell) => typeof cell !== 'string'))
