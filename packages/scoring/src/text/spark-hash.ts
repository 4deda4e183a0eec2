import { murmurHash3, spread, stirred } from './murmur-hash.ts'

const encoder = new TextEncoder()
const seed = 42

/**
 * The hash by which Spark places a text among features: murmur3 of its UTF-8. The older one (`isOld`), HashingTF's before Spark 3, takes each byte behind
 * the last whole word of four by itself, as a signed number.
 */
const sparkHash = (text: string, isOld: boolean): number => {
  const bytes = encoder.encode(text)
  return isOld ? oldHash(bytes) : murmurHash3(bytes, seed)
}

const oldHash = (bytes: Uint8Array): number => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const whole = bytes.length & ~3
  let hash = seed
  for (let at = 0; at < whole; at += 4) hash = stirred(hash, view.getInt32(at, true))
  for (let at = whole; at < bytes.length; at++) hash = stirred(hash, view.getInt8(at))
  return spread(hash ^ bytes.length)
}

/** The place of a hash among `size` features; a null hashes to the seed. */
export const placeOf = (text: string | null, size: number, isOld: boolean): number => {
  const rest = (text === null ? seed : sparkHash(text, isOld)) % size
  return rest < 0 ? rest + size : rest
}
