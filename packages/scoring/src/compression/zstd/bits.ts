/** Reads a stream of bits from its end, as zstd writes them: the highest one in the last byte marks where it begins. */
export class BackwardBits {
  readonly #bytes: Uint8Array
  readonly #start: number
  /** Bits that are left; below zero when more were asked for than there are, which come as zeros. */
  left: number

  constructor(bytes: Uint8Array, start: number, end: number, fail: (reason: string) => Error) {
    const last = end > start ? (bytes[end - 1] as number) : 0
    if (last === 0) throw fail('a stream of bits has no end mark')
    this.#bytes = bytes
    this.#start = start
    this.left = (end - start) * 8 - (Math.clz32(last) - 24) - 1
  }

  /** The next `count` bits, at most 32, without going on. */
  peek(count: number): number {
    let value = 0
    const from = this.left - count
    // From the byte that holds the highest bit down to the one that holds the lowest.
    for (let byte = Math.floor((this.left - 1) / 8), lowest = Math.floor(from / 8); byte >= lowest; byte--)
      value = value * 256 + (byte < 0 ? 0 : (this.#bytes[this.#start + byte] as number))
    const below = from - Math.floor(from / 8) * 8
    return count === 0 ? 0 : Math.floor(value / 2 ** below) % 2 ** count
  }

  read(count: number): number {
    const value = this.peek(count)
    this.left -= count
    return value
  }
}

/** Reads bits from the lowest of the first byte on. */
export class ForwardBits {
  readonly #bytes: Uint8Array
  position: number

  constructor(bytes: Uint8Array, start: number) {
    this.#bytes = bytes
    this.position = start * 8
  }

  read(count: number): number {
    let value = 0
    for (let bit = 0; bit < count; bit++, this.position++)
      value |= (((this.#bytes[this.position >> 3] ?? 0) >> (this.position & 7)) & 1) << bit
    return value
  }
}
