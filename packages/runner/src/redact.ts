/** What stands in the place of a secret. */
export const redacted = '[secret]'

/** Shorter values are too common to be told apart from other text: they are left as they are. */
const shortest = 4
/** In base64 a value begins at one of three places of a group; what depends on its neighbours is left off. */
const shortestEncoded = 8

const inBase64 = (value: string): string[] =>
  [0, 1, 2].flatMap((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), Buffer.from(value)]).toString('base64')
    const first = Math.ceil((offset * 8) / 6)
    const last = Math.floor(((offset + Buffer.byteLength(value)) * 8) / 6)
    const core = text.slice(first, last)
    return core.length < shortestEncoded ? [] : [core, core.replaceAll('+', '-').replaceAll('/', '_')]
  })

/** A value as it may be printed: itself, its lines, as a literal, in an address, in base64 wherever it stands in it, and in hex. */
const formsOf = (value: string): string[] => {
  const lines = value.split(/\r?\n/).filter((line) => line.length >= 2 * shortest)
  const hex = Buffer.from(value).toString('hex')
  return [
    value,
    ...lines,
    JSON.stringify(value).slice(1, -1),
    encodeURIComponent(value),
    ...inBase64(value),
    ...(hex.length < shortestEncoded ? [] : [hex, hex.toUpperCase()]),
  ].filter((form) => form.length >= shortest)
}

/**
 * Takes secrets out of a text. What code does to a value beyond these forms, such as reversing or encrypting it, is not recognised: whoever
 * grants a credential trusts the code.
 */
export const redactor = (secrets: readonly string[]): ((text: string) => string) => {
  const forms = [...new Set(secrets.flatMap(formsOf))].sort((a, b) => b.length - a.length)
  if (forms.length === 0) return (text) => text
  return (text) => {
    let clean = text
    for (const form of forms) clean = clean.replaceAll(form, redacted)
    return clean
  }
}

/** As the redactor, of a line that was cut at its end, where a secret may have begun. */
export const withoutBeginning = (text: string, secrets: readonly string[]): string => {
  const forms = secrets.flatMap(formsOf)
  const longest = forms.reduce((most, form) => Math.max(most, form.length), 0)
  for (let length = Math.min(longest - 1, text.length); length >= shortest; length--) {
    const end = text.slice(-length)
    if (forms.some((form) => form.startsWith(end))) return `${text.slice(0, -length)}${redacted}`
  }
  return text
}
