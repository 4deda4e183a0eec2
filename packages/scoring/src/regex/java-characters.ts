import type { Assertion } from './assertions.ts'
import type { CharacterTest } from './characters.ts'

const among =
  (...codes: readonly number[]): CharacterTest =>
  (code) =>
    codes.includes(code)
const matching =
  (pattern: RegExp): CharacterTest =>
  (code) =>
    pattern.test(String.fromCodePoint(code))
const ascii =
  (pattern: RegExp): CharacterTest =>
  (code) =>
    code < 128 && pattern.test(String.fromCodePoint(code))

const classes: Readonly<Record<string, CharacterTest>> = {
  d: (code) => code >= 48 && code <= 57,
  w: ascii(/\w/),
  s: (code) => code === 32 || (code >= 9 && code <= 13),
  h: (code) => among(9, 32, 0xa0, 0x1680, 0x180e, 0x202f, 0x205f, 0x3000)(code) || (code >= 0x2000 && code <= 0x200a),
  v: (code) => (code >= 10 && code <= 13) || among(0x85, 0x2028, 0x2029)(code),
}

/** `\w`, `\d`, `\s`, `\h`, `\v` of Java's patterns, which are of ASCII but for the last two; capital letters are the others. */
export const javaClass = (letter: string): CharacterTest | undefined => {
  const lower = letter.toLowerCase()
  const test = Object.hasOwn(classes, lower) ? classes[lower] : undefined
  return test === undefined || letter === lower ? test : (code) => !test(code)
}

