/** Python's `int(text, 0)` for the decimal texts that pickles hold; numbers where they are exact, else bigint. */
export const parseInteger = (text: string): number | bigint | undefined => {
  const trimmed = text.trim()
  return /^[+-]?\d+$/.test(trimmed) ? fromBigInt(BigInt(trimmed.replace('+', ''))) : undefined
}

/** A little-endian two's complement integer of any length. */
export const decodeLong = (bytes: Uint8Array): number | bigint => {
  let value = 0n
  for (let i = bytes.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i] as number)
  return fromBigInt(BigInt.asIntN(Math.max(8, bytes.length * 8), value))
}

const fromBigInt = (value: bigint): number | bigint => {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value
}

/** Python's `float(text)`. */
export const parseFloatText = (text: string): number | undefined => {
  const trimmed = text.trim()
  if (/^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(trimmed)) return Number(trimmed)
  const word = /^([+-]?)(inf|infinity|nan)$/i.exec(trimmed)
  if (word === null) return undefined
  const magnitude = word[2]?.toLowerCase() === 'nan' ? Number.NaN : Number.POSITIVE_INFINITY
  return word[1] === '-' ? -magnitude : magnitude
}
