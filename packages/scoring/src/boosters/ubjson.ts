import { scoringError } from '../errors.ts'
import { decodeUtf8 } from '../pickle/text.ts'

/** A value of Universal Binary JSON, or of JSON; typed arrays of numbers are kept as such. */
export type Json = null | boolean | number | string | readonly Json[] | Float64Array | { readonly [key: string]: Json }

const invalid = (reason: string) => scoringError('booster.invalid', { format: 'XGBoost', reason })

const depthLimit = 64

const numberTypes: Readonly<Record<string, { size: number; read: (view: DataView, at: number) => number }>> = {
  i: { size: 1, read: (view, at) => view.getInt8(at) },
  U: { size: 1, read: (view, at) => view.getUint8(at) },
  I: { size: 2, read: (view, at) => view.getInt16(at) },
  l: { size: 4, read: (view, at) => view.getInt32(at) },
  L: { size: 8, read: (view, at) => Number(view.getBigInt64(at)) },
  d: { size: 4, read: (view, at) => view.getFloat32(at) },
  D: { size: 8, read: (view, at) => view.getFloat64(at) },
}

/** Reads the UBJSON that XGBoost writes: big-endian, with typed arrays of known length. */
export const readUbjson = (bytes: Uint8Array): Json => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = 0
  const need = (count: number): void => {
    if (!(count >= 0 && at + count <= bytes.length)) throw invalid(`it ends at byte ${at}`)
  }
  const marker = (): string => {
    need(1)
    return String.fromCharCode(bytes[at++] as number)
  }
  const number = (type: string): number => {
    const known = numberTypes[type]
    if (known === undefined) throw invalid(`byte ${at} has the type ${JSON.stringify(type)}`)
    need(known.size)
    const value = known.read(view, at)
    at += known.size
    return value
  }
  const length = (): number => {
    const value = number(marker())
    if (!Number.isInteger(value) || value < 0) throw invalid(`byte ${at} has the length ${value}`)
    return value
  }
  const text = (): string => {
    const size = length()
    need(size)
    at += size
    const decoded = decodeUtf8(bytes.subarray(at - size, at))
    if (decoded === undefined) throw invalid(`the text before byte ${at} is no UTF-8`)
    return decoded
  }
  const typedArray = (): Float64Array => {
    const type = marker()
    if (marker() !== '#') throw invalid(`the array at byte ${at} has no length`)
    const count = length()
    const known = numberTypes[type]
    if (known === undefined) throw invalid(`the array at byte ${at} has the type ${JSON.stringify(type)}`)
    need(count * known.size)
    const values = new Float64Array(count)
    for (let i = 0; i < count; i++) values[i] = known.read(view, at + i * known.size)
    at += count * known.size
    return values
  }
  const array = (depth: number): Json => {
    let type = marker()
    if (type === '$') return typedArray()
    if (type === '#') return Array.from({ length: boundedLength() }, () => value(marker(), depth))
    const items: Json[] = []
    for (; type !== ']'; type = marker()) items.push(value(type, depth))
    return items
  }
  // Every item takes a byte or more.
  const boundedLength = (): number => {
    const count = length()
    need(count)
    return count
  }
  const object = (depth: number): Json => {
    const pairs: [string, Json][] = []
    for (;;) {
      if (marker() === '}') return Object.fromEntries(pairs)
      at--
      const key = text()
      pairs.push([key, value(marker(), depth)])
    }
  }
  const value = (type: string, depth: number): Json => {
    if (depth > depthLimit) throw invalid(`it nests deeper than ${depthLimit}`)
    switch (type) {
      case '{':
        return object(depth + 1)
      case '[':
        return array(depth + 1)
      case 'S':
        return text()
      case 'T':
        return true
      case 'F':
        return false
      case 'Z':
      case 'N':
        return null
      default:
        return number(type)
    }
  }
  return value(marker(), 0)
}
