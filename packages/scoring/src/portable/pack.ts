import { scoringError } from '../errors.ts'

/** The version of the form that `pack` writes and `unpack` reads; it grows whenever an older reader would misread. */
export const packVersion = 1

const floats = { f64: Float64Array, f32: Float32Array } as const
const integers = {
  u8: Uint8Array,
  i8: Int8Array,
  u16: Uint16Array,
  i16: Int16Array,
  i32: Int32Array,
  u32: Uint32Array,
} as const
const kinds = { ...floats, ...integers }
type Kind = keyof typeof kinds
type Numbers = InstanceType<(typeof kinds)[Kind]>

const mark = '$'

/**
 * Plain data as JSON text: objects, lists, texts, numbers, and what JSON lacks: typed arrays (base64 of little-endian bytes, in the narrowest type
 * that holds every value exactly), NaN, infinities, -0, bigint, Map and Set. Properties that are undefined are left out; anything else is refused.
 */
export const pack = (value: unknown): string => JSON.stringify(packed(value))

export const unpack = (text: string): unknown => unpacked(JSON.parse(text))

const packed = (value: unknown): unknown => {
  switch (typeof value) {
    case 'string':
    case 'boolean':
    case 'undefined':
      return value
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0)
        ? value
        : { [mark]: 'number', v: Object.is(value, -0) ? '-0' : String(value) }
    case 'bigint':
      return { [mark]: 'bigint', v: String(value) }
    case 'object':
      return value === null ? null : packedObject(value)
    default:
      throw scoringError('model.pack', { found: typeof value })
  }
}

const packedObject = (value: object): unknown => {
  if (Array.isArray(value)) return value.map((item) => packed(item) ?? null)
  if (value instanceof Map)
    return { [mark]: 'map', v: Array.from(value, ([key, item]: [unknown, unknown]) => [packed(key), packed(item)]) }
  if (value instanceof Set) return { [mark]: 'set', v: Array.from(value, packed) }
  const own = (Object.entries(kinds) as [Kind, (typeof kinds)[Kind]][]).find(([, type]) => value instanceof type)
  if (own !== undefined) return packedNumbers(own[0], value as Numbers)
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null)
    throw scoringError('model.pack', { found: value.constructor.name })
  const entries = Object.entries(value).flatMap(([key, item]) => (item === undefined ? [] : [[key, packed(item)]]))
  return Object.hasOwn(value, mark) ? { [mark]: 'object', v: entries } : Object.fromEntries(entries)
}

const packedNumbers = (kind: Kind, values: Numbers): unknown => {
  const stored = narrowest(kind, values)
  const bytes = new Uint8Array(stored.values.buffer, stored.values.byteOffset, stored.values.byteLength)
  return { [mark]: kind, ...(stored.kind === kind ? {} : { as: stored.kind }), v: base64(bytes) }
}

/** Platforms with another order of bytes have died out. */
const narrowest = (kind: Kind, values: Numbers): { readonly kind: Kind; readonly values: Numbers } => {
  const isSame = (other: Numbers): boolean => {
    for (let i = 0; i < values.length; i++) if (!Object.is(values[i], other[i])) return false
    return true
  }
  for (const candidate of ['u8', 'i8', 'u16', 'i16', 'i32', 'f32'] as const) {
    const type = kinds[candidate]
    if (type.BYTES_PER_ELEMENT >= values.BYTES_PER_ELEMENT) continue
    const narrow = type.from(values as ArrayLike<number>)
    if (isSame(narrow)) return { kind: candidate, values: narrow }
  }
  return { kind, values }
}

const unpacked = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(unpacked)
  const fields = value as { readonly [key: string]: unknown }
  const kind = fields[mark]
  if (typeof kind !== 'string') {
    const result: Record<string, unknown> = {}
    for (const [key, item] of Object.entries(fields)) define(result, key, unpacked(item))
    return result
  }
  const { v, as: stored } = fields
  switch (kind) {
    case 'number':
      return Number(v)
    case 'bigint':
      return BigInt(v as string)
    case 'map':
      return new Map((v as [unknown, unknown][]).map(([key, item]) => [unpacked(key), unpacked(item)]))
    case 'set':
      return new Set((v as unknown[]).map(unpacked))
    case 'object': {
      const result: Record<string, unknown> = {}
      for (const [key, item] of v as [string, unknown][]) define(result, key, unpacked(item))
      return result
    }
    default:
      return numbersOf(kind as Kind, (stored ?? kind) as Kind, v as string)
  }
}

/** A key may be called `__proto__`. */
const define = (object: Record<string, unknown>, key: string, value: unknown): void =>
  void Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true })

const numbersOf = (kind: Kind, stored: Kind, text: string): Numbers => {
  const { buffer } = bytesOf(text)
  const values = new kinds[stored](buffer)
  return kind === stored ? values : kinds[kind].from(values as ArrayLike<number>)
}

const chunk = 0x8000

const base64 = (bytes: Uint8Array): string => {
  let text = ''
  for (let at = 0; at < bytes.length; at += chunk) text += String.fromCharCode(...bytes.subarray(at, at + chunk))
  return btoa(text)
}

const bytesOf = (text: string): Uint8Array<ArrayBuffer> => {
  const decoded = atob(text)
  const bytes = new Uint8Array(decoded.length)
  for (let at = 0; at < bytes.length; at++) bytes[at] = decoded.charCodeAt(at)
  return bytes
}
