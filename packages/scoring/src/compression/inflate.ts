import { scoringError } from '../errors.ts'
import { Output } from './output.ts'

/** Where raw deflate data lie in a file, and what they are called in messages. */
export type DeflateSource = {
  readonly bytes: Uint8Array
  readonly start: number
  readonly end: number
  readonly format: string
}

const lengthBases = Uint16Array.of(
  3,
  4,
  5,
  6,
  7,
  8,
  9,
  10,
  11,
  13,
  15,
  17,
  19,
  23,
  27,
  31,
  35,
  43,
  51,
  59,
  67,
  83,
  99,
  115,
  131,
  163,
  195,
  227,
  258,
)
const lengthExtras = Uint8Array.of(
  0,
  0,
  0,
  0,
  0,
  0,
  0,
  0,
  1,
  1,
  1,
  1,
  2,
  2,
  2,
  2,
  3,
  3,
  3,
  3,
  4,
  4,
  4,
  4,
  5,
  5,
  5,
  5,
  0,
)
const distanceBases = Uint16Array.from({ length: 30 }, (_, code) =>
  code < 4 ? code + 1 : (2 + (code & 1)) * 2 ** ((code >> 1) - 1) + 1,
)
const distanceExtras = Uint8Array.from({ length: 30 }, (_, code) => Math.max(0, (code >> 1) - 1))
/** The order in which the lengths of the code lengths' codes are written. */
const codeLengthOrder = Uint8Array.of(16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15)

/** Entry for the next `bits` bits: symbol × 16 + length of its code; 0 where no code begins so. */
type HuffmanTable = { readonly bits: number; readonly entries: Uint16Array }

/** Codes are written from their highest bit, everything else from the lowest; so the table is indexed by reversed codes. */
const huffmanTable = (lengths: Uint8Array): HuffmanTable | undefined => {
  const counts = new Uint16Array(16)
  for (const length of lengths) counts[length] = (counts[length] as number) + 1
  counts[0] = 0
  let bits = 15
  while (bits > 1 && counts[bits] === 0) bits--
  const next = new Uint16Array(16)
  let code = 0
  for (let length = 1; length <= bits; length++) {
    code = (code + (counts[length - 1] as number)) << 1
    next[length] = code
    if (code + (counts[length] as number) > 1 << length) return undefined
  }
  const entries = new Uint16Array(1 << bits)
  for (let symbol = 0; symbol < lengths.length; symbol++) {
    const length = lengths[symbol] as number
    if (length === 0) continue
    let reversed = 0
    for (let rest = next[length] as number, bit = 0; bit < length; bit++, rest >>= 1)
      reversed = (reversed << 1) | (rest & 1)
    next[length] = (next[length] as number) + 1
    for (let index = reversed; index < entries.length; index += 1 << length) entries[index] = (symbol << 4) | length
  }
  return { bits, entries }
}

const fixedLiterals = huffmanTable(
  Uint8Array.from({ length: 288 }, (_, symbol) => (symbol < 144 ? 8 : symbol < 256 ? 9 : symbol < 280 ? 7 : 8)),
) as HuffmanTable
const fixedDistances = huffmanTable(new Uint8Array(30).fill(5)) as HuffmanTable

