import { decodeLatin1 } from '../pickle/text.ts'
import { type Limits, limitReached } from '../limits.ts'

const block = 512

/** A tar archive by the checksum of its first header, which also those have that are older than the word `ustar`. */
export const isTar = (bytes: Uint8Array): boolean => bytes.length >= 2 * block && isHeader(bytes, 0)

const isHeader = (bytes: Uint8Array, at: number): boolean => {
  const stored = octal(bytes, at + 148, 8)
  let sum = 0
  // The checksum counts its own eight bytes as blanks.
  for (let i = 0; i < block; i++) sum += i >= 148 && i < 156 ? 0x20 : (bytes[at + i] as number)
  return stored !== undefined && stored === sum
}

const octal = (bytes: Uint8Array, at: number, length: number): number | undefined => {
  const text = decodeLatin1(bytes.subarray(at, at + length))
    .replace(/\0.*$/s, '')
    .trim()
  return /^[0-7]+$/.test(text) ? Number.parseInt(text, 8) : undefined
}

/** The files of a tar archive with what they hold, up to the first header that is not sound. */
export const tarParts = (
  bytes: Uint8Array,
  limits: Limits,
): readonly { readonly name: string; readonly content: Uint8Array }[] => {
  const parts: { readonly name: string; readonly content: Uint8Array }[] = []
  let at = 0
  while (at + block <= bytes.length && isHeader(bytes, at)) {
    const size = octal(bytes, at + 124, 12)
    if (size === undefined) break
    const from = at + block
    const name = decodeLatin1(bytes.subarray(at, at + 100)).replace(/\0.*$/s, '')
    parts.push({ name, content: bytes.subarray(from, from + size) })
    if (parts.length > limits.zipEntries) throw limitReached('tar entries', limits.zipEntries)
    at = from + Math.ceil(size / block) * block
  }
  return parts
}
