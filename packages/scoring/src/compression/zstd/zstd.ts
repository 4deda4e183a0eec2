import { scoringError } from '../../errors.ts'
import { BackwardBits } from './bits.ts'
import {
  type CodeTable,
  decodeSymbols,
  readCodeTable,
  readStateTable,
  singleState,
  type StateTable,
  stateTable,
} from './entropy.ts'

/**
 * Unpacks Zstandard frames (RFC 8878) that hold exactly `size` bytes. What they say of their own size and window is not needed for
 * that, and nothing larger is made; the checksum that a frame may end with is passed over.
 */
export const decompressZstd = (bytes: Uint8Array, size: number): Uint8Array => {
  const out = new Uint8Array(size)
  let [position, length] = [0, 0]
  const fail: Fail = (reason) => scoringError('compression.invalid', { format: 'zstd', reason, offset: position })
  const number = (count: number): number => {
    if (position + count > bytes.length) throw fail('it is cut short')
    let value = 0
    for (let i = count - 1; i >= 0; i--) value = value * 256 + (bytes[position + i] as number)
    position += count
    return value
  }
  const skip = (count: number): number => {
    if (position + count > bytes.length) throw fail('it is cut short')
    position += count
    return position - count
  }
  while (position < bytes.length) {
    const magic = number(4)
    if (magic >= 0x184d2a50 && magic <= 0x184d2a5f) {
      skip(number(4))
      continue
    }
    if (magic !== 0xfd2fb528) throw fail('a frame has another signature')
    const flags = number(1)
    if ((flags & 8) !== 0) throw fail('a frame has unknown flags')
    if ((flags & 3) !== 0) throw scoringError('compression.unsupported', { format: 'zstd', feature: 'a dictionary' })
    const isSingle = (flags & 0x20) !== 0
    // Its window, and how much it holds.
    skip((isSingle ? 0 : 1) + (flags >> 6 === 0 ? Number(isSingle) : 1 << (flags >> 6)))
    const memory: Memory = { offsets: [1, 4, 8], codes: undefined, tables: [undefined, undefined, undefined] }
    const frameStart = length
    for (let isLast = false; !isLast; ) {
      const head = number(3)
      isLast = (head & 1) === 1
      const count = head >> 3
      const type = (head >> 1) & 3
      if (count > mostBlockBytes && type !== 1) throw fail('a block is too large')
      if (type !== 2 && length + count > size) throw fail('it holds more than it should')
      if (type === 0) {
        const from = skip(count)
        out.set(bytes.subarray(from, from + count), length)
        length += count
      } else if (type === 1) {
        out.fill(number(1), length, length + count)
        length += count
      } else if (type === 2) {
        const from = skip(count)
        length = unpackBlock(bytes, { start: from, end: from + count }, { out, frameStart, length }, memory, fail)
      } else throw fail('a block has an unknown type')
    }
    if ((flags & 4) !== 0) skip(4)
  }
  if (length !== size) throw fail('it holds less than it should')
  return out
}

type Fail = (reason: string) => Error
type Range = { readonly start: number; readonly end: number }
type Target = { readonly out: Uint8Array; readonly frameStart: number; readonly length: number }

/** What a block may take over from those before it in its frame. */
type Memory = {
  offsets: [number, number, number]
  codes: CodeTable | undefined
  /** Of literals' lengths, offsets, and matches' lengths. */
  tables: [StateTable | undefined, StateTable | undefined, StateTable | undefined]
}

const mostBlockBytes = 2 ** 17

const unpackBlock = (bytes: Uint8Array, range: Range, target: Target, memory: Memory, fail: Fail): number => {
  const { literals, end } = readLiterals(bytes, range, memory, fail)
  return copySequences(bytes, { start: end, end: range.end }, literals, target, memory, fail)
}

