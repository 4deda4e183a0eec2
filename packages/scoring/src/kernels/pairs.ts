import { places, twoAbreast } from './memory.ts'
import { kernelInstance } from './module.ts'

const lanes = 8

/** Fewer rows are not worth to be turned. */
export const fewestRows = 4
/** Rows that go at once. */
export const rowsAtOnce = lanes

/** Row after row of a batch with every row that is kept. What is returned holds until the next call. */
export type PairSums = (row: number) => Float64Array
export type PairSumsOf = {
  /** Sums of products, or of squared differences. */
  readonly sums: (values: Float64Array, rows: number) => PairSums
  /** Squares of distances as |x|² - 2xy + |y|², no less than zero: `squareOf` is what the row has by itself. */
  readonly distances: (values: Float64Array, rows: number, squareOf: (row: number) => number) => PairSums
}

/** Undefined where WebAssembly is not to be had. `kept` is rows × columns; `squares` is what each has by itself. */
export const pairSums = (
  of: 'products' | 'squares',
  kept: Float64Array,
  rows: number,
  columns: number,
  squares: Float64Array = new Float64Array(),
): PairSumsOf | undefined => {
  const pairs = Math.ceil(rows / 2)
  const { take, end } = places()
  const given = take(lanes * columns * 8)
  const abreast = take(lanes * columns * 8)
  const others = take(pairs * columns * 16)
  const own = take(pairs * 16)
  const sums = take(pairs * lanes * 16)
  const instance = kernelInstance(end())
  if (instance === undefined) return undefined
  const { buffer, exports } = instance
  twoAbreast(rows, columns, (row, column) => kept[row * columns + column] as number, new Float64Array(buffer, others))
  new Float64Array(buffer, own).set(squares)
  const givenView = new Float64Array(buffer, given, lanes * columns)
  const views = Array.from({ length: lanes }, (_, lane) => new Float64Array(buffer, sums + lane * pairs * 16, rows))

  const inTurn = (values: Float64Array, count: number, finish: (row: number, lane: number) => void): PairSums => {
    let first = -lanes
    return (row) => {
      if (row < first || row >= first + lanes) {
        first = row
        const now = Math.min(lanes, count - row)
        givenView.set(values.subarray(row * columns, (row + now) * columns))
        exports.takeRows(given, now, columns, abreast)
        exports[of](abreast, columns, others, pairs, sums)
        for (let lane = 0; lane < now; lane++) finish(row + lane, lane)
      }
      return views[row - first] as Float64Array
    }
  }
  return {
    sums: (values, count) => inTurn(values, count, () => {}),
    distances: (values, count, squareOf) =>
      inTurn(values, count, (row, lane) => exports.distances(sums + lane * pairs * 16, pairs, squareOf(row), own)),
  }
}
