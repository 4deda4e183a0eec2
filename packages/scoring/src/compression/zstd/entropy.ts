import { BackwardBits, ForwardBits } from './bits.ts'

type Fail = (reason: string) => Error

/** A decoding table of finite state entropy: what each state stands for, and how the next one is found. */
export type StateTable = {
  readonly accuracy: number
  readonly symbols: Uint8Array
  readonly bits: Uint8Array
  readonly bases: Uint16Array
}

/** Shares of symbols, of 2^accuracy in all; -1 is less than one. */
export const stateTable = (shares: readonly number[], accuracy: number, fail: Fail): StateTable => {
  const size = 1 << accuracy
  const symbols = new Uint8Array(size)
  let high = size - 1
  for (const [symbol, share] of shares.entries()) if (share === -1) symbols[high--] = symbol
  const step = (size >> 1) + (size >> 3) + 3
  let at = 0
  for (const [symbol, share] of shares.entries())
    for (let i = 0; i < share; i++) {
      symbols[at] = symbol
      do at = (at + step) & (size - 1)
      while (at > high)
    }
  if (at !== 0) throw fail('shares of symbols do not add up')
  const next = shares.map((share) => (share === -1 ? 1 : share))
  const bits = new Uint8Array(size)
  const bases = new Uint16Array(size)
  for (let state = 0; state < size; state++) {
    const symbol = symbols[state] as number
    const place = next[symbol] as number
    next[symbol] = place + 1
    const count = accuracy - (31 - Math.clz32(place))
    bits[state] = count
    bases[state] = (place << count) - size
  }
  return { accuracy, symbols, bits, bases }
}

/** A table for one symbol only. */
export const singleState = (symbol: number): StateTable => ({
  accuracy: 0,
  symbols: Uint8Array.of(symbol),
  bits: Uint8Array.of(0),
  bases: Uint16Array.of(0),
})

/** Reads the shares of symbols at `start`, and where they end. */
export const readStateTable = (
  bytes: Uint8Array,
  start: number,
  end: number,
  { mostAccuracy, mostSymbols, fail }: { mostAccuracy: number; mostSymbols: number; fail: Fail },
): { readonly table: StateTable; readonly end: number } => {
  const bits = new ForwardBits(bytes, start)
  const accuracy = bits.read(4) + 5
  if (accuracy > mostAccuracy) throw fail('a table of symbols is too large')
  const shares: number[] = []
  let left = 1 << accuracy
  while (left > 0) {
    if (shares.length >= mostSymbols || bits.position > end * 8) throw fail('a table of symbols is cut short')
    // Small values take one bit less than large ones.
    const most = left + 1
    const width = 32 - Math.clz32(most)
    const small = 2 ** width - 1 - most
    let value = bits.read(width - 1)
    if (value >= small) {
      value += bits.read(1) << (width - 1)
      if (value >= 1 << (width - 1)) value -= small
    }
    const share = value - 1
    shares.push(share)
    left -= Math.abs(share)
    if (share !== 0) continue
    for (let more = 3; more === 3; ) {
      more = bits.read(2)
      for (let i = 0; i < more; i++) shares.push(0)
      if (shares.length > mostSymbols) throw fail('a table of symbols is too long')
    }
  }
  if (left !== 0 || shares.length > mostSymbols) throw fail('shares of symbols do not add up')
  const after = Math.ceil(bits.position / 8)
  if (after > end) throw fail('a table of symbols is cut short')
  return { table: stateTable(shares, accuracy, fail), end: after }
}

/** Huffman's codes: by the next `width` bits the symbol and how many bits it takes. */
export type CodeTable = { readonly width: number; readonly symbols: Uint8Array; readonly lengths: Uint8Array }

const mostWidth = 11

/** Reads the weights of symbols at `start`, and where they end. */
export const readCodeTable = (
  bytes: Uint8Array,
  start: number,
  end: number,
  fail: Fail,
): { readonly table: CodeTable; readonly end: number } => {
  if (start >= end) throw fail('a table of codes is cut short')
  const head = bytes[start] as number
  const after = start + 1 + (head < 128 ? head : Math.ceil((head - 127) / 2))
  if (after > end) throw fail('a table of codes is cut short')
  const weights =
    head < 128
      ? packedWeights(bytes, start + 1, after, fail)
      : Array.from({ length: head - 127 }, (_, i) => {
          const byte = bytes[start + 1 + (i >> 1)] as number
          return i % 2 === 0 ? byte >> 4 : byte & 15
        })
  return { table: codeTable(weights, fail), end: after }
}

const packedWeights = (bytes: Uint8Array, start: number, end: number, fail: Fail): number[] => {
  const { table, end: from } = readStateTable(bytes, start, end, { mostAccuracy: 6, mostSymbols: 256, fail })
  const bits = new BackwardBits(bytes, from, end, fail)
  const weights: number[] = []
  const states = [bits.read(table.accuracy), bits.read(table.accuracy)]
  // Two states take turns; the other one's symbol is the last when the bits of one are used up.
  for (let turn = 0; ; turn ^= 1) {
    const state = states[turn] as number
    weights.push(table.symbols[state] as number)
    if (weights.length > 254) throw fail('a table of codes is too long')
    states[turn] = (table.bases[state] as number) + bits.read(table.bits[state] as number)
    if (bits.left < 0) {
      weights.push(table.symbols[states[turn ^ 1] as number] as number)
      return weights
    }
  }
}

/** The weight of the last symbol is what is left to a power of two. */
const codeTable = (given: readonly number[], fail: Fail): CodeTable => {
  const total = given.reduce((sum, weight) => sum + (weight === 0 ? 0 : 2 ** (weight - 1)), 0)
  const width = total === 0 ? 0 : Math.floor(Math.log2(total)) + 1
  if (width === 0 || width > mostWidth) throw fail('codes of no or too many bits')
  const rest = 2 ** width - total
  const last = Math.log2(rest)
  if (!Number.isInteger(last)) throw fail('codes do not add up')
  const weights = [...given, last + 1]
  const symbols = new Uint8Array(2 ** width)
  const lengths = new Uint8Array(2 ** width)
  let at = 0
  for (let weight = 1; weight <= width; weight++)
    for (const [symbol, own] of weights.entries()) {
      if (own !== weight) continue
      const until = at + 2 ** (weight - 1)
      symbols.fill(symbol, at, until)
      lengths.fill(width + 1 - weight, at, until)
      at = until
    }
  if (at !== 2 ** width) throw fail('codes do not add up')
  return { width, symbols, lengths }
}

/** Fills `out` with what the codes between `start` and `end` say, of which all must be used. */
export const decodeSymbols = (
  { width, symbols, lengths }: CodeTable,
  bytes: Uint8Array,
  { start, end }: { readonly start: number; readonly end: number },
  out: Uint8Array,
  fail: Fail,
): void => {
  const bits = new BackwardBits(bytes, start, end, fail)
  for (let i = 0; i < out.length; i++) {
    const code = bits.peek(width)
    out[i] = symbols[code] as number
    bits.left -= lengths[code] as number
  }
  if (bits.left !== 0) throw fail('a stream of codes has another length')
}