/** Decompresses raw deflate data (RFC 1951), which end exactly at `end`. */
export const inflate = ({ bytes, start, end, format }: DeflateSource, limit: number): Uint8Array => {
  const output = new Output((end - start) * 4, limit)
  let position = start
  let held = 0
  let count = 0
  const fail = (reason: string) =>
    scoringError('compression.invalid', { format, reason, offset: Math.min(position, end) })

  /** Makes at least `wanted` ≤ 16 bits ready; behind the end there are zeros, which the caller notices at the end. */
  const fill = (wanted: number): void => {
    while (count < wanted) {
      if (position >= end + 4) throw fail('it is cut short')
      held |= (position < end ? (bytes[position] as number) : 0) << count
      position++
      count += 8
    }
  }
  const take = (wanted: number): number => {
    fill(wanted)
    const value = held & ((1 << wanted) - 1)
    held >>>= wanted
    count -= wanted
    return value
  }
  const symbolOf = ({ bits, entries }: HuffmanTable): number => {
    fill(bits)
    const entry = entries[held & ((1 << bits) - 1)] as number
    const length = entry & 15
    if (length === 0) throw fail('a code is unknown')
    held >>>= length
    count -= length
    return entry >> 4
  }

  const stored = (): void => {
    // The rest of the byte is unused; whole bytes that were read ahead are given back.
    position -= count >> 3
    held = 0
    count = 0
    if (position + 4 > end) throw fail('it is cut short')
    const length = (bytes[position] as number) | ((bytes[position + 1] as number) << 8)
    const check = (bytes[position + 2] as number) | ((bytes[position + 3] as number) << 8)
    if (length !== (~check & 0xffff)) throw fail('a stored block says two lengths')
    position += 4
    if (position + length > end) throw fail('it is cut short')
    output.append(bytes.subarray(position, position + length))
    position += length
  }

  const dynamicTables = (): readonly [HuffmanTable, HuffmanTable] => {
    const literalCount = take(5) + 257
    const distanceCount = take(5) + 1
    const codeCount = take(4) + 4
    if (literalCount > 286) throw fail('a block has too many codes')
    const codeLengths = new Uint8Array(19)
    for (let i = 0; i < codeCount; i++) codeLengths[codeLengthOrder[i] as number] = take(3)
    const codes = huffmanTable(codeLengths)
    if (codes === undefined) throw fail('its code lengths do not fit')
    const lengths = new Uint8Array(literalCount + distanceCount)
    for (let i = 0; i < lengths.length; ) {
      const symbol = symbolOf(codes)
      if (symbol < 16) {
        lengths[i++] = symbol
        continue
      }
      if (symbol === 16 && i === 0) throw fail('it repeats a length before the first')
      const [times, value] =
        symbol === 16 ? [take(2) + 3, lengths[i - 1] as number] : symbol === 17 ? [take(3) + 3, 0] : [take(7) + 11, 0]
      if (i + times > lengths.length) throw fail('it has too many code lengths')
      lengths.fill(value, i, i + times)
      i += times
    }
    const literals = huffmanTable(lengths.subarray(0, literalCount))
    const distances = huffmanTable(lengths.subarray(literalCount))
    if (literals === undefined || distances === undefined) throw fail('its codes do not fit')
    return [literals, distances]
  }

  const coded = (literals: HuffmanTable, distances: HuffmanTable): void => {
    for (;;) {
      const symbol = symbolOf(literals)
      if (symbol < 256) {
        output.push(symbol)
        continue
      }
      if (symbol === 256) return
      const code = symbol - 257
      if (code > 28) throw fail('a length is unknown')
      const length = (lengthBases[code] as number) + take(lengthExtras[code] as number)
      const distanceCode = symbolOf(distances)
      if (distanceCode > 29) throw fail('a distance is unknown')
      const distance = (distanceBases[distanceCode] as number) + take(distanceExtras[distanceCode] as number)
      if (distance > output.length) throw fail('a match points before the beginning')
      output.copyBack(distance, length)
    }
  }

  for (let isLast = false; !isLast; ) {
    isLast = take(1) === 1
    const type = take(2)
    if (type === 0) stored()
    else if (type === 1) coded(fixedLiterals, fixedDistances)
    else if (type === 2) coded(...dynamicTables())
    else throw fail('a block is of an unknown type')
  }
  const read = position - (count >> 3)
  if (read > end) throw fail('it is cut short')
  if (read < end) throw scoringError('compression.invalid', { format, reason: 'other bytes follow', offset: read })
  return output.finish()
}
