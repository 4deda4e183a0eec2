import { knownTextLists, type Named, type NamedColumn, withColumns } from '../data/named.ts'
import { type CaseLanguage, javaLowerCase } from '../text/java-lower-case.ts'
import { pairs, type StageColumns } from './columns.ts'

/** Lists of texts without some. */
export type StopWords = {
  readonly kind: 'stopWords'
  readonly columns: readonly { readonly input: string; readonly output: string }[]
  /** A null is a word too. */
  readonly words: readonly (string | null)[]
  readonly isCaseSensitive: boolean
  readonly language?: CaseLanguage
}

export const stopWordsColumns = ({ columns }: StopWords): StageColumns => pairs(columns, 'texts')

export const compileStopWords = (
  { columns, words, isCaseSensitive, language }: StopWords,
  name: string,
): ((rows: Named) => Named) => {
  const plain = (text: string | null): string | null =>
    isCaseSensitive || text === null ? text : javaLowerCase(text, language)
  const stopped = new Set(words.map(plain))
  return (rows) =>
    withColumns(
      rows,
      columns.map(({ input, output }): readonly [string, NamedColumn] => {
        const values = knownTextLists(rows, input, name).map((list) => list.filter((text) => !stopped.has(plain(text))))
        return [output, { kind: 'textLists', values }]
      }),
    )
}
