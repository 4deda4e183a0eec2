export type Accents = 'ascii' | 'unicode' | 'unicode-before-0.22' | undefined

/** scikit-learn's `strip_accents_ascii` and `strip_accents_unicode`; the latter left decomposed texts alone before 0.22. */
export const stripAccents = (text: string, accents: Accents): string => {
  if (accents === undefined) return text
  const decomposed = text.normalize('NFKD')
  if (accents === 'ascii') return decomposed.replaceAll(/[^\0-\x7f]/gu, '')
  if (accents === 'unicode-before-0.22' && decomposed === text) return text
  return Array.from(decomposed, (character) => (isCombining(character) ? '' : character)).join('')
}

const lowest = '\u0334'
const highest = '\u0345'
const known = new Map<string, boolean>()

/** Python's `unicodedata.combining`: marks that normalisation sorts. So one of the two neighbours changes places with it. */
const isCombining = (character: string): boolean => {
  if (character < '\u0300') return false
  const seen = known.get(character)
  if (seen !== undefined) return seen
  const result =
    /\p{M}/u.test(character) &&
    (character === lowest ||
      character === highest ||
      (character + lowest).normalize('NFD') !== character + lowest ||
      (highest + character).normalize('NFD') !== highest + character)
  known.set(character, result)
  return result
}
