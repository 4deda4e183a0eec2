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
    const laneOf = lanesInTurn(givenView, columns, values, count, (row, now) => {
      exports.takeRows(given, now, columns, abreast)
      exports[of](abreast, columns, others, pairs, sums)
      for (let lane = 0; lane < now; lane++) finish(row + lane, lane)
    })
    return (row) => views[laneOf(row)] as Float64Array
  }
  return {
    sums: (values, count) => inTurn(values, count, () => {}),
    distances: (values, count, squareOf) =>
      inTurn(values, count, (row, lane) => exports.distances(sums + lane * pairs * 16, pairs, squareOf(row), own)),
  }
}

/** The lane of a row, among eight that are given to the kernel when the first of them is asked for. */
const lanesInTurn = (
  given: Float64Array,
  columns: number,
  values: Float64Array,
  count: number,
  turn: (row: number, rows: number) => void,
): ((row: number) => number) => {
  let first = -lanes
  return (row) => {
    if (row < first || row >= first + lanes) {
      first = row
      const now = Math.min(lanes, count - row)
      given.set(values.subarray(row * columns, (row + now) * columns))
      turn(row, now)
    }
    return row - first
  }
}

/** What float32 tells of how near the kept rows are to a row. It holds until the next row is asked for. */
export type Nearness = {
  /** The first kept row from `from` on that may be nearer than a squared distance; the number of kept rows if there is none. */
  readonly next: (from: number, distance: number) => number
}

/** Undefined where WebAssembly is not to be had. `squares` has |y|² of each kept row, `square` is that of the row. */
export const nearnessOf = (
  kept: Float64Array,
  rows: number,
  columns: number,
  squares: Float64Array,
): ((values: Float64Array, rows: number) => (row: number, square: number) => Nearness) | undefined => {
  const groups = Math.ceil(rows / 4)
  const { take, end } = places()
  const given = take(lanes * columns * 8)
  const abreast = take(lanes * columns * 4)
  const others = take(groups * columns * 16)
  const own = take(groups * 16)
  const near = take(groups * lanes * 16)
  const instance = kernelInstance(end())
  if (instance === undefined) return undefined
  const { buffer, exports } = instance
  const othersView = new Float32Array(buffer, others)
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      othersView[((row >> 2) * columns + column) * 4 + (row & 3)] = kept[row * columns + column] as number
  new Float32Array(buffer, own).set(squares)
  const givenView = new Float64Array(buffer, given, lanes * columns)
  const nearView = new Float32Array(buffer, near)
  const farthest = squares.reduce((most, square) => Math.max(most, square), 0)

  return (values, count) => {
    const laneOf = lanesInTurn(givenView, columns, values, count, (_, now) => {
      exports.takeNearRows(given, now, columns, abreast)
      exports.nearness(abreast, columns, others, groups, own, near)
    })
    return (row, square) => {
      const lane = laneOf(row)
      // Rounding of both rows, of each product and sum (of a sum of n terms n at most), and of the last two steps.
      const error = 2 ** -23 * ((2 * columns + 8) * Math.sqrt(square * farthest) + 2 * farthest) + columns * 2 ** -120
      const at = near + lane * groups * 16
      return {
        next: (from, distance) => {
          const limit = distance - square + error
          // As float32, and no less.
          const rounded = Math.fround(limit + Math.abs(limit) * 2 ** -22 + 2 ** -120)
          for (let next = from; next < rows; ) {
            const value = nearView[lane * groups * 4 + next] as number
            if (!(value >= rounded)) return next
            next++
            if ((next & 3) === 0) next = exports.nextNear(at, next >> 2, groups, rounded) * 4
          }
          return rows
        },
      }
    }
  }
}
