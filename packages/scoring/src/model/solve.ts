/** The rows of a lower triangle L, each as long as its index and one: a symmetric positive matrix is L L' (Cholesky). */
export type Triangle = Float64Array[]

/** Adds the row for one more row of the matrix, up to its diagonal; false, and nothing added, where that leaves no more than `least`. */
export const growTriangle = (lower: Triangle, row: Float64Array, least: number): boolean => {
  const size = lower.length
  const added = new Float64Array(size + 1)
  let rest = row[size] as number
  for (let column = 0; column < size; column++) {
    const before = lower[column] as Float64Array
    let sum = row[column] as number
    for (let k = 0; k < column; k++) sum -= (added[k] as number) * (before[k] as number)
    const value = sum / (before[column] as number)
    added[column] = value
    rest -= value * value
  }
  if (!(rest > least)) return false
  added[size] = Math.sqrt(rest)
  lower.push(added)
  return true
}

/** Solves `L L' x = right`. */
export const solveTriangle = (lower: Triangle, right: Float64Array): Float64Array => {
  const result = right.slice()
  for (const [row, own] of lower.entries()) {
    let sum = result[row] as number
    for (let k = 0; k < row; k++) sum -= (own[k] as number) * (result[k] as number)
    result[row] = sum / (own[row] as number)
  }
  for (let row = lower.length - 1; row >= 0; row--) {
    const own = lower[row] as Float64Array
    const value = (result[row] as number) / (own[row] as number)
    result[row] = value
    for (let k = 0; k < row; k++) result[k] = (result[k] as number) - (own[k] as number) * value
  }
  return result
}

/** The inverse of a symmetric positive matrix, and the logarithm of its determinant; undefined where it is none. */
export const invertPositive = (
  matrix: Float64Array,
  size: number,
): { readonly inverse: Float64Array; readonly logDeterminant: number } | undefined => {
  const lower: Triangle = []
  for (let row = 0; row < size; row++)
    if (!growTriangle(lower, matrix.subarray(row * size, row * size + row + 1), 0)) return undefined
  const inverse = new Float64Array(size * size)
  let logDeterminant = 0
  for (const [row, own] of lower.entries()) {
    logDeterminant += 2 * Math.log(own[row] as number)
    const unit = new Float64Array(size)
    unit[row] = 1
    // Symmetric: its columns are its rows.
    inverse.set(solveTriangle(lower, unit), row * size)
  }
  return { inverse, logDeterminant }
}
