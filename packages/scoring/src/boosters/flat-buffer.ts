import { scoringError } from '../errors.ts'

/** A table of a FlatBuffer: fields by number, each absent where the writer left its default. */
export type FlatTable = {
  readonly number: (field: number, otherwise: number) => number
  readonly double: (field: number, otherwise: number) => number
  readonly float: (field: number, otherwise: number) => number
  readonly byte: (field: number, otherwise: number) => number
  readonly bytes: (field: number) => Uint8Array
  readonly integers: (field: number) => Int32Array
  readonly floats: (field: number) => Float32Array
  readonly doubles: (field: number) => Float64Array
  readonly table: (field: number) => FlatTable
  readonly tables: (field: number) => readonly FlatTable[]
  readonly texts: (field: number) => readonly string[]
  /** Structs of so many bytes each, one after another. */
  readonly structs: (field: number, bytes: number) => DataView
  readonly has: (field: number) => boolean
}

const utf8 = new TextDecoder()
const mostTables = 1_000_000

/** The root of a FlatBuffer (flatbuffers.dev, "internals"). Every offset is checked before it is followed. */
export const readFlatBuffer = (bytes: Uint8Array, format: string): FlatTable => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const need = (at: number, length: number): number => {
    if (at < 0 || at + length > bytes.length)
      throw scoringError('booster.invalid', { format, reason: `it points to byte ${at}, outside of it` })
    return at
  }
  const uint32 = (at: number): number => view.getUint32(need(at, 4), true)
  const follow = (at: number): number => at + uint32(at)

  const tableAt = (start: number): FlatTable => {
    const fields = need(start, 4) - view.getInt32(start, true)
    const size = view.getUint16(need(fields, 2), true)
    const place = (field: number): number | undefined => {
      const slot = 4 + 2 * field
      if (slot + 2 > size) return undefined
      const offset = view.getUint16(need(fields + slot, 2), true)
      return offset === 0 ? undefined : start + offset
    }
    /** Where the items of a vector begin, and how many there are. */
    const vector = (field: number, itemSize: number): readonly [from: number, count: number] => {
      const at = place(field)
      if (at === undefined) return [0, 0]
      const from = follow(at) + 4
      const count = uint32(from - 4)
      need(from, count * itemSize)
      return [from, count]
    }
    const scalar = (field: number, otherwise: number, length: number, read: (at: number) => number): number => {
      const at = place(field)
      return at === undefined ? otherwise : read(need(at, length))
    }
    return {
      has: (field) => place(field) !== undefined,
      number: (field, otherwise) => scalar(field, otherwise, 4, (at) => view.getInt32(at, true)),
      double: (field, otherwise) => scalar(field, otherwise, 8, (at) => view.getFloat64(at, true)),
      float: (field, otherwise) => scalar(field, otherwise, 4, (at) => view.getFloat32(at, true)),
      byte: (field, otherwise) => scalar(field, otherwise, 1, (at) => view.getUint8(at)),
      bytes: (field) => {
        const [from, count] = vector(field, 1)
        return bytes.subarray(from, from + count)
      },
      integers: (field) => {
        const [from, count] = vector(field, 4)
        return Int32Array.from({ length: count }, (_, index) => view.getInt32(from + 4 * index, true))
      },
      floats: (field) => {
        const [from, count] = vector(field, 4)
        return Float32Array.from({ length: count }, (_, index) => view.getFloat32(from + 4 * index, true))
      },
      doubles: (field) => {
        const [from, count] = vector(field, 8)
        return Float64Array.from({ length: count }, (_, index) => view.getFloat64(from + 8 * index, true))
      },
      table: (field) => {
        const at = place(field)
        if (at === undefined) throw scoringError('booster.invalid', { format, reason: `it has no part ${field}` })
        return tableAt(follow(at))
      },
      tables: (field) => {
        const [from, count] = vector(field, 4)
        if (count > mostTables) throw scoringError('booster.invalid', { format, reason: `it has ${count} parts` })
        return Array.from({ length: count }, (_, index) => tableAt(follow(from + 4 * index)))
      },
      texts: (field) => {
        const [from, count] = vector(field, 4)
        return Array.from({ length: count }, (_, index) => {
          const at = follow(from + 4 * index)
          const length = uint32(at)
          return utf8.decode(bytes.subarray(need(at + 4, length), at + 4 + length))
        })
      },
      structs: (field, size) => {
        const [from, count] = vector(field, size)
        return new DataView(bytes.buffer, bytes.byteOffset + from, count * size)
      },
    }
  }
  return tableAt(uint32(0))
}
