import { scoringError } from '../errors.ts'
import { bzip2Crc } from './checksums.ts'
import { Output } from './output.ts'

const fail = (reason: string, bits: BitReader) =>
  scoringError('compression.invalid', { format: 'bzip2', reason, offset: bits.byte })

/** Bits from the highest down. */
class BitReader {
  readonly #bytes: Uint8Array
  byte = 0
  #held = 0
  #count = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  bits(count: number): number {
    while (this.#count < count) {
      const next = this.#bytes[this.byte++]
      if (next === undefined) throw fail('it is cut short', this)
      this.#held = ((this.#held << 8) | next) & 0xffffffff
      this.#count += 8
    }
    this.#count -= count
    return (this.#held >>> this.#count) & ((1 << count) - 1)
  }

  word(): number {
    return ((this.bits(16) << 16) | this.bits(16)) >>> 0
  }
}

/** Canonical Huffman codes of at most 20 bits, read bit by bit against the largest code of each length. */
class HuffmanTable {
  readonly #limits = new Int32Array(22).fill(-1)
  readonly #offsets = new Int32Array(22)
  readonly #symbols: Uint16Array
  readonly #shortest: number

  constructor(lengths: Uint8Array) {
    this.#symbols = new Uint16Array(lengths.length)
    const counts = new Int32Array(22)
    for (const length of lengths) counts[length] = (counts[length] as number) + 1
    let code = 0
    let placed = 0
    let shortest = 0
    const next = new Int32Array(22)
    for (let length = 1; length <= 20; length++) {
      const count = counts[length] as number
      if (count > 0 && shortest === 0) shortest = length
      next[length] = placed
      this.#offsets[length] = placed - code
      if (count > 0) this.#limits[length] = code + count - 1
      placed += count
      code = (code + count) << 1
    }
    for (let symbol = 0; symbol < lengths.length; symbol++) {
      const length = lengths[symbol] as number
      const place = next[length] as number
      this.#symbols[place] = symbol
      next[length] = place + 1
    }
    this.#shortest = shortest
  }

