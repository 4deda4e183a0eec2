/** UTF-8 as Python writes it with `surrogatepass`: lone surrogates are three bytes of their own. */
export const decodeUtf8 = (bytes: Uint8Array): string | undefined => {
  if (bytes.length < 48) {
    let text = ''
    for (const byte of bytes) {
      if (byte >= 0x80) return decodeLongUtf8(bytes)
      text += String.fromCharCode(byte)
    }
    return text
  }
  return decodeLongUtf8(bytes)
}

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

const decodeLongUtf8 = (bytes: Uint8Array): string | undefined => {
  try {
    return strict.decode(bytes)
  } catch {
    return decodeWithSurrogates(bytes)
  }
}

const decodeWithSurrogates = (bytes: Uint8Array): string | undefined => {
  const parts: string[] = []
  let start = 0
  for (let i = 0; i + 2 < bytes.length; i++) {
    const isSurrogate = bytes[i] === 0xed && (bytes[i + 1] as number) >= 0xa0 && (bytes[i + 1] as number) <= 0xbf
    if (!isSurrogate || ((bytes[i + 2] as number) & 0xc0) !== 0x80) continue
    const before = decodeStrictly(bytes.subarray(start, i))
    if (before === undefined) return undefined
    parts.push(
      before,
      String.fromCharCode(0xd000 | (((bytes[i + 1] as number) & 0x3f) << 6) | ((bytes[i + 2] as number) & 0x3f)),
    )
    i += 2
    start = i + 1
  }
  const rest = decodeStrictly(bytes.subarray(start))
  return rest === undefined ? undefined : parts.join('') + rest
}

const decodeStrictly = (bytes: Uint8Array): string | undefined => {
  try {
    return strict.decode(bytes)
  } catch {
    return undefined
  }
}

export const decodeLatin1 = (bytes: Uint8Array): string => {
  const parts: string[] = []
  for (let i = 0; i < bytes.length; i += 8192) parts.push(String.fromCharCode(...bytes.subarray(i, i + 8192)))
  return parts.join('')
}

/** The bytes of a text whose characters are all below 256, as `_codecs.encode(text, 'latin1')` would give them. */
export const encodeLatin1 = (text: string): Uint8Array | undefined => {
  const bytes = new Uint8Array(text.length)
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code > 0xff) return undefined
    bytes[i] = code
  }
  return bytes
}

const simpleEscapes: ReadonlyMap<string, string> = new Map([
  ['\\', '\\'],
  ["'", "'"],
  ['"', '"'],
  ['a', '\x07'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['v', '\v'],
  ['\n', ''],
])

/** A quoted string of protocol 0 (Python 2's repr); undefined where it is not one. */
export const decodeStringLiteral = (bytes: Uint8Array): string | undefined => {
  const text = decodeLatin1(bytes)
  const quote = text[0]
  if (text.length < 2 || (quote !== "'" && quote !== '"') || text.at(-1) !== quote) return undefined
  const body = text.slice(1, -1)
  if (!body.includes('\\')) return body
  let result = ''
  for (let i = 0; i < body.length; i++) {
    const character = body[i] as string
    if (character !== '\\') {
      result += character
      continue
    }
    const next = body[++i]
    if (next === undefined) return undefined
    const simple = simpleEscapes.get(next)
    if (simple !== undefined) {
      result += simple
    } else if (next === 'x') {
      const digits = body.slice(i + 1, i + 3)
      if (!/^[0-9a-fA-F]{2}$/.test(digits)) return undefined
      result += String.fromCharCode(Number.parseInt(digits, 16))
      i += 2
    } else if (next >= '0' && next <= '7') {
      let digits = next
      while (digits.length < 3 && (body[i + 1] ?? '') >= '0' && (body[i + 1] ?? '') <= '7') digits += body[++i]
      result += String.fromCharCode(Number.parseInt(digits, 8) & 0xff)
    } else {
      result += `\\${next}`
    }
  }
  return result
}

/** Protocol 0's UNICODE: latin-1 with `\uXXXX` and `\UXXXXXXXX` (raw-unicode-escape). */
export const decodeRawUnicodeEscape = (bytes: Uint8Array): string | undefined => {
  const text = decodeLatin1(bytes)
  if (!text.includes('\\')) return text
  let result = ''
  let i = 0
  while (i < text.length) {
    if (text[i] !== '\\') {
      const next = text.indexOf('\\', i)
      const end = next < 0 ? text.length : next
      result += text.slice(i, end)
      i = end
      continue
    }
    const kind = text[i + 1]
    const length = kind === 'u' ? 4 : kind === 'U' ? 8 : 0
    if (length === 0) {
      // A backslash pair stays as it is, and its second half escapes nothing.
      result += text.slice(i, i + 2)
      i += 2
      continue
    }
    const digits = text.slice(i + 2, i + 2 + length)
    const code = Number.parseInt(digits, 16)
    if (digits.length !== length || !/^[0-9a-fA-F]+$/.test(digits) || code > 0x10ffff) return undefined
    result += String.fromCodePoint(code)
    i += 2 + length
  }
  return result
}
