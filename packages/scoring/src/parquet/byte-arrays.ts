import { deltaBinaryUnpack } from 'hyparquet/src/delta.js'

type Reader = { readonly view: DataView; offset: number }

const numbers = (reader: Reader, count: number): Int32Array => {
  const out = new Int32Array(count)
  if (count > 0) deltaBinaryUnpack(reader, count, out)
  return out
}

const bytesOf = ({ view }: Reader, start: number, length: number): Uint8Array => {
  if (!(length >= 0 && start + length <= view.byteLength)) throw new RangeError('a value ends outside its page')
  return new Uint8Array(view.buffer, view.byteOffset + start, length)
}

/** Values that follow all their lengths. */
export const readDeltaLength = (reader: Reader, count: number): Uint8Array[] =>
  Array.from(numbers(reader, count), (length) => {
    const value = bytesOf(reader, reader.offset, length)
    reader.offset += length
    return value
  })

/**
 * Values of which each repeats the start of the one before. A few bytes could ask for any amount of them, so that `take` is
 * asked for every value's bytes.
 */
export const readDelta = (reader: Reader, count: number, take: (bytes: number) => void): Uint8Array[] => {
  const prefixes = numbers(reader, count)
  let before = new Uint8Array(0)
  return readDeltaLength(reader, count).map((suffix, index) => {
    const prefix = prefixes[index] as number
    if (!(prefix >= 0 && prefix <= before.length)) throw new RangeError('a value repeats more than the one before has')
    take(prefix)
    const value = new Uint8Array(prefix + suffix.length)
    value.set(before.subarray(0, prefix))
    value.set(suffix, prefix)
    before = value
    return value
  })
}