  decode(bits: BitReader): number {
    let length = this.#shortest
    let code = bits.bits(length)
    for (;;) {
      if (code <= (this.#limits[length] as number)) {
        const symbol = this.#symbols[code + (this.#offsets[length] as number)]
        if (symbol === undefined) throw fail('a code is unknown', bits)
        return symbol
      }
      if (++length > 20) throw fail('a code is unknown', bits)
      code = (code << 1) | bits.bits(1)
    }
  }
}

/** One .bz2 stream. */
export const decompressBzip2 = (bytes: Uint8Array, limit: number): Uint8Array => {
  const bits = new BitReader(bytes)
  if (bits.bits(16) !== 0x425a || bits.bits(8) !== 0x68) throw fail('it has another beginning', bits)
  const level = bits.bits(8) - 0x30
  if (level < 1 || level > 9) throw fail('its block size is unknown', bits)
  const output = new Output(bytes.length * 4, limit)
  const words = new Uint32Array(level * 100_000)
  let streamCrc = 0
  for (;;) {
    const high = bits.bits(24)
    const low = bits.bits(24)
    const crc = bits.word()
    if (high === 0x177245 && low === 0x385090) {
      if (crc !== streamCrc) throw fail('its checksum differs', bits)
      if (bits.byte !== bytes.length) throw fail('other bytes follow', bits)
      return output.finish()
    }
    if (high !== 0x314159 || low !== 0x265359) throw fail('a block has another beginning', bits)
    const before = output.length
    readBlock(bits, words, output)
    const found = bzip2Crc(output.bytes, before, output.length)
    if (found !== crc) throw fail('the checksum of a block differs', bits)
    streamCrc = (((streamCrc << 1) | (streamCrc >>> 31)) ^ crc) >>> 0
  }
}

const readBlock = (bits: BitReader, words: Uint32Array, output: Output): void => {
  if (bits.bits(1) === 1)
    throw scoringError('compression.unsupported', { format: 'bzip2', feature: 'randomised blocks' })
  const origin = bits.bits(24)
  const symbols = readSymbols(bits)
  const groups = bits.bits(3)
  const selectorCount = bits.bits(15)
  if (groups < 2 || groups > 6 || selectorCount < 1) throw fail('its tables are not sound', bits)
  const order = Array.from({ length: groups }, (_, index) => index)
  const selectors = new Uint8Array(selectorCount)
  for (let i = 0; i < selectorCount; i++) {
    let place = 0
    while (bits.bits(1) === 1) if (++place >= groups) throw fail('its tables are not sound', bits)
    const [group] = order.splice(place, 1) as [number]
    order.unshift(group)
    selectors[i] = group
  }
  const tables = Array.from({ length: groups }, () => readTable(bits, symbols.length + 2))

  const count = readMovedToFront(bits, words, { symbols, selectors, tables })
  if (origin >= count) throw fail('its origin lies outside', bits)
  undoSort(words, count, origin, output)
}

const readSymbols = (bits: BitReader): Uint8Array => {
  const used = bits.bits(16)
  const symbols: number[] = []
  for (let high = 0; high < 16; high++) {
    if (((used >> (15 - high)) & 1) === 0) continue
    const row = bits.bits(16)
    for (let low = 0; low < 16; low++) if (((row >> (15 - low)) & 1) === 1) symbols.push(high * 16 + low)
  }
  if (symbols.length === 0) throw fail('a block has no symbols', bits)
  return Uint8Array.from(symbols)
}

const readTable = (bits: BitReader, size: number): HuffmanTable => {
  const lengths = new Uint8Array(size)
  let length = bits.bits(5)
  for (let symbol = 0; symbol < size; symbol++) {
    while (bits.bits(1) === 1) length += bits.bits(1) === 1 ? -1 : 1
    if (length < 1 || length > 20) throw fail('a code length is not sound', bits)
    lengths[symbol] = length
  }
  return new HuffmanTable(lengths)
}

type Coding = {
  readonly symbols: Uint8Array
  readonly selectors: Uint8Array
  readonly tables: readonly HuffmanTable[]
}

/** Huffman codes, runs and move-to-front; the bytes land in the low 8 bits of `words`. */
const readMovedToFront = (bits: BitReader, words: Uint32Array, { symbols, selectors, tables }: Coding): number => {
  const front = symbols.slice()
  const endOfBlock = symbols.length + 1
  let count = 0
  let run = 0
  let runBit = 1
  let table = tables[0] as HuffmanTable
  for (let read = 0; ; read++) {
    if (read % 50 === 0) {
      const selector = selectors[read / 50]
      if (selector === undefined) throw fail('its selectors run out', bits)
      table = tables[selector] as HuffmanTable
    }
    const symbol = table.decode(bits)
    if (symbol <= 1) {
      run += runBit << symbol
      runBit <<= 1
      if (run > words.length) throw fail('a run is too long', bits)
      continue
    }
    if (run > 0) {
      if (count + run > words.length) throw fail('a block is too long', bits)
      words.fill(front[0] as number, count, count + run)
      count += run
      run = 0
      runBit = 1
    }
    if (symbol === endOfBlock) return count
    if (count >= words.length) throw fail('a block is too long', bits)
    const byte = front[symbol - 1]
    if (byte === undefined) throw fail('a symbol is unknown', bits)
    front.copyWithin(1, 0, symbol - 1)
    front[0] = byte
    words[count++] = byte
  }
}

/** The inverse of the block-sorting transform, then of the first run-length coding (4 equal bytes and a count). */
const undoSort = (words: Uint32Array, count: number, origin: number, output: Output): void => {
  const starts = new Uint32Array(257)
  for (let i = 0; i < count; i++) {
    const next = ((words[i] as number) & 0xff) + 1
    starts[next] = (starts[next] as number) + 1
  }
  for (let i = 1; i < 257; i++) starts[i] = (starts[i] as number) + (starts[i - 1] as number)
  for (let i = 0; i < count; i++) {
    const byte = (words[i] as number) & 0xff
    const place = starts[byte] as number
    starts[byte] = place + 1
    words[place] = ((words[place] as number) | (i << 8)) >>> 0
  }
  let position = (words[origin] as number) >>> 8
  let previous = -1
  let equal = 0
  for (let i = 0; i < count; i++) {
    const word = words[position] as number
    const byte = word & 0xff
    position = word >>> 8
    if (equal === 4) {
      if (byte > 0) {
        output.reserve(byte)
        output.bytes.fill(previous, output.length, output.length + byte)
        output.length += byte
      }
      equal = 0
      previous = -1
      continue
    }
    equal = byte === previous ? equal + 1 : 1
    previous = byte
    output.push(byte)
  }
}
