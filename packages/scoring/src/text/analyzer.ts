import { isSpace } from '../regex/characters.ts'
import { findAll } from '../regex/find-all.ts'
import { parsePattern } from '../regex/parse.ts'
import { programOf } from '../regex/program.ts'
import { type Accents, stripAccents } from './accents.ts'

/** How a text becomes terms: words or characters, and n of them in a row. */
export type Analysis = {
  readonly unit: 'word' | 'char' | 'char_wb'
  readonly isLowercase: boolean
  readonly accents: Accents
  /** Python's regular expression for one word. */
  readonly tokenPattern: string
  readonly stopWords: readonly string[]
  readonly ngrams: readonly [number, number]
}

const usualPatterns: readonly string[] = [String.raw`(?u)\b\w\w+\b`, String.raw`\b\w\w+\b`]

export const analyzerOf = (analysis: Analysis): ((text: string) => readonly string[]) => {
  const { unit, isLowercase, accents, ngrams } = analysis
  const prepare = (text: string): string => stripAccents(isLowercase ? text.toLowerCase() : text, accents)
  if (unit === 'char') return (text) => characterNgrams(Array.from(spacesJoined(prepare(text))), ngrams)
  if (unit === 'char_wb') return (text) => wordBoundNgrams(spacesJoined(prepare(text)), ngrams)
  const tokens = tokenizerOf(analysis.tokenPattern)
  const stopWords = new Set(analysis.stopWords)
  return (text) => {
    const words = tokens(prepare(text))
    return wordNgrams(stopWords.size === 0 ? words : words.filter((word) => !stopWords.has(word)), ngrams)
  }
}

/** Patterns from files are matched by our own machine; the usual one, which matches runs of word characters, has a short way. */
const tokenizerOf = (pattern: string): ((text: string) => readonly string[]) => {
  if (usualPatterns.includes(pattern)) return (text) => text.match(/[\p{L}\p{N}_]{2,}/gu) ?? []
  const program = programOf(parsePattern(pattern))
  return (text) => findAll(program, text)
}

/** Two or more white spaces become one blank; a single one stays what it is. */
const spacesJoined = (text: string): string => {
  let result = ''
  let spaces = ''
  for (const character of text)
    if (isSpace(character.codePointAt(0) as number)) spaces += character
    else {
      result += (spaces.length > 1 ? ' ' : spaces) + character
      spaces = ''
    }
  return result + (spaces.length > 1 ? ' ' : spaces)
}

const wordNgrams = (words: readonly string[], [min, max]: Analysis['ngrams']): readonly string[] => {
  if (max === 1) return words
  const terms = min === 1 ? [...words] : []
  for (let n = Math.max(min, 2); n <= Math.min(max, words.length); n++)
    for (let i = 0; i + n <= words.length; i++) terms.push(words.slice(i, i + n).join(' '))
  return terms
}

const characterNgrams = (characters: readonly string[], [min, max]: Analysis['ngrams']): readonly string[] => {
  const terms: string[] = []
  for (let n = min; n <= Math.min(max, characters.length); n++)
    for (let i = 0; i + n <= characters.length; i++) terms.push(characters.slice(i, i + n).join(''))
  return terms
}

/** Within each word, with a blank on both sides; a word shorter than n counts once. */
const wordBoundNgrams = (text: string, [min, max]: Analysis['ngrams']): readonly string[] => {
  const terms: string[] = []
  for (const word of splitAtSpaces(text)) {
    const characters = [' ', ...word, ' ']
    for (let n = min; n <= max; n++) {
      const last = Math.max(0, characters.length - n)
      for (let i = 0; i <= last; i++) terms.push(characters.slice(i, i + n).join(''))
      if (last === 0) break
    }
  }
  return terms
}

const splitAtSpaces = (text: string): readonly string[] => {
  const words: string[] = []
  let word = ''
  for (const character of text)
    if (isSpace(character.codePointAt(0) as number)) {
      if (word !== '') words.push(word)
      word = ''
    } else word += character
  return word === '' ? words : [...words, word]
}
