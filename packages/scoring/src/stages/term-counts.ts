import { sparseRows } from '../data/columns.ts'
import { knownTextLists, type Named, withColumns } from '../data/named.ts'
import { single, type StageColumns } from './columns.ts'

/** How often each word of a vocabulary is in a list. */
export type TermCounts = {
  readonly kind: 'termCounts'
  readonly input: string
  readonly output: string
  readonly vocabulary: readonly string[]
  /** Words that are there less often count as absent; below one, it is a share of the list. */
  readonly least: number
  readonly isBinary: boolean
}

export const termCountsColumns = (stage: TermCounts): StageColumns => single(stage, 'texts')

export const compileTermCounts = (
  { input, output, vocabulary, least, isBinary }: TermCounts,
  name: string,
): ((rows: Named) => Named) => {
  const places = new Map<string | null, number>(vocabulary.map((word, place) => [word, place]))
  return (rows) => {
    const lists = knownTextLists(rows, input, name)
    const values = sparseRows(rows.rows, vocabulary.length, (row, add) => {
      const list = lists[row] ?? []
      const counts = new Map<number, number>()
      for (const text of list) {
        const place = places.get(text)
        if (place !== undefined) counts.set(place, (counts.get(place) ?? 0) + 1)
      }
      const needed = least >= 1 ? least : list.length * least
      for (const [place, count] of counts) if (count >= needed) add(place, isBinary ? 1 : count)
    })
    return withColumns(rows, [[output, { kind: 'vectors', values }]])
  }
}
