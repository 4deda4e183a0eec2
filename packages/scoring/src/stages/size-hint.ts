import { anyVectorsOf, keptRows, type Named } from '../data/named.ts'
import type { StageColumns } from './columns.ts'

/** Refuses vectors of another size, leaves out their rows, or takes them for what they should be without a look. */
export type SizeHint = {
  readonly kind: 'sizeHint'
  readonly input: string
  readonly size: number
  readonly invalid: 'error' | 'skip' | 'optimistic'
}

export const sizeHintColumns = ({ input: name, size }: SizeHint): StageColumns => ({
  reads: [{ name, kind: 'vector', size }],
  writes: [],
})

export const compileSizeHint =
  ({ input, size, invalid }: SizeHint, name: string): ((rows: Named) => Named) =>
  (rows) => {
    const { columns } = anyVectorsOf(rows, input, name, invalid === 'error' ? size : undefined)
    return invalid === 'skip' && columns !== size ? keptRows(rows, new Uint8Array(rows.rows)) : rows
  }
