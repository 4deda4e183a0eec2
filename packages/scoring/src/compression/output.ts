import { limitReached } from '../limits.ts'

/** Collects what a decompressor makes, grows as needed, and refuses to grow past the limit. */
export class Output {
  bytes: Uint8Array
  length = 0
  readonly #limit: number

  constructor(guess: number, limit: number) {
    this.bytes = new Uint8Array(Math.min(limit, Math.max(1024, guess)))
    this.#limit = limit
  }

  /** Makes room for `more` bytes behind `length`. */
  reserve(more: number): void {
    const needed = this.length + more
    if (needed <= this.bytes.length) return
    if (needed > this.#limit) throw limitReached('bytes after decompression', this.#limit)
    const larger = new Uint8Array(Math.min(this.#limit, Math.max(needed, this.bytes.length * 2)))
    larger.set(this.bytes.subarray(0, this.length))
    this.bytes = larger
  }

  append(chunk: Uint8Array): void {
    this.reserve(chunk.length)
    this.bytes.set(chunk, this.length)
    this.length += chunk.length
  }

  push(byte: number): void {
    if (this.length === this.bytes.length) this.reserve(1)
    this.bytes[this.length++] = byte
  }

  /** Repeats `count` bytes from `distance` back; they may overlap what is being written. */
  copyBack(distance: number, count: number): void {
    this.reserve(count)
    const { bytes } = this
    let to = this.length
    if (distance >= count) {
      bytes.copyWithin(to, to - distance, to - distance + count)
    } else if (distance === 1) {
      bytes.fill(bytes[to - 1] as number, to, to + count)
    } else {
      for (let from = to - distance, end = from + count; from < end; ) bytes[to++] = bytes[from++] as number
    }
    this.length += count
  }

  finish(): Uint8Array {
    return this.bytes.subarray(0, this.length)
  }
}
