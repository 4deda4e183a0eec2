import { cellOf, sparseRows, withColumns } from '../data/columns.ts'
import { type Data, dataKind, type FrameColumn, type Sparse } from '../data/data.ts'
import { scoringError } from '../errors.ts'
import { type Analysis, analyzerOf } from '../text/analyzer.ts'
import { hashedFeature } from './hashed-features.ts'
import type { Scorer } from './scorer.ts'

/** How often each term comes in a text. */
export type TermCountsModel = {
  readonly kind: 'termCounts'
  readonly name: string
  readonly analysis: Analysis
  readonly terms: TermColumns
  /** Whether a term comes, not how often. */
  readonly isBinary: boolean
  readonly singleOrder: Sparse['singleOrder']
}

export type TermColumns =
  /** The column of each term. */
  | {
      readonly type: 'vocabulary'
      readonly terms: readonly string[]
      readonly columns: Int32Array
      readonly width: number
    }
  /** The hash of a term says its column, and its sign where `isSigned`. */
  | { readonly type: 'hash'; readonly width: number; readonly isSigned: boolean }

export const compileTermCounts = ({ name, analysis, terms, isBinary, singleOrder }: TermCountsModel): Scorer => {
  const analyze = analyzerOf(analysis)
  const place = placesOf(terms)
  const apply = (data: Data): Data => {
    const texts = textsOf(data, name)
    const counts = sparseRows(texts.length, terms.width, (row, add) => {
      for (const term of analyze(texts[row] as string)) {
        const found = place(term)
        if (found !== undefined) add(found.column, found.value)
      }
    })
    return { ...counts, values: isBinary ? counts.values.fill(1) : counts.values, singleOrder }
  }
  return { name, columns: undefined, methods: { transform: { apply } } }
}

type Place = { readonly column: number; readonly value: number }

const placesOf = (terms: TermColumns): ((term: string) => Place | undefined) => {
  if (terms.type === 'hash') return (term) => hashedFeature(term, 1, terms.width, terms.isSigned)
  const places = new Map(
    terms.terms.map((term, at): [string, Place] => [term, { column: terms.columns[at] as number, value: 1 }]),
  )
  return (term) => places.get(term)
}

/** Texts, or the only column of a table where it holds them. */
const textsOf = (data: Data, model: string): readonly string[] => {
  if (data.kind === 'texts') return data.values
  const table = withColumns(data, model)
  const [column] = table.kind === 'frame' && table.columns.length === 1 ? (table.columns as [FrameColumn]) : []
  if (column === undefined) throw scoringError('input.kind', { model, expected: 'texts', found: dataKind(data) })
  return Array.from({ length: data.rows }, (_, row) => {
    const cell = cellOf(column, row)
    if (typeof cell === 'string') return cell
    throw cell === null
      ? scoringError('input.missing', { model, row, column: column.name ?? '0' })
      : scoringError('input.kind', { model, expected: 'texts', found: String(cell) })
  })
}
