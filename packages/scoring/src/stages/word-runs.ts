import { knownTextLists, type Named, withColumns } from '../data/named.ts'

/** Every `length` texts in a row of a list, with blanks between them. */
export type WordRuns = {
  readonly kind: 'wordRuns'
  readonly input: string
  readonly output: string
  readonly length: number
}

export const compileWordRuns =
  ({ input, output, length }: WordRuns, name: string): ((rows: Named) => Named) =>
  (rows) => {
    const values = knownTextLists(rows, input, name).map((list) =>
      Array.from({ length: Math.max(0, list.length - length + 1) }, (_, from) =>
        // Scala writes a null as a word.
        list
          .slice(from, from + length)
          .map(String)
          .join(' '),
      ),
    )
    return withColumns(rows, [[output, { kind: 'textLists', values }]])
  }