const posix: Readonly<Record<string, CharacterTest>> = {
  Lower: ascii(/[a-z]/),
  Upper: ascii(/[A-Z]/),
  ASCII: (code) => code < 128,
  Alpha: ascii(/[A-Za-z]/),
  Digit: ascii(/\d/),
  Alnum: ascii(/[A-Za-z\d]/),
  Punct: ascii(/[!-/:-@[-`{-~]/),
  Graph: ascii(/[!-~]/),
  Print: ascii(/[ -~]/),
  Blank: among(9, 32),
  Cntrl: (code) => code < 32 || code === 127,
  XDigit: ascii(/[\da-fA-F]/),
  Space: (code) => code === 32 || (code >= 9 && code <= 13),
}

const categories: Readonly<Record<string, RegExp>> = {
  L: /\p{L}/u,
  Lu: /\p{Lu}/u,
  Ll: /\p{Ll}/u,
  Lt: /\p{Lt}/u,
  Lm: /\p{Lm}/u,
  Lo: /\p{Lo}/u,
  LC: /\p{LC}/u,
  LD: /[\p{L}\p{Nd}]/u,
  M: /\p{M}/u,
  Mn: /\p{Mn}/u,
  Mc: /\p{Mc}/u,
  Me: /\p{Me}/u,
  N: /\p{N}/u,
  Nd: /\p{Nd}/u,
  Nl: /\p{Nl}/u,
  No: /\p{No}/u,
  P: /\p{P}/u,
  Pd: /\p{Pd}/u,
  Ps: /\p{Ps}/u,
  Pe: /\p{Pe}/u,
  Pc: /\p{Pc}/u,
  Po: /\p{Po}/u,
  Pi: /\p{Pi}/u,
  Pf: /\p{Pf}/u,
  S: /\p{S}/u,
  Sm: /\p{Sm}/u,
  Sc: /\p{Sc}/u,
  Sk: /\p{Sk}/u,
  So: /\p{So}/u,
  Z: /\p{Z}/u,
  Zs: /\p{Zs}/u,
  Zl: /\p{Zl}/u,
  Zp: /\p{Zp}/u,
  Cc: /\p{Cc}/u,
  Cf: /\p{Cf}/u,
}

const properties: Readonly<Record<string, RegExp>> = {
  alphabetic: /\p{Alphabetic}/u,
  letter: /\p{L}/u,
  ideographic: /\p{Ideographic}/u,
  lowercase: /\p{Lowercase}/u,
  uppercase: /\p{Uppercase}/u,
  titlecase: /\p{Lt}/u,
  white_space: /\p{White_Space}/u,
  control: /\p{Cc}/u,
  punctuation: /\p{P}/u,
  digit: /\p{Nd}/u,
}

const scripts: Readonly<Record<string, RegExp>> = {
  latin: /\p{Script=Latin}/u,
  greek: /\p{Script=Greek}/u,
  cyrillic: /\p{Script=Cyrillic}/u,
  armenian: /\p{Script=Armenian}/u,
  georgian: /\p{Script=Georgian}/u,
  hebrew: /\p{Script=Hebrew}/u,
  arabic: /\p{Script=Arabic}/u,
  devanagari: /\p{Script=Devanagari}/u,
  bengali: /\p{Script=Bengali}/u,
  tamil: /\p{Script=Tamil}/u,
  thai: /\p{Script=Thai}/u,
  hangul: /\p{Script=Hangul}/u,
  hiragana: /\p{Script=Hiragana}/u,
  katakana: /\p{Script=Katakana}/u,
  han: /\p{Script=Han}/u,
}

/** What `\p{name}` stands for in Java's patterns, and whether Java tests more than ASCII for it; undefined where it is not read. */
export const javaProperty = (name: string): { readonly test: CharacterTest; readonly isAscii: boolean } | undefined => {
  const [key, value] = name.includes('=') ? name.split('=', 2) : ['', name]
  const at = <T>(table: Readonly<Record<string, T>>, entry: string): T | undefined =>
    Object.hasOwn(table, entry) ? table[entry] : undefined
  const pattern = ((): RegExp | undefined => {
    if (value === undefined) return undefined
    switch (key?.toLowerCase()) {
      case '': {
        if (!value.startsWith('Is')) return at(categories, value)
        const plain = value.slice(2)
        const lower = plain.toLowerCase()
        return at(properties, lower) ?? at(categories, plain) ?? at(scripts, lower)
      }
      case 'gc':
      case 'general_category':
        return at(categories, value)
      case 'sc':
      case 'script':
        return at(scripts, value.toLowerCase())
      default:
        return undefined
    }
  })()
  if (pattern !== undefined) return { test: matching(pattern), isAscii: false }
  const test = at(posix, name)
  return test === undefined ? undefined : { test, isAscii: true }
}

const isLetterOrDigit = matching(/[\p{L}\p{Nd}]/u)
const isMark = matching(/\p{Mn}/u)

/** Without a flag Java takes letters of any script for parts of words here (up to Java 18), and marks on them. */
export const javaBoundary: Assertion = (codes, position) => {
  const isInWord = (code: number, at: number): boolean =>
    code === 95 || isLetterOrDigit(code) || (isMark(code) && hasBase(codes, at))
  const left = position > 0 && isInWord(codeBefore(codes, position), position - 1)
  const right = position < codes.length && isInWord(codes[position] as number, position)
  return left !== right
}

const hasBase = (codes: Int32Array, from: number): boolean => {
  for (let at = from; at >= 0; at--) {
    const code = codes[at] as number
    if (isLetterOrDigit(code)) return true
    if (!isMark(code)) return false
  }
  return false
}

const codeBefore = (codes: Int32Array, position: number): number => {
  const pair = position > 1 ? (codes[position - 2] as number) : 0
  if (pair > 0xffff) return pair
  const code = codes[position - 1] as number
  return code > 0xffff ? 0xd800 | ((code - 0x10000) >> 10) : code
}

/** What Java looks back at: the unit before, which may be the second half of a pair; or a whole pair. Within pairs it sees nothing. */
export const lookedBackAt = (codes: Int32Array, position: number, seesPairs: boolean): number | undefined => {
  const code = codes[position - 1]
  if (code === undefined || code > 0xffff) return undefined
  return seesPairs ? codeBefore(codes, position) : code
}

export const isLineEnd: CharacterTest = (code) =>
  code === 10 || code === 13 || code === 0x85 || code === 0x2028 || code === 0x2029
const isLineFeed: CharacterTest = (code) => code === 10

/** `^` of many lines, which no line starts behind the last. */
export const javaLineStart =
  (isUnix: boolean): Assertion =>
  (codes, position) => {
    if (position === codes.length) return false
    if (position === 0) return true
    const before = codes[position - 1] as number
    if (!(isUnix ? isLineFeed : isLineEnd)(before)) return false
    return !(before === 13 && codes[position] === 10)
  }

/** `$`: before the end of any line, or of the last only. */
export const javaLineEnd =
  ({ isUnix, isMultiline }: { readonly isUnix: boolean; readonly isMultiline: boolean }): Assertion =>
  (codes, position) => {
    const left = codes.length - position
    if (left === 0) return true
    const code = codes[position] as number
    if (!(isUnix ? isLineFeed : isLineEnd)(code)) return false
    // Within \r\n no line ends.
    if (!isUnix && code === 10 && position > 0 && codes[position - 1] === 13) return false
    return isMultiline || left === 1 || (!isUnix && left === 2 && code === 13 && codes[position + 1] === 10)
  }
