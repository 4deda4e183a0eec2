import { keptRows, type Named, vectorsOf } from '../data/named.ts'

/** Refuses vectors of another size, or leaves out their rows. */
export type SizeHint = {
  readonly kind: 'sizeHint'
  readonly input: string
  readonly size: number
  readonly skips: boolean
}

export const compileSizeHint =
  ({ input, size, skips }: SizeHint, name: string): ((rows: Named) => Named) =>
  (rows) => {
    const { columns } = vectorsOf(rows, input, name, skips ? undefined : size)
    return columns === size ? rows : keptRows(rows, new Uint8Array(rows.rows))
  }
