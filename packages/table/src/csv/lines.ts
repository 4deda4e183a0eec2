import { csvCell, numberText } from './writer.ts'

const encoder = new TextEncoder()
const comma = 0x2c
const lineFeed = 0x0a

/** Writes CSV cell by cell into one growing buffer; `take` gives what is there, until the next cell is written, and begins anew. */
export class CsvLines {
  #bytes = new Uint8Array(65_536)
  #length = 0
  #cells = 0
  readonly #known = new Map<string, Uint8Array>()

  number(value: number): void {
    const text = numberText(value)
    this.#begin(text.length)
    for (let at = 0; at < text.length; at++) this.#bytes[this.#length++] = text.charCodeAt(at)
  }

  /** Texts come again: labels and categories are encoded once. */
  text(text: string): void {
    let bytes = this.#known.get(text)
    if (bytes === undefined) {
      bytes = encoder.encode(csvCell(text))
      if (this.#known.size < 1000) this.#known.set(text, bytes)
    }
    this.raw(bytes, 0, bytes.length)
  }

  missing(): void {
    this.#begin(0)
  }

  /** Bytes that are a cell already. */
  raw(bytes: Uint8Array, start: number, end: number): void {
    this.#begin(end - start)
    if (end - start < 32) for (let at = start; at < end; at++) this.#bytes[this.#length++] = bytes[at] as number
    else {
      this.#bytes.set(bytes.subarray(start, end), this.#length)
      this.#length += end - start
    }
  }

  endLine(): void {
    this.#reserve(1)
    this.#bytes[this.#length++] = lineFeed
    this.#cells = 0
  }

  take(): Uint8Array<ArrayBuffer> {
    const taken = this.#bytes.subarray(0, this.#length)
    this.#length = 0
    return taken
  }

  #begin(size: number): void {
    this.#reserve(size + 1)
    if (this.#cells++ > 0) this.#bytes[this.#length++] = comma
  }

  #reserve(size: number): void {
    if (this.#length + size <= this.#bytes.length) return
    const larger = new Uint8Array(Math.max(this.#length + size, this.#bytes.length * 2))
    larger.set(this.#bytes)
    this.#bytes = larger
  }
}