const readLiterals = (
  bytes: Uint8Array,
  { start, end }: Range,
  memory: Memory,
  fail: Fail,
): { readonly literals: Uint8Array; readonly end: number } => {
  if (start >= end) throw fail('a block is empty')
  const head = bytes[start] as number
  const type = head & 3
  const format = (head >> 2) & 3
  const isPlain = type < 2
  const headBytes = isPlain ? ([1, 2, 1, 3][format] as number) : ([3, 3, 4, 5][format] as number)
  let [bits, at] = [0, start + headBytes]
  if (at > end) throw fail('a block is cut short')
  for (let i = headBytes - 1; i >= 0; i--) bits = bits * 256 + (bytes[start + i] as number)
  if (isPlain) {
    const size = Math.floor(bits / (format % 2 === 0 ? 8 : 16))
    if (size > mostBlockBytes) throw fail('a block is too large')
    if (at + (type === 0 ? size : 1) > end) throw fail('a block is cut short')
    return type === 0
      ? { literals: bytes.subarray(at, at + size), end: at + size }
      : { literals: new Uint8Array(size).fill(bytes[at] as number), end: at + 1 }
  }
  const width = [10, 10, 14, 18][format] as number
  const size = Math.floor(bits / 16) % 2 ** width
  const packedEnd = at + Math.floor(bits / 2 ** (4 + width))
  if (size > mostBlockBytes || packedEnd > end) throw fail('a block is cut short, or too large')
  if (type === 2) {
    const codes = readCodeTable(bytes, at, packedEnd, fail)
    memory.codes = codes.table
    at = codes.end
  }
  const { codes } = memory
  if (codes === undefined) throw fail('a block asks for codes that are not there')
  const literals = new Uint8Array(size)
  for (const { from, to, range } of streams(bytes, { start: at, end: packedEnd }, size, format === 0, fail))
    decodeSymbols(codes, bytes, range, literals.subarray(from, to), fail)
  return { literals, end: packedEnd }
}

/** One stream, or four, of which the last has what the others leave. */
const streams = (
  bytes: Uint8Array,
  { start, end }: Range,
  size: number,
  isOne: boolean,
  fail: Fail,
): readonly { readonly from: number; readonly to: number; readonly range: Range }[] => {
  if (isOne) return [{ from: 0, to: size, range: { start, end } }]
  const share = Math.ceil(size / 4)
  if (start + 6 > end || share * 3 > size) throw fail('streams of codes are cut short')
  let at = start + 6
  return [0, 1, 2, 3].map((index) => {
    const from = at
    at = index === 3 ? end : at + (bytes[start + 2 * index] as number) + 256 * (bytes[start + 2 * index + 1] as number)
    if (at > end) throw fail('streams of codes are cut short')
    return { from: index * share, to: index === 3 ? size : (index + 1) * share, range: { start: from, end: at } }
  })
}

