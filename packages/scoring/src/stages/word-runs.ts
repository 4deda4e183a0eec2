import { knownTextLists, type Named, withColumns } from '../data/named.ts'
import { scoringError } from '../errors.ts'
import { single, type StageColumns } from './columns.ts'

/** Every `length` texts in a row of a list, with blanks between them. */
export type WordRuns = {
  readonly kind: 'wordRuns'
  readonly input: string
  readonly output: string
  readonly length: number
}

export const wordRunsColumns = (stage: WordRuns): StageColumns => single(stage, 'texts')

/** Words that the runs of one list may hold in all. */
const maxWords = 2 ** 24

export const compileWordRuns =
  ({ input, output, length }: WordRuns, name: string): ((rows: Named) => Named) =>
  (rows) => {
    const values = knownTextLists(rows, input, name).map((list) => {
      const runs = Math.max(0, list.length - length + 1)
      if (runs * length > maxWords)
        throw scoringError('input.size', { model: name, cells: runs * length, limit: maxWords })
      // Scala writes a null as a word.
      const words = list.map(String)
      return Array.from({ length: runs }, (_, from) => words.slice(from, from + length).join(' '))
    })
    return withColumns(rows, [[output, { kind: 'textLists', values }]])
  }
