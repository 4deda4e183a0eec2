/** A table of a FlatBuffer, read field by field. Whatever leads outside the bytes throws a RangeError. */
export type FlatTable = {
  readonly int8: (field: number, otherwise?: number) => number
  readonly int16: (field: number, otherwise?: number) => number
  readonly int32: (field: number, otherwise?: number) => number
  readonly int64: (field: number, otherwise?: number) => number
  readonly text: (field: number) => string | undefined
  readonly table: (field: number) => FlatTable | undefined
  readonly tables: (field: number) => readonly FlatTable[]
  /** Numbers of a vector of structures of 64-bit integers, `width` of them each. */
  readonly structs: (field: number, width: number) => readonly (readonly number[])[]
}

/** What the vectors and texts of one buffer may come to: they can share their bytes, so that few bytes could stand for many. */
const mostElements = 2 ** 20
const mostTextBytes = 2 ** 24

/** The root of a FlatBuffer (flatbuffers.dev, "FlatBuffer internals"). */
export const readFlatBuffer = (bytes: Uint8Array): FlatTable => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  let [elements, textBytes] = [0, 0]

  const integer = (at: number): number => {
    const value = Number(view.getBigInt64(at, true))
    if (!Number.isSafeInteger(value)) throw new RangeError('a number is larger than any file')
    return value
  }
  const tableAt = (at: number): FlatTable => {
    const vtable = at - view.getInt32(at, true)
    const fields = (view.getUint16(vtable, true) - 4) / 2
    const placeOf = (field: number): number => {
      const offset = field < fields ? view.getUint16(vtable + 4 + 2 * field, true) : 0
      return offset === 0 ? 0 : at + offset
    }
    const scalar =
      (read: (place: number) => number) =>
      (field: number, otherwise = 0): number => {
        const place = placeOf(field)
        return place === 0 ? otherwise : read(place)
      }
    const targetOf = (field: number): number => {
      const place = placeOf(field)
      return place === 0 ? 0 : place + view.getUint32(place, true)
    }
    const vector = <T>(field: number, size: number, read: (place: number) => T): readonly T[] => {
      const target = targetOf(field)
      if (target === 0) return []
      const length = view.getUint32(target, true)
      elements += length
      if (target + 4 + length * size > bytes.length || elements > mostElements)
        throw new RangeError('a list is longer than its file can be')
      return Array.from({ length }, (_, index) => read(target + 4 + index * size))
    }
    return {
      int8: scalar((place) => view.getUint8(place)),
      int16: scalar((place) => view.getInt16(place, true)),
      int32: scalar((place) => view.getInt32(place, true)),
      int64: scalar(integer),
      text: (field) => {
        const target = targetOf(field)
        if (target === 0) return undefined
        const length = view.getUint32(target, true)
        textBytes += length
        if (target + 4 + length > bytes.length || textBytes > mostTextBytes)
          throw new RangeError('a text is longer than its file can be')
        return decoder.decode(bytes.subarray(target + 4, target + 4 + length))
      },
      table: (field) => {
        const target = targetOf(field)
        return target === 0 ? undefined : tableAt(target)
      },
      tables: (field) => vector(field, 4, (place) => tableAt(place + view.getUint32(place, true))),
      structs: (field, width) =>
        vector(field, 8 * width, (place) => Array.from({ length: width }, (_, index) => integer(place + 8 * index))),
    }
  }
  return tableAt(view.getUint32(0, true))
}

/** What a field of a table to write holds. */
export type FlatField =
  | { readonly bytes: 1 | 2 | 4 | 8; readonly value: number }
  | { readonly text: string }
  | { readonly table: readonly (FlatField | undefined)[] }
  | { readonly tables: readonly (readonly (FlatField | undefined)[])[] }
  /** Structures, whose 64-bit integers follow one another. */
  | { readonly structs: readonly (readonly number[])[] }

export const int8 = (value: number): FlatField => ({ bytes: 1, value })
export const int16 = (value: number): FlatField => ({ bytes: 2, value })
export const int32 = (value: number): FlatField => ({ bytes: 4, value })
export const int64 = (value: number): FlatField => ({ bytes: 8, value })

/** A FlatBuffer with this root, padded to a multiple of eight bytes. Parents come before their children, as offsets lead forwards. */
export const writeFlatBuffer = (root: readonly (FlatField | undefined)[]): Uint8Array => {
  let bytes = new Uint8Array(1024)
  let view = new DataView(bytes.buffer)
  let end = 4

  /** Room at the next place of which `place % 8` is `rest`. */
  const take = (size: number, multiple: number, rest = 0): number => {
    while (end % multiple !== rest) end++
    const start = end
    end += size
    while (end > bytes.length) {
      const larger = new Uint8Array(bytes.length * 2)
      larger.set(bytes)
      bytes = larger
      view = new DataView(bytes.buffer)
    }
    return start
  }
  const setScalar = (at: number, { bytes: size, value }: Extract<FlatField, { value: number }>): void => {
    if (size === 1) view.setUint8(at, value)
    else if (size === 2) view.setInt16(at, value, true)
    else if (size === 4) view.setInt32(at, value, true)
    else view.setBigInt64(at, BigInt(value), true)
  }
  const pointTo = (place: number, target: number): void => view.setUint32(place, target - place, true)

  const writeTable = (fields: readonly (FlatField | undefined)[]): number => {
    const vtable = take(4 + 2 * fields.length, 2)
    const sizes = fields.map((field) => (field === undefined ? 0 : 'bytes' in field ? field.bytes : 4))
    // After the four bytes of the table's own offset, wide fields first: all lie at multiples of their sizes.
    const start = take(4 + sizes.reduce<number>((sum, size) => sum + size, 0), 8, 4)
    view.setUint16(vtable, 4 + 2 * fields.length, true)
    view.setUint16(vtable + 2, end - start, true)
    view.setInt32(start, start - vtable, true)
    let at = start + 4
    const places = fields.map(() => 0)
    for (const size of [8, 4, 2, 1])
      for (const [index, field] of fields.entries()) {
        if (field === undefined || sizes[index] !== size) continue
        view.setUint16(vtable + 4 + 2 * index, at - start, true)
        places[index] = at
        at += size
      }
    for (const [index, field] of fields.entries()) {
      if (field === undefined) continue
      if ('bytes' in field) setScalar(places[index] as number, field)
      else pointTo(places[index] as number, writeChild(field))
    }
    return start
  }
  const writeChild = (field: Exclude<FlatField, { value: number }>): number => {
    if ('table' in field) return writeTable(field.table)
    if ('text' in field) {
      const content = new TextEncoder().encode(field.text)
      const start = take(4 + content.length + 1, 4)
      view.setUint32(start, content.length, true)
      bytes.set(content, start + 4)
      return start
    }
    if ('tables' in field) {
      const start = take(4 + 4 * field.tables.length, 4)
      view.setUint32(start, field.tables.length, true)
      for (const [index, each] of field.tables.entries()) pointTo(start + 4 + 4 * index, writeTable(each))
      return start
    }
    const numbers = field.structs.flat()
    const start = take(4 + 8 * numbers.length, 8, 4)
    view.setUint32(start, field.structs.length, true)
    for (const [index, number] of numbers.entries()) view.setBigInt64(start + 4 + 8 * index, BigInt(number), true)
    return start
  }
  pointTo(0, writeTable(root))
  take(0, 8)
  return bytes.subarray(0, end)
}
