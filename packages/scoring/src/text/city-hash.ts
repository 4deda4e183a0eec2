/** CityHash64 as of its version 1.0.2: what ClickHouse and CatBoost still use. */
export const cityHash64 = (bytes: Uint8Array): bigint => {
  const { length } = bytes
  const view = new DataView(bytes.buffer, bytes.byteOffset, length)
  const word = (at: number): bigint => view.getBigUint64(at, true)
  if (length <= 16) return ofFew(bytes, view)
  if (length <= 32) {
    const a = word(0) * k1
    const b = word(8)
    const c = word(length - 8) * k2
    const d = word(length - 16) * k0
    return ofTwo(right(a - b, 43n) + right(c, 30n) + d, a + right(b ^ k3, 20n) - c + BigInt(length))
  }
  if (length <= 64) return ofSome(word, length)
  let x = word(0)
  let y = word(length - 16) ^ k1
  let z = word(length - 56) ^ k0
  let v = ofFour(word, length - 64, BigInt(length), y)
  let w = ofFour(word, length - 32, BigInt(length) * k1, k0)
  z = cut(z + shaken(v[1]) * k1)
  x = cut(right(z + x, 39n) * k1)
  y = cut(right(y, 33n) * k1)
  for (let at = 0; at < ((length - 1) & ~63); at += 64) {
    x = cut(right(x + y + v[0] + word(at + 16), 37n) * k1) ^ w[1]
    y = cut(right(y + v[1] + word(at + 48), 42n) * k1) ^ v[0]
    z = right(z ^ w[0], 33n)
    v = ofFour(word, at, v[1] * k1, x + w[0])
    w = ofFour(word, at + 32, z + w[1], y)
    ;[z, x] = [x, z]
  }
  return ofTwo(ofTwo(v[0], w[0]) + shaken(y) * k1 + z, ofTwo(v[1], w[1]) + x)
}

const k0 = 0xc3a5c85c97cb3127n
const k1 = 0xb492b66fbe98f273n
const k2 = 0x9ae16a3b2f90404fn
const k3 = 0xc949d7c7509e6557n
const k4 = 0x9ddfea08eb382d69n

const cut = (value: bigint): bigint => BigInt.asUintN(64, value)
const right = (value: bigint, by: bigint): bigint => {
  const bits = cut(value)
  return cut((bits >> by) | (bits << (64n - by)))
}
const shaken = (value: bigint): bigint => {
  const bits = cut(value)
  return bits ^ (bits >> 47n)
}

const ofTwo = (low: bigint, high: bigint): bigint => {
  const a = shaken((cut(low) ^ cut(high)) * k4)
  return cut(shaken((cut(high) ^ a) * k4) * k4)
}

const ofFew = (bytes: Uint8Array, view: DataView): bigint => {
  const { length } = bytes
  const size = BigInt(length)
  if (length > 8) {
    const [a, b] = [view.getBigUint64(0, true), view.getBigUint64(length - 8, true)]
    return ofTwo(a, right(b + size, size)) ^ b
  }
  if (length >= 4)
    return ofTwo(size + (BigInt(view.getUint32(0, true)) << 3n), BigInt(view.getUint32(length - 4, true)))
  if (length === 0) return k2
  const [first, middle, last] = [bytes[0] as number, bytes[length >> 1] as number, bytes[length - 1] as number]
  return cut(shaken((BigInt(first + (middle << 8)) * k2) ^ (BigInt(length + (last << 2)) * k3)) * k2)
}

type Word = (at: number) => bigint

const ofSome = (word: Word, length: number): bigint => {
  const half = (from: number, begin: bigint, z: bigint): readonly [bigint, bigint] => {
    let a = begin
    const b = right(a + z, 52n)
    let c = right(a, 37n)
    a += word(from + 8)
    c += right(a, 7n)
    a += word(from + 16)
    return [a + z, b + right(a, 31n) + c]
  }
  const v = half(0, word(0) + (BigInt(length) + word(length - 16)) * k0, word(24))
  const w = half(length - 32, word(16) + word(length - 32), word(length - 8))
  const r = shaken((v[0] + w[1]) * k2 + (w[0] + v[1]) * k0)
  return cut(shaken(r * k0 + v[1]) * k2)
}

const ofFour = (word: Word, at: number, first: bigint, second: bigint): readonly [bigint, bigint] => {
  const begin = first + word(at)
  const more = begin + word(at + 8) + word(at + 16)
  const turned = right(second + begin + word(at + 24), 21n) + right(more, 44n)
  return [cut(more + word(at + 24)), cut(turned + begin)]
}
