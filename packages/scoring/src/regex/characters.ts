/** Which code points an escape such as `\w` stands for in Python's `re`; those of text patterns unless `isAscii`. */
export type CharacterTest = (code: number) => boolean

const byTest = (ascii: CharacterTest, unicode: CharacterTest) => {
  // Texts are mostly ASCII: a table answers for it.
  const table = Uint8Array.from({ length: 128 }, (_, code) => Number(unicode(code)))
  return {
    ascii: (code: number): boolean => code < 128 && ascii(code),
    unicode: (code: number): boolean => (code < 128 ? table[code] === 1 : unicode(code)),
  }
}

const matches =
  (pattern: RegExp): CharacterTest =>
  (code) =>
    pattern.test(String.fromCodePoint(code))

const word = byTest(matches(/\w/), matches(/[\p{L}\p{N}_]/u))
const digit = byTest(matches(/\d/), matches(/\p{Nd}/u))
// Python counts the four separators of ASCII and the next line as white space, but no byte order mark.
const space = byTest(
  (code) => code === 32 || (code >= 9 && code <= 13),
  (code) =>
    (code >= 9 && code <= 13) ||
    (code >= 28 && code <= 32) ||
    code === 0x85 ||
    /\p{Z}/u.test(String.fromCodePoint(code)),
)

const classes = { w: word, d: digit, s: space }

/** `\w`, `\W`, `\d`, `\D`, `\s`, `\S`. */
export const escapedClass = (letter: string, isAscii: boolean): CharacterTest | undefined => {
  const lower = letter.toLowerCase()
  if (lower !== 'w' && lower !== 'd' && lower !== 's') return undefined
  const test = classes[lower][isAscii ? 'ascii' : 'unicode']
  return letter === lower ? test : (code) => !test(code)
}

export const isWord = (code: number, isAscii: boolean): boolean => word[isAscii ? 'ascii' : 'unicode'](code)
export const isSpace = space.unicode
