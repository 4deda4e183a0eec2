/** Languages whose small letters are their own. */
export type CaseLanguage = 'tr' | 'az' | 'lt'

/**
 * Java's `String.toLowerCase`, as of Java 17 (Unicode 13). It differs from JavaScript's in letters that are newer, and in
 * where a sigma is final: Java looks for letters within the same word only, by word rules of its own.
 */
export const javaLowerCase = (text: string, language?: CaseLanguage): string => {
  // Most texts have nothing special.
  if (isPlain.test(text) && language === undefined) return text.toLowerCase()
  const lower = (part: string): string =>
    part
      .split(newerCapitals)
      .map((piece, at) => (at % 2 === 1 ? piece : lowerIn(piece, language)))
      .join('')
  const parts = text.split('Σ')
  if (parts.length === 1) return lower(text)
  const words = wordsOf(text)
  let at = 0
  let result = lower(parts[0] as string)
  for (const [index, part] of parts.slice(1).entries()) {
    at += (parts[index] as string).length
    result += (isFinal(text, at, words) ? 'ς' : 'σ') + lower(part)
    at++
  }
  return result
}

const isPlain = /^[\0-\u036f\u0400-\u0fff\u2000-\u2bff\u3000-\ua63f]*$/

const lowerIn = (text: string, language: CaseLanguage | undefined): string =>
  language === undefined ? text.toLowerCase() : text.toLocaleLowerCase(language)

/** Whether a cased letter stands before the sigma, and none behind it, in the word around it. */
const isFinal = (text: string, sigma: number, boundaries: ReadonlySet<number>): boolean => {
  for (let i = sigma; i > 0 && !boundaries.has(i); ) {
    const before = codeBefore(text, i)
    // Asked about the place behind a surrogate pair, Java takes it for a boundary, but for the first pair of a text.
    if (before > 0xffff && i > 2) return false
    if (isCased(before)) {
      for (let next = sigma + 1; next < text.length && !boundaries.has(next); ) {
        const code = text.codePointAt(next) as number
        if (isCased(code)) return false
        next += code > 0xffff ? 2 : 1
      }
      return true
    }
    i--
  }
  return false
}

const codeBefore = (text: string, at: number): number => {
  const pair = at > 1 ? (text.codePointAt(at - 2) as number) : 0
  return pair > 0xffff ? pair : text.charCodeAt(at - 1)
}

const casedLetter =
  /[\u0345\p{Lu}\p{Ll}\p{Lt}\u02b0-\u02b8\u02c0\u02c1\u02e0-\u02e4\u037a\u1d2c-\u1d61\u2160-\u217f\u24b6-\u24e9]/u
const isCased = (code: number): boolean => casedLetter.test(String.fromCodePoint(code))

const ignored = String.raw`(?:(?!\u00ad)[\p{Mn}\p{Me}\p{Cf}])*`
/** Marks that combine go with a letter or digit, not with what joins two of them. */
const mark = (members: string): string => String.raw`(?:${members}(?:(?!\u00ad)\p{Cf})*)`
const one = (members: string): string => `(?:${members}${ignored})`
const kanji = String.raw`\u3005\u4e00-\u9fa5\uf900-\ufa2d`
const katakana = String.raw`\u3099-\u309c\u30a1-\u30fe`
const hiragana = String.raw`\u3041-\u309e\u30fc`
const letter = one(String.raw`(?![${kanji}${katakana}${hiragana}])[\p{L}\p{Mc}]`)
const digit = one(String.raw`\p{N}`)
const word = String.raw`${letter}+(?:${mark(String.raw`[\p{Pd}\p{Pc}\u00ad\u2027"'.]`)}${letter}+)*${mark(String.raw`[\u0964\u0965]`)}?`
const number = String.raw`${digit}+(?:${mark(String.raw`["',\u066b.]`)}${digit}+)*`
const mixed = String.raw`(?:${number}${word})*(?:${number}${one(String.raw`[\u00a2%\u066a\u2030\u2031]`)}?)?`

/** What Java's word rules keep together, from a boundary on; the longest counts. */
const kept = [
  `(?:${word})?${mixed}`,
  `${mark(String.raw`(?!\u00a2)[\p{Sc}#.]`)}${mixed}`,
  String.raw`${one(String.raw`[\p{Zs}\t]`)}*${one(String.raw`\r`)}?${one(String.raw`[\n\f\u2028\u2029]`)}?`,
  `${one(`[${katakana}]`)}*`,
  `${one(`[${hiragana}]`)}*`,
  `${one(`[${kanji}]`)}*`,
  one(String.raw`[^]`),
].map((rule) => new RegExp(rule, 'uy'))

/** The positions at which Java's words begin. */
const wordsOf = (text: string): ReadonlySet<number> => {
  const boundaries = new Set<number>()
  for (let at = 0; at < text.length; ) {
    boundaries.add(at)
    let end = at + 1
    for (const rule of kept) {
      rule.lastIndex = at
      end = Math.max(end, at + (rule.exec(text)?.[0].length ?? 0))
    }
    at = end
  }
  return boundaries
}

/** Capitals that have a small letter since a later version of Unicode. */
const newerCapitals =
  /([\u1c89\u2c2f\ua7c0\ua7cb\ua7cc\ua7ce\ua7d0\ua7d2\ua7d4\ua7d6\ua7d8\ua7da\ua7dc\u{10570}-\u{10595}\u{10d50}-\u{10d65}\u{16ea0}-\u{16eb8}]+)/u
