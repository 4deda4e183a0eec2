import { scoringError } from '../errors.ts'
import { knownNumbers, type Named, withColumns } from '../data/named.ts'

/** The label at a place. */
export type IndexToText = {
  readonly kind: 'indexToText'
  readonly input: string
  readonly output: string
  readonly labels: readonly string[]
}

export const compileIndexToText =
  ({ input, output, labels }: IndexToText, name: string): ((rows: Named) => Named) =>
  (rows) => {
    const values = Array.from(knownNumbers(rows, input, name), (value, row) => {
      const label = labels[Math.trunc(value)]
      if (label === undefined)
        throw scoringError('input.outside', { model: name, row, value, low: 0, high: labels.length - 1 })
      return label
    })
    return withColumns(rows, [[output, { kind: 'texts', values }]])
  }
