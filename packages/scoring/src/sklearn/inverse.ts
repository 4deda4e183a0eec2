/** The inverse of a square matrix by elimination with pivots. */
export const inverse = (matrix: Float64Array, size: number): Float64Array => {
  const left = matrix.slice()
  const right = new Float64Array(size * size)
  for (let i = 0; i < size; i++) right[i * size + i] = 1
  const at = (row: number, column: number): number => left[row * size + column] as number
  for (let column = 0; column < size; column++) {
    let pivot = column
    for (let row = column + 1; row < size; row++)
      if (Math.abs(at(row, column)) > Math.abs(at(pivot, column))) pivot = row
    for (const part of [left, right]) {
      const [upper, lower] = [column * size, pivot * size]
      const held = part.slice(upper, upper + size)
      part.copyWithin(upper, lower, lower + size)
      part.set(held, lower)
    }
    const scale = at(column, column)
    for (const part of [left, right])
      for (let i = column * size; i < (column + 1) * size; i++) part[i] = (part[i] as number) / scale
    for (let row = 0; row < size; row++) {
      const factor = at(row, column)
      if (row === column || factor === 0) continue
      for (const part of [left, right])
        for (let i = 0; i < size; i++)
          part[row * size + i] = (part[row * size + i] as number) - factor * (part[column * size + i] as number)
    }
  }
  return right
}
