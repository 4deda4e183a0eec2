import { sparseRows } from '../data/columns.ts'
import { knownTextLists, type Named, withColumns } from '../data/named.ts'
import { placeOf } from '../text/spark-hash.ts'
import { single, type StageColumns } from './columns.ts'

/** How often each text is in a list, at the place that its hash says. */
export type HashedTerms = {
  readonly kind: 'hashedTerms'
  readonly input: string
  readonly output: string
  readonly size: number
  readonly isBinary: boolean
  /** Saved before Spark 3, which hashes otherwise. */
  readonly isOld: boolean
}

export const hashedTermsColumns = (stage: HashedTerms): StageColumns => single(stage, 'texts')

export const compileHashedTerms =
  ({ input, output, size, isBinary, isOld }: HashedTerms, name: string): ((rows: Named) => Named) =>
  (rows) => {
    const lists = knownTextLists(rows, input, name)
    const values = sparseRows(rows.rows, size, (row, add) => {
      const places = (lists[row] ?? []).map((text) => placeOf(text, size, isOld))
      for (const place of isBinary ? new Set(places) : places) add(place, 1)
    })
    return withColumns(rows, [[output, { kind: 'vectors', values }]])
  }
