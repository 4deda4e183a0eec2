import { knownTexts, type Named, withColumns } from '../data/named.ts'
import { javaPattern } from '../regex/java-matches.ts'
import { javaLowerCase } from '../text/java-lower-case.ts'
import { single, type StageColumns } from './columns.ts'

/** A text as a list of its parts: those between the matches of one of Java's patterns, or the matches. */
export type Tokenizer = {
  readonly kind: 'tokenizer'
  readonly input: string
  readonly output: string
  readonly isLowercase: boolean
  readonly pattern: string
  readonly areGaps: boolean
  /** In units of 16 bits. */
  readonly minLength: number
}

export const tokenizerColumns = (stage: Tokenizer): StageColumns => single(stage, 'text')

export const compileTokenizer = (
  { input, output, isLowercase, pattern, areGaps, minLength }: Tokenizer,
  name: string,
): ((rows: Named) => Named) => {
  const { split, findAll } = javaPattern(pattern)
  const tokens = areGaps ? split : findAll
  return (rows) => {
    const values = knownTexts(rows, input, name).map((text) =>
      tokens(isLowercase ? javaLowerCase(text) : text)
        .filter((token) => token.length >= minLength)
        .map(wholeCharacters),
    )
    return withColumns(rows, [[output, { kind: 'textLists', values }]])
  }
}

/** Spark holds texts as UTF-8: half of a surrogate pair becomes a question mark. */
const wholeCharacters = (token: string): string =>
  token.isWellFormed() ? token : token.toWellFormed().replaceAll('\ufffd', '?')
