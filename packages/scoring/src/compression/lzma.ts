import { scoringError } from '../errors.ts'
import { limitReached } from '../limits.ts'
import { Output } from './output.ts'

const probabilityStart = 1024
const literalStates = 7

/** Where a run of literals, matches and repeats leads: the 12 states of LZMA. */
const afterLiteral = [0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 4, 5]

const probabilities = (length: number): Uint16Array => new Uint16Array(length).fill(probabilityStart)

/** Reads bits that were coded by adaptive probabilities. */
class RangeDecoder {
  readonly #bytes: Uint8Array
  readonly #end: number
  readonly #fail: (reason: string, offset: number) => Error
  position: number
  #range = 0xffffffff
  #code = 0

  constructor(bytes: Uint8Array, start: number, end: number, fail: (reason: string, offset: number) => Error) {
    this.#bytes = bytes
    this.#end = end
    this.#fail = fail
    this.position = start
    if (this.#next() !== 0) throw fail('its range coder does not begin with zero', start)
    for (let i = 0; i < 4; i++) this.#code = ((this.#code << 8) | this.#next()) >>> 0
  }

  get isFinished(): boolean {
    return this.#code === 0
  }

  #next(): number {
    if (this.position >= this.#end) throw this.#fail('it is cut short', this.position)
    return this.#bytes[this.position++] as number
  }

  bit(table: Uint16Array, index: number): number {
    const probability = table[index] as number
    const bound = (this.#range >>> 11) * probability
    let bit: number
    if (this.#code < bound) {
      this.#range = bound
      table[index] = probability + ((2048 - probability) >> 5)
      bit = 0
    } else {
      this.#range -= bound
      this.#code -= bound
      table[index] = probability - (probability >> 5)
      bit = 1
    }
    if (this.#range < 0x1000000) {
      this.#range = (this.#range << 8) >>> 0
      this.#code = ((this.#code << 8) | this.#next()) >>> 0
    }
    return bit
  }

  directBits(count: number): number {
    let result = 0
    for (let i = 0; i < count; i++) {
      this.#range >>>= 1
      const bit = this.#code >= this.#range ? 1 : 0
      if (bit === 1) this.#code -= this.#range
      if (this.#range < 0x1000000) {
        this.#range = (this.#range << 8) >>> 0
        this.#code = ((this.#code << 8) | this.#next()) >>> 0
      }
      result = result * 2 + bit
    }
    return result
  }

  tree(table: Uint16Array, base: number, bits: number): number {
    let node = 1
    for (let i = 0; i < bits; i++) node = (node << 1) | this.bit(table, base + node)
    return node - (1 << bits)
  }

  reverseTree(table: Uint16Array, base: number, bits: number): number {
    let node = 1
    let result = 0
    for (let i = 0; i < bits; i++) {
      const bit = this.bit(table, base + node)
      node = (node << 1) | bit
      result |= bit << i
    }
    return result
  }
}

class LengthCoder {
  readonly #choice = probabilities(2)
  readonly #low = probabilities(16 * 8)
  readonly #middle = probabilities(16 * 8)
  readonly #high = probabilities(256)

  decode(range: RangeDecoder, positionState: number): number {
    if (range.bit(this.#choice, 0) === 0) return 2 + range.tree(this.#low, positionState * 8, 3)
    if (range.bit(this.#choice, 1) === 0) return 10 + range.tree(this.#middle, positionState * 8, 3)
    return 18 + range.tree(this.#high, 0, 8)
  }
}

export type LzmaProperties = { readonly lc: number; readonly lp: number; readonly pb: number }

const lzmaProperties = (byte: number): LzmaProperties | undefined =>
  byte >= 225 ? undefined : { lc: byte % 9, lp: Math.floor(byte / 9) % 5, pb: Math.floor(byte / 45) }

/** The model of an LZMA stream: everything that lasts from chunk to chunk until a state reset. */
class LzmaState {
  readonly lc: number
  readonly literalPositionMask: number
  readonly positionMask: number
  readonly literals: Uint16Array
  readonly isMatch = probabilities(12 * 16)
  readonly isRepeat = probabilities(12)
  readonly isRepeat0 = probabilities(12)
  readonly isRepeat1 = probabilities(12)
  readonly isRepeat2 = probabilities(12)
  readonly isRepeat0Long = probabilities(12 * 16)
  readonly slots = probabilities(4 * 64)
  readonly special = probabilities(128)
  readonly align = probabilities(16)
  readonly matchLength = new LengthCoder()
  readonly repeatLength = new LengthCoder()
  state = 0
  repeats: [number, number, number, number] = [0, 0, 0, 0]

  constructor({ lc, lp, pb }: LzmaProperties) {
    this.lc = lc
    this.literalPositionMask = (1 << lp) - 1
    this.positionMask = (1 << pb) - 1
    this.literals = probabilities(0x300 << (lc + lp))
  }
}

/** Decodes until `size` bytes are out, or an end mark where the size is unknown. Distances reach back to `floor` at most. */
const decodeLzma = (
  range: RangeDecoder,
  model: LzmaState,
  output: Output,
  { size, floor, fail }: { size: number | undefined; floor: number; fail: (reason: string, offset: number) => Error },
): 'size' | 'end mark' => {
  const end = size === undefined ? Infinity : output.length + size
  while (output.length < end) {
    const { state } = model
    const written = output.length - floor
    const positionState = written & model.positionMask
    if (range.bit(model.isMatch, state * 16 + positionState) === 0) {
      const previous = written > 0 ? (output.bytes[output.length - 1] as number) : 0
      const base = 0x300 * (((written & model.literalPositionMask) << model.lc) + (previous >> (8 - model.lc)))
      let symbol = 1
      if (state >= literalStates) {
        let matched = output.bytes[output.length - model.repeats[0] - 1] as number
        while (symbol < 0x100) {
          const matchBit = (matched >> 7) & 1
          matched <<= 1
          const bit = range.bit(model.literals, base + ((1 + matchBit) << 8) + symbol)
          symbol = (symbol << 1) | bit
          if (bit !== matchBit) break
        }
      }
      while (symbol < 0x100) symbol = (symbol << 1) | range.bit(model.literals, base + symbol)
      output.push(symbol & 0xff)
      model.state = afterLiteral[state] as number
      continue
    }

    let length: number
    if (range.bit(model.isRepeat, state) === 0) {
      model.repeats = [0, model.repeats[0], model.repeats[1], model.repeats[2]]
      length = model.matchLength.decode(range, positionState)
      model.state = state < literalStates ? 7 : 10
      const distance = decodeDistance(range, model, length)
      model.repeats[0] = distance
      if (distance === 0xffffffff) {
        if (size !== undefined) throw fail('it ends too early', range.position)
        return 'end mark'
      }
    } else {
      if (written === 0) throw fail('it repeats what was never written', range.position)
      if (range.bit(model.isRepeat0, state) === 0) {
        if (range.bit(model.isRepeat0Long, state * 16 + positionState) === 0) {
          model.state = state < literalStates ? 9 : 11
          copy(output, model.repeats[0], 1, written, end, range, fail)
          continue
        }
      } else {
        const [first, second, third, fourth] = model.repeats
        if (range.bit(model.isRepeat1, state) === 0) model.repeats = [second, first, third, fourth]
        else if (range.bit(model.isRepeat2, state) === 0) model.repeats = [third, first, second, fourth]
        else model.repeats = [fourth, first, second, third]
      }
      length = model.repeatLength.decode(range, positionState)
      model.state = state < literalStates ? 8 : 11
    }
    copy(output, model.repeats[0], length, written, end, range, fail)
  }
  return 'size'
}

const copy = (
  output: Output,
  distance: number,
  length: number,
  written: number,
  end: number,
  range: RangeDecoder,
  fail: (reason: string, offset: number) => Error,
): void => {
  if (distance >= written) throw fail('a match points before the beginning', range.position)
  if (output.length + length > end) throw fail('a match runs past the end', range.position)
  output.copyBack(distance + 1, length)
}

const decodeDistance = (range: RangeDecoder, model: LzmaState, length: number): number => {
  const slot = range.tree(model.slots, Math.min(length - 2, 3) * 64, 6)
  if (slot < 4) return slot
  const bits = (slot >> 1) - 1
  const base = ((2 | (slot & 1)) << bits) >>> 0
  if (slot < 14) return base + range.reverseTree(model.special, base - slot, bits)
  return (base + range.directBits(bits - 4) * 16 + range.reverseTree(model.align, 0, 4)) >>> 0
}

/** The old `.lzma` container: properties, dictionary size, length, one stream. */
export const decompressLzmaAlone = (bytes: Uint8Array, limit: number, dictionaryLimit: number): Uint8Array => {
  const fail = (reason: string, offset: number) =>
    scoringError('compression.invalid', { format: 'lzma', reason, offset })
  if (bytes.length < 18) throw fail('it is cut short', bytes.length)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const properties = lzmaProperties(bytes[0] as number)
  if (properties === undefined) throw fail('its properties are unknown', 0)
  checkDictionary(view.getUint32(1, true), dictionaryLimit)
  const declared = view.getBigUint64(5, true)
  const size = declared === 0xffffffffffffffffn ? undefined : Number(declared)
  if (size !== undefined && size > limit)
    throw limitReached('bytes after decompression', limit, { found: size, offset: 5 })
  const output = new Output(size ?? bytes.length * 4, limit)
  const range = new RangeDecoder(bytes, 13, bytes.length, fail)
  decodeLzma(range, new LzmaState(properties), output, { size, floor: 0, fail })
  // An encoder that knows the size may still write the end mark.
  if (range.position !== bytes.length && size === undefined) throw fail('other bytes follow', range.position)
  return output.finish()
}

export const checkDictionary = (size: number, limit: number): void => {
  if (size > limit) throw limitReached('an LZMA dictionary of bytes', limit, { found: size })
}

/** LZMA2: chunks that are stored or LZMA. Returns where the stream ends. */
export const decompressLzma2 = (bytes: Uint8Array, start: number, output: Output): number => {
  const fail = (reason: string, offset: number) => scoringError('compression.invalid', { format: 'xz', reason, offset })
  let position = start
  let properties: LzmaProperties | undefined
  let model: LzmaState | undefined
  let floor = output.length
  let needsDictionary = true
  const byteAt = (offset: number): number => {
    const byte = bytes[offset]
    if (byte === undefined) throw fail('it is cut short', bytes.length)
    return byte
  }
  for (;;) {
    const control = byteAt(position)
    if (control === 0) return position + 1
    if (control === 1 || control >= 0xe0) {
      floor = output.length
      needsDictionary = false
    } else if (needsDictionary) {
      throw fail('its first chunk does not reset the dictionary', position)
    }
    if (control < 0x80) {
      if (control > 2) throw fail('a chunk is of an unknown type', position)
      const size = ((byteAt(position + 1) << 8) | byteAt(position + 2)) + 1
      byteAt(position + 2 + size)
      output.append(bytes.subarray(position + 3, position + 3 + size))
      position += 3 + size
      continue
    }
    const unpacked = (((control & 0x1f) << 16) | (byteAt(position + 1) << 8) | byteAt(position + 2)) + 1
    const packed = ((byteAt(position + 3) << 8) | byteAt(position + 4)) + 1
    let data = position + 5
    const reset = (control >> 5) & 3
    if (reset >= 2) {
      properties = lzmaProperties(byteAt(data++))
      if (properties === undefined || properties.lc + properties.lp > 4)
        throw fail('its properties are unknown', data - 1)
    }
    if (reset >= 1) {
      if (properties === undefined) throw fail('a chunk has no properties', position)
      model = new LzmaState(properties)
    }
    if (model === undefined) throw fail('a chunk has no state', position)
    byteAt(data + packed - 1)
    const range = new RangeDecoder(bytes, data, data + packed, fail)
    decodeLzma(range, model, output, { size: unpacked, floor, fail })
    if (range.position !== data + packed) throw fail('a chunk has another length', range.position)
    position = data + packed
  }
}
