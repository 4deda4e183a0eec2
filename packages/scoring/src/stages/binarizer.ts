import { columnOf, knownNumbers, type Named, vectorsOf, withColumns } from '../data/named.ts'

/** One where a number is above the threshold, else zero; of single numbers or of all in a vector. */
export type Binarizer = {
  readonly kind: 'binarizer'
  readonly input: string
  readonly output: string
  readonly threshold: number
}

export const compileBinarizer = ({ input, output, threshold }: Binarizer, name: string): ((rows: Named) => Named) => {
  const isAbove = (value: number): number => (value > threshold ? 1 : 0)
  return (rows) => {
    if (columnOf(rows, input, name).kind !== 'vectors')
      return withColumns(rows, [[output, { kind: 'numbers', values: knownNumbers(rows, input, name).map(isAbove) }]])
    const vectors = vectorsOf(rows, input, name)
    return withColumns(rows, [
      [output, { kind: 'vectors', values: { ...vectors, values: vectors.values.map(isAbove) } }],
    ])
  }
}
