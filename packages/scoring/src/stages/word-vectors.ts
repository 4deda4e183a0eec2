import { dense } from '../data/data.ts'
import { knownTextLists, type Named, withColumns } from '../data/named.ts'
import { single, type StageColumns } from './columns.ts'

/** The mean of the vectors of a list's words; a word that has none counts as zeros. */
export type WordVectors = {
  readonly kind: 'wordVectors'
  readonly input: string
  readonly output: string
  readonly size: number
  readonly words: readonly string[]
  /** Words × `size`, row after row. */
  readonly vectors: Float64Array
}

export const wordVectorsColumns = (stage: WordVectors): StageColumns => single(stage, 'texts')

export const compileWordVectors = (
  { input, output, size, words, vectors }: WordVectors,
  name: string,
): ((rows: Named) => Named) => {
  const places = new Map<string | null, number>(words.map((word, place) => [word, place]))
  return (rows) => {
    const means = dense(rows.rows, size)
    knownTextLists(rows, input, name).forEach((list, row) => {
      const own = means.values.subarray(row * size, (row + 1) * size)
      for (const word of list) {
        const place = places.get(word)
        if (place === undefined) continue
        for (let i = 0; i < size; i++) own[i] = (own[i] as number) + (vectors[place * size + i] as number)
      }
      const share = 1 / list.length
      if (list.length > 0) for (let i = 0; i < size; i++) own[i] = (own[i] as number) * share
    })
    return withColumns(rows, [[output, { kind: 'vectors', values: means }]])
  }
}
