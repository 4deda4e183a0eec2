import type { Validity } from './column.ts'

export const isValid = (validity: Validity, row: number): boolean =>
  validity === undefined || ((validity[row >> 3] as number) & (1 << (row & 7))) !== 0

/** Collects which rows are missing; gives no bitmap when none is. */
export class ValidityBuilder {
  #bytes = new Uint8Array(16)
  #missing = 0

  /** Rows come in any order; a row that is never set is missing. */
  setValid(row: number): void {
    const at = row >> 3
    if (at >= this.#bytes.length) {
      const larger = new Uint8Array(Math.max(at + 1, this.#bytes.length * 2))
      larger.set(this.#bytes)
      this.#bytes = larger
    }
    this.#bytes[at] = (this.#bytes[at] as number) | (1 << (row & 7))
  }

  noteMissing(): void {
    this.#missing++
  }

  finish(rows: number): Validity {
    if (this.#missing === 0) return undefined
    const bytes = new Uint8Array(Math.ceil(rows / 8))
    bytes.set(this.#bytes.subarray(0, bytes.length))
    return bytes
  }
}

/** Bitmap of a list of flags; `undefined` when all are set. */
export const validityOf = (rows: number, valid: (row: number) => boolean): Validity => {
  let present = 0
  while (present < rows && valid(present)) present++
  if (present === rows) return undefined
  const bytes = new Uint8Array(Math.ceil(rows / 8))
  for (let row = 0; row < rows; row++)
    if (row < present || (row > present && valid(row))) bytes[row >> 3] = (bytes[row >> 3] as number) | (1 << (row & 7))
  return bytes
}

export const missingCount = (validity: Validity, rows: number): number => {
  if (validity === undefined) return 0
  let present = 0
  for (let row = 0; row < rows; row++) if (isValid(validity, row)) present++
  return rows - present
}
