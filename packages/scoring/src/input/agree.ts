const relative = 1e-9
const ofMagnitudes = 1e-12

/**
 * Whether two numbers are one answer: they may differ by 1e-9 of themselves, or by 1e-12 of `magnitude`, what was added up to get
 * them. NaN agrees with NaN.
 */
export const agree = (found: number, expected: number, magnitude: number): boolean => {
  if (Object.is(found, expected) || found === expected) return true
  const allowed = Math.max(relative * Math.max(Math.abs(found), Math.abs(expected)), ofMagnitudes * magnitude)
  return Math.abs(found - expected) <= allowed
}

/** Whether two labels are one: as texts, or as the numbers that both write. */
export const isSameLabel = (found: string, expected: string): boolean =>
  found === expected || (isNumeral(found) && isNumeral(expected) && Number(found) === Number(expected))

const isNumeral = (text: string): boolean => /^-?[\d.]+$/.test(text)