/** Literals and matches in turn; returns how long the output is then. */
const copySequences = (
  bytes: Uint8Array,
  { start, end }: Range,
  literals: Uint8Array,
  { out, frameStart, length: before }: Target,
  memory: Memory,
  fail: Fail,
): number => {
  let [at, length, taken] = [start, before, 0]
  const append = (count: number): void => {
    if (taken + count > literals.length) throw fail('a sequence asks for more literals than there are')
    if (length + count > out.length) throw fail('it holds more than it should')
    out.set(literals.subarray(taken, taken + count), length)
    taken += count
    length += count
  }
  const byte = (): number => {
    if (at >= end) throw fail('sequences are cut short')
    return bytes[at++] as number
  }
  const first = byte()
  const count = first < 128 ? first : first < 255 ? (first - 128) * 256 + byte() : 0x7f00 + byte() + 256 * byte()
  if (count > 0) {
    const modes = byte()
    if ((modes & 3) !== 0) throw fail('sequences have unknown flags')
    for (const [index, kind] of kinds.entries()) {
      const mode = (modes >> (6 - 2 * index)) & 3
      if (mode === 0) memory.tables[index] = kind.usual
      else if (mode === 1) {
        const symbol = byte()
        if (symbol >= kind.symbols) throw fail('a symbol is unknown')
        memory.tables[index] = singleState(symbol)
      } else if (mode === 2) {
        const read = readStateTable(bytes, at, end, { mostAccuracy: kind.accuracy, mostSymbols: kind.symbols, fail })
        memory.tables[index] = read.table
        at = read.end
      }
    }
    const [literalTable, offsetTable, matchTable] = memory.tables
    if (literalTable === undefined || offsetTable === undefined || matchTable === undefined)
      throw fail('a block asks for tables that are not there')
    const bits = new BackwardBits(bytes, at, end, fail)
    let literalState = bits.read(literalTable.accuracy)
    let offsetState = bits.read(offsetTable.accuracy)
    let matchState = bits.read(matchTable.accuracy)
    for (let i = 0; i < count; i++) {
      const literalCode = literalTable.symbols[literalState] as number
      const offsetCode = offsetTable.symbols[offsetState] as number
      const matchCode = matchTable.symbols[matchState] as number
      const offsetValue = 2 ** offsetCode + bits.read(offsetCode)
      const matchLength = (matchBases[matchCode] as number) + bits.read(matchBits[matchCode] as number)
      const literalLength = (literalBases[literalCode] as number) + bits.read(literalBits[literalCode] as number)
      append(literalLength)
      const offset = offsetOf(memory, offsetValue, literalLength === 0)
      if (!(offset > 0 && offset <= length - frameStart)) throw fail('a match points before the beginning')
      if (length + matchLength > out.length) throw fail('it holds more than it should')
      const matchEnd = length + matchLength
      for (; length < matchEnd; length++) out[length] = out[length - offset] as number
      if (i === count - 1) break
      literalState = (literalTable.bases[literalState] as number) + bits.read(literalTable.bits[literalState] as number)
      matchState = (matchTable.bases[matchState] as number) + bits.read(matchTable.bits[matchState] as number)
      offsetState = (offsetTable.bases[offsetState] as number) + bits.read(offsetTable.bits[offsetState] as number)
    }
    if (bits.left !== 0) throw fail('sequences have another length')
  } else if (at !== end) throw fail('bytes follow a block')
  append(literals.length - taken)
  return length
}

/** The lowest values stand for one of the last three offsets; without literals before the match the last itself cannot be meant. */
const offsetOf = (memory: Memory, value: number, hasNoLiterals: boolean): number => {
  const [first, second, third] = memory.offsets
  if (value > 3) {
    memory.offsets = [value - 3, first, second]
    return value - 3
  }
  const place = value - 1 + (hasNoLiterals ? 1 : 0)
  const offset = [first, second, third, first - 1][place] as number
  if (place === 1) memory.offsets = [offset, first, third]
  else if (place > 1) memory.offsets = [offset, first, second]
  return offset
}

const repeated = (value: number, count: number): number[] => Array.from({ length: count }, () => value)
const bases = (start: number, bits: readonly number[]): readonly number[] => {
  let base = start
  return bits.map((count) => {
    const own = base
    base += 2 ** count
    return own
  })
}

const literalBits = [...repeated(0, 16), 1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]
const literalBases = bases(0, literalBits)
const matchBits = [...repeated(0, 32), 1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]
const matchBases = bases(3, matchBits)

const impossible: Fail = (reason) => new Error(reason)
const usualLiterals = [
  4,
  3,
  ...repeated(2, 6),
  2,
  2,
  2,
  2,
  2,
  1,
  1,
  1,
  ...repeated(2, 9),
  3,
  2,
  ...repeated(1, 5),
  ...repeated(-1, 4),
]
const usualOffsets = [1, 1, 1, 1, 1, 1, 2, 2, 2, ...repeated(1, 15), ...repeated(-1, 5)]
const usualMatches = [1, 4, 3, ...repeated(2, 6), ...repeated(1, 37), ...repeated(-1, 7)]

/** Literals' lengths, offsets and matches' lengths: how many symbols there are, how exact a table may be, and the usual one. */
const kinds = [
  { symbols: 36, accuracy: 9, usual: stateTable(usualLiterals, 6, impossible) },
  { symbols: 32, accuracy: 8, usual: stateTable(usualOffsets, 5, impossible) },
  { symbols: 53, accuracy: 9, usual: stateTable(usualMatches, 6, impossible) },
] as const
