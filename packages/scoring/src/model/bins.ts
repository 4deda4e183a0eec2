import { denseRows, type NumbersExpected } from '../data/check.ts'
import { type Data, type Dense, dense, type Sparse } from '../data/data.ts'
import type { Scorer } from './scorer.ts'

/** Each number replaced by the bin in which it lies. */
export type BinsModel = {
  readonly kind: 'bins'
  readonly name: string
  /** For each column the inner and the last edges, ascending; a number on an edge is in the bin above. */
  readonly edges: readonly Float64Array[]
  readonly counts: Int32Array
  /** Numbers are raised by 1e-8 + 1e-5 of themselves first, as scikit-learn does before 1.1. */
  readonly isRaised: boolean
  readonly output: 'ordinal' | 'one-hot' | 'one-hot-dense'
}

export const compileBins = (model: BinsModel): Scorer => {
  const { name, edges, output } = model
  const expected: NumbersExpected = { model: name, columns: edges.length, values: 'finite' }
  const apply = (data: Data): Data => {
    const bins = ordinal(denseRows(data, expected), model)
    if (output === 'ordinal') return bins
    return output === 'one-hot' ? oneHotSparse(bins, model.counts) : oneHotDense(bins, model.counts)
  }
  return { name, columns: edges.length, methods: { transform: { apply } } }
}

const ordinal = ({ rows, columns, values }: Dense, { edges, counts, isRaised }: BinsModel): Dense => {
  const bins = values.slice(0, rows * columns)
  for (let i = 0; i < bins.length; i++) {
    const column = i % columns
    const value = bins[i] as number
    const raised = isRaised ? value + (1e-8 + 1e-5 * Math.abs(value)) : value
    bins[i] = Math.min(edgesUpTo(edges[column] as Float64Array, raised), (counts[column] as number) - 1)
  }
  return dense(rows, columns, bins)
}

/** How many edges are not above the value. */
const edgesUpTo = (edges: Float64Array, value: number): number => {
  let [low, high] = [0, edges.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((edges[middle] as number) <= value) low = middle + 1
    else high = middle
  }
  return low
}

const firstColumns = (counts: Int32Array): { readonly first: Int32Array; readonly width: number } => {
  const first = new Int32Array(counts.length)
  let width = 0
  for (const [column, count] of counts.entries()) {
    first[column] = width
    width += count
  }
  return { first, width }
}

const oneHotSparse = ({ rows, columns, values }: Dense, counts: Int32Array): Sparse => {
  const { first, width } = firstColumns(counts)
  return {
    kind: 'sparse',
    rows,
    columns: width,
    starts: Int32Array.from({ length: rows + 1 }, (_, row) => row * columns),
    indices: Int32Array.from(values, (bin, i) => (first[i % columns] as number) + bin),
    values: new Float64Array(values.length).fill(1),
  }
}

const oneHotDense = ({ rows, columns, values }: Dense, counts: Int32Array): Dense => {
  const { first, width } = firstColumns(counts)
  const result = dense(rows, width)
  for (const [i, bin] of values.entries())
    result.values[Math.floor(i / columns) * width + (first[i % columns] as number) + bin] = 1
  return result
}
