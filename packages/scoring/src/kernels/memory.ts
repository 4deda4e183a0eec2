import { firstAddress } from './module.ts'

/** Addresses in a memory that is filled from its beginning. */
export type Places = { readonly take: (bytes: number) => number; readonly end: () => number }

export const places = (first = firstAddress): Places => {
  let end = first
  return {
    take: (bytes) => {
      // Lines of the cache.
      const at = Math.ceil(end / 64) * 64
      end = at + bytes
      return at
    },
    end: () => end,
  }
}

/** Rows as the kernels want them beside eight others: two abreast, the last of an odd number beside zeros. */
export const twoAbreast = (
  rows: number,
  columns: number,
  valueAt: (row: number, column: number) => number,
  into: Float64Array,
): void => {
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      into[((row >> 1) * columns + column) * 2 + (row & 1)] = valueAt(row, column)
}
