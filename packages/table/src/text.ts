import type { Column, DictionaryColumn, Utf8Column } from './column.ts'
import { ValidityBuilder, validityOf } from './validity.ts'

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** Builds a UTF-8 column value by value; missing rows take no bytes. */
export class Utf8Builder {
  // Small: most columns of a request have one row.
  #offsets = new Int32Array(17)
  #bytes = new Uint8Array(256)
  #length = 0
  #rows = 0
  readonly #validity = new ValidityBuilder()

  get rows(): number {
    return this.#rows
  }

  append(text: string): void {
    this.#reserve(text.length * 3)
    this.#length += encoder.encodeInto(text, this.#bytes.subarray(this.#length)).written
    this.#validity.setValid(this.#rows)
    this.#endRow()
  }

  appendBytes(bytes: Uint8Array, start: number, end: number): void {
    this.#reserve(end - start)
    this.#bytes.set(bytes.subarray(start, end), this.#length)
    this.#length += end - start
    this.#validity.setValid(this.#rows)
    this.#endRow()
  }

  appendMissing(): void {
    this.#validity.noteMissing()
    this.#endRow()
  }

  finish(): Utf8Column {
    return {
      kind: 'utf8',
      offsets: this.#offsets.slice(0, this.#rows + 1),
      bytes: this.#bytes.slice(0, this.#length),
      validity: this.#validity.finish(this.#rows),
    }
  }

  #reserve(bytes: number): void {
    if (this.#length + bytes <= this.#bytes.length) return
    const larger = new Uint8Array(Math.max(this.#length + bytes, this.#bytes.length * 2))
    larger.set(this.#bytes)
    this.#bytes = larger
  }

  #endRow(): void {
    this.#rows++
    if (this.#rows >= this.#offsets.length) {
      const larger = new Int32Array(this.#offsets.length * 2)
      larger.set(this.#offsets)
      this.#offsets = larger
    }
    this.#offsets[this.#rows] = this.#length
  }
}

/** Builds a dictionary column: each distinct text is kept once. */
export class DictionaryBuilder {
  #indices = new Int32Array(16)
  #rows = 0
  readonly #known = new Map<string, number>()
  readonly #dictionary = new Utf8Builder()
  readonly #validity = new ValidityBuilder()

  get rows(): number {
    return this.#rows
  }

  append(text: string): void {
    let index = this.#known.get(text)
    if (index === undefined) {
      index = this.#dictionary.rows
      this.#known.set(text, index)
      this.#dictionary.append(text)
    }
    this.#validity.setValid(this.#rows)
    this.#push(index)
  }

  appendMissing(): void {
    this.#validity.noteMissing()
    this.#push(0)
  }

  finish(): DictionaryColumn {
    return {
      kind: 'dictionary',
      indices: this.#indices.slice(0, this.#rows),
      dictionary: this.#dictionary.finish(),
      validity: this.#validity.finish(this.#rows),
    }
  }

  #push(index: number): void {
    if (this.#rows >= this.#indices.length) {
      const larger = new Int32Array(this.#indices.length * 2)
      larger.set(this.#indices)
      this.#indices = larger
    }
    this.#indices[this.#rows++] = index
  }
}

/** A text or category column of these values; null is missing. */
export const textColumn = (values: readonly (string | null)[], type: 'text' | 'category'): Column => {
  const builder = type === 'text' ? new Utf8Builder() : new DictionaryBuilder()
  for (const value of values) {
    if (value === null) builder.appendMissing()
    else builder.append(value)
  }
  return builder.finish()
}

/** A number, integer or date column of these values; null is missing. */
export const numberColumn = (values: readonly (number | null)[]): Column => ({
  kind: 'float64',
  values: Float64Array.from(values, (value) => value ?? Number.NaN),
  validity: validityOf(values.length, (row) => values[row] !== null),
})

export const booleanColumn = (values: readonly (boolean | null)[]): Column => ({
  kind: 'boolean',
  values: Uint8Array.from(values, (value) => (value === true ? 1 : 0)),
  validity: validityOf(values.length, (row) => values[row] !== null),
})

const mostShared = 1000

/** Category columns of few texts, which come again and again, with one dictionary: it has all texts so far, whichever of them a column has. */
export class SharedDictionary {
  readonly #places = new Map<string, number>()
  #dictionary = new Utf8Builder().finish()

  columnOf(values: readonly (string | null)[]): Column {
    const indices = new Int32Array(values.length)
    for (let row = 0; row < values.length; row++) {
      const value = values[row] as string | null
      const place = value === null ? undefined : (this.#places.get(value) ?? this.#add(value))
      if (place === undefined) return textColumn(values, 'category')
      indices[row] = place
    }
    return { kind: 'dictionary', indices, dictionary: this.#dictionary, validity: undefined }
  }

  #add(text: string): number | undefined {
    const place = this.#places.size
    if (place === mostShared) return undefined
    this.#places.set(text, place)
    const builder = new Utf8Builder()
    for (const each of this.#places.keys()) builder.append(each)
    this.#dictionary = builder.finish()
    return place
  }
}

const utf8At = (column: Utf8Column, row: number): string =>
  decoder.decode(column.bytes.subarray(column.offsets[row], column.offsets[row + 1]))

const decoded = new WeakMap<Utf8Column, readonly string[]>()

const textsOf = (dictionary: Utf8Column): readonly string[] => {
  const known = decoded.get(dictionary)
  if (known !== undefined) return known
  const texts = Array.from({ length: dictionary.offsets.length - 1 }, (_, index) => utf8At(dictionary, index))
  decoded.set(dictionary, texts)
  return texts
}

/** Reads the texts of a column; a dictionary is decoded once, whatever columns it is of. */
export const textReader = (column: Utf8Column | DictionaryColumn): ((row: number) => string) => {
  if (column.kind === 'utf8') return (row) => utf8At(column, row)
  const { dictionary, indices } = column
  const texts = textsOf(dictionary)
  return (row) => texts[indices[row] as number] ?? ''
}
