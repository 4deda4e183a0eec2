import { limitReached } from '../limits.ts'

/**
 * How many numbers a model's sparse vectors and matrices may be written out to in all: some millions, or a multiple of those that
 * are really there. A few bytes could ask for any size.
 */
export type Room = { readonly take: (numbers: number, held: number) => void }

const [roomAtFirst, roomForEach] = [2 ** 22, 64]

export const room = (): Room => {
  let left = roomAtFirst
  return {
    take: (numbers, held) => {
      left += held * roomForEach - numbers
      if (!(left >= 0)) throw limitReached('numbers in sparse vectors', roomAtFirst, { found: numbers })
    },
  }
}

/** Spark's vectors and matrices, as Parquet and JSON hold them. Undefined means that a value is none, or not a sound one. */
export const vectorOf = (value: unknown, space: Room): Float64Array | undefined => {
  if (!isRecord(value)) return undefined
  const values = numbersIn(value['values'])
  if (values === undefined) return undefined
  if (value['type'] === 1) return values
  const size = value['size']
  const indices = numbersIn(value['indices'])
  if (value['type'] !== 0 || !isSize(size) || indices?.length !== values.length) return undefined
  return scattered(size, indices, values, space)
}

/** Rows × columns, row after row. */
export type Matrix = {
  readonly rows: number
  readonly columns: number
  readonly values: Float64Array
  /** It was saved without its zeros. */
  readonly isSparse?: boolean
}

export const matrixOf = (value: unknown, space: Room): Matrix | undefined => {
  if (!isRecord(value)) return undefined
  const { numRows: rows, numCols: columns, isTransposed } = value
  const held = numbersIn(value['values'])
  if (!isSize(rows) || !isSize(columns) || held === undefined) return undefined
  // "Transposed" is row after row; else column after column.
  const [outer, inner] = isTransposed === true ? [rows, columns] : [columns, rows]
  const written = value['type'] === 1 ? held : writtenOut(value, { outer, inner, held }, space)
  if (written?.length !== rows * columns) return undefined
  const isSparse = value['type'] !== 1
  if (isTransposed === true) return { rows, columns, values: written, isSparse }
  const values = new Float64Array(written.length)
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      values[row * columns + column] = written[column * rows + row] as number
  return { rows, columns, values, isSparse }
}

/** A sparse matrix written out, in its own order. */
const writtenOut = (
  value: Readonly<Record<string, unknown>>,
  { outer, inner, held }: { readonly outer: number; readonly inner: number; readonly held: Float64Array },
  space: Room,
): Float64Array | undefined => {
  const starts = numbersIn(value['colPtrs'])
  const indices = numbersIn(value['rowIndices'])
  if (starts?.length !== outer + 1 || indices?.length !== held.length || starts[outer] !== held.length) return undefined
  const places = new Float64Array(held.length)
  for (let line = 0; line < outer; line++)
    for (let at = starts[line] as number; at < (starts[line + 1] as number); at++) {
      const index = indices[at] as number
      if (!(index >= 0 && index < inner)) return undefined
      places[at] = line * inner + index
    }
  return scattered(outer * inner, places, held, space)
}

const scattered = (
  size: number,
  indices: Float64Array,
  values: Float64Array,
  space: Room,
): Float64Array | undefined => {
  space.take(size, values.length)
  const out = new Float64Array(size)
  for (let i = 0; i < values.length; i++) {
    const index = indices[i] as number
    if (!(Number.isInteger(index) && index >= 0 && index < size)) return undefined
    out[index] = values[i] as number
  }
  return out
}

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isSize = (value: unknown): value is number => Number.isInteger(value) && (value as number) >= 0

/** The numbers of a list; its integers of 64 bits, and the texts that JSON has for what is not finite, too. */
export const numbersIn = (value: unknown): Float64Array | undefined => {
  if (value instanceof Float64Array) return value
  if (value instanceof Float32Array || value instanceof Int32Array) return Float64Array.from(value)
  if (!Array.isArray(value) && !ArrayBuffer.isView(value)) return undefined
  const numbers = Array.from(value as ArrayLike<unknown>, numberIn)
  return numbers.includes(undefined) ? undefined : Float64Array.from(numbers as number[])
}

const notFinite: Readonly<Record<string, number>> = {
  Inf: Infinity,
  Infinity,
  '-Inf': -Infinity,
  '-Infinity': -Infinity,
  NaN: Number.NaN,
}

export const numberIn = (value: unknown): number | undefined => {
  if (typeof value === 'number') return value
  if (typeof value === 'bigint') return Number(value)
  return typeof value === 'string' && Object.hasOwn(notFinite, value) ? notFinite[value] : undefined
}
