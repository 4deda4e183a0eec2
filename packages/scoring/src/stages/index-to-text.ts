import { knownNumbers, type Named, numbersOf, withColumns } from '../data/named.ts'
import { scoringError } from '../errors.ts'
import { single, type StageColumns } from './columns.ts'

/** The label at a place; without labels of its own, those that the stage behind the column gave it. */
export type IndexToText = {
  readonly kind: 'indexToText'
  readonly input: string
  readonly output: string
  readonly labels?: readonly string[]
}

export const indexToTextColumns = (stage: IndexToText): StageColumns => single(stage, 'number')

export const compileIndexToText =
  ({ input, output, labels: own }: IndexToText, name: string): ((rows: Named) => Named) =>
  (rows) => {
    const labels = own ?? numbersOf(rows, input, name).labels
    if (labels === undefined)
      throw scoringError('input.kind', {
        model: name,
        expected: `places among labels as "${input}"`,
        found: 'numbers of which nothing says what they stand for',
      })
    const values = Array.from(knownNumbers(rows, input, name), (value, row) => {
      const label = labels[Math.trunc(value)]
      if (label === undefined)
        throw scoringError('input.outside', { model: name, row, value, low: 0, high: labels.length - 1 })
      return label
    })
    return withColumns(rows, [[output, { kind: 'texts', values }]])
  }
