import { isWord } from './characters.ts'

/** What must hold at a position between characters; of a text, `codes` are its code points. */
export type Assertion = (codes: Int32Array, position: number) => boolean

export const not =
  (assertion: Assertion): Assertion =>
  (codes, position) =>
    !assertion(codes, position)

const isLineFeed = (codes: Int32Array, at: number): boolean => codes[at] === 10

export const start: Assertion = (_, position) => position === 0
export const end: Assertion = (codes, position) => position === codes.length
export const lineStart: Assertion = (codes, position) => position === 0 || isLineFeed(codes, position - 1)
export const lineEnd: Assertion = (codes, position) => position === codes.length || isLineFeed(codes, position)
export const lastLineEnd: Assertion = (codes, position) =>
  position === codes.length || (position === codes.length - 1 && isLineFeed(codes, position))

/** Between what belongs to a word and what does not. */
export const boundary =
  (isAscii: boolean): Assertion =>
  (codes, position) => {
    const isWordAt = (at: number): boolean => at >= 0 && at < codes.length && isWord(codes[at] as number, isAscii)
    return isWordAt(position - 1) !== isWordAt(position)
  }
