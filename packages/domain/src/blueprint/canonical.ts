/**
 * The one JSON text of a value (RFC 8785): keys sorted by UTF-16 code units, numbers as ECMAScript prints them, no spaces.
 * Keys that hold undefined are left out. Throws a TypeError for what JSON cannot say: NaN, infinities, functions, lone
 * surrogates, undefined in a list.
 */
export const canonicalJson = (value: unknown): string => {
  if (value === null || typeof value === 'boolean') return String(value)
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError(`Canonical JSON has no ${value}.`)
    return JSON.stringify(value)
  }
  if (typeof value === 'string') {
    if (!value.isWellFormed()) throw new TypeError('Canonical JSON has no lone surrogates.')
    return JSON.stringify(value)
  }
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (typeof value === 'object' && isPlain(value)) {
    const members = Object.entries(value)
      .filter(([, member]) => member !== undefined)
      // Comparison of strings is by UTF-16 code units, as the RFC asks.
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
    return `{${members.map(([key, member]) => `${canonicalJson(key)}:${canonicalJson(member)}`).join(',')}}`
  }
  throw new TypeError(`Canonical JSON has no ${typeof value}.`)
}

// Maps, dates and typed arrays would silently become `{}` or an object of indices.
const isPlain = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
