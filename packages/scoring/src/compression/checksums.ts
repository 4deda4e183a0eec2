const reflectedTable = (polynomial: number): Uint32Array =>
  Uint32Array.from({ length: 256 }, (_, index) => {
    let crc = index
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 0 ? crc >>> 1 : (crc >>> 1) ^ polynomial
    return crc
  })

const crc32Table = reflectedTable(0xedb88320)

/** CRC-32 of zip, gzip and xz. */
export const crc32 = (bytes: Uint8Array): number => {
  let crc = 0xffffffff
  for (let i = 0; i < bytes.length; i++) crc = (crc >>> 8) ^ (crc32Table[(crc ^ (bytes[i] as number)) & 0xff] as number)
  return (crc ^ 0xffffffff) >>> 0
}

const bzip2Table = Uint32Array.from({ length: 256 }, (_, index) => {
  let crc = index << 24
  for (let bit = 0; bit < 8; bit++) crc = (crc & 0x80000000) === 0 ? crc << 1 : (crc << 1) ^ 0x04c11db7
  return crc
})

/** bzip2's CRC-32 runs from the highest bit. */
export const bzip2Crc = (bytes: Uint8Array, start: number, end: number): number => {
  let crc = 0xffffffff
  for (let i = start; i < end; i++)
    crc = (crc << 8) ^ (bzip2Table[((crc >>> 24) ^ (bytes[i] as number)) & 0xff] as number)
  return ~crc >>> 0
}

export const adler32 = (bytes: Uint8Array): number => {
  let a = 1
  let b = 0
  for (let i = 0; i < bytes.length; ) {
    const end = Math.min(i + 3800, bytes.length)
    for (; i < end; i++) {
      a += bytes[i] as number
      b += a
    }
    a %= 65_521
    b %= 65_521
  }
  return ((b << 16) | a) >>> 0
}

const crc64High = new Uint32Array(256)
const crc64Low = new Uint32Array(256)
for (let index = 0; index < 256; index++) {
  let high = 0
  let low = index
  for (let bit = 0; bit < 8; bit++) {
    const odd = (low & 1) !== 0
    low = (low >>> 1) | (high << 31)
    high >>>= 1
    if (odd) {
      high ^= 0xc96c5795
      low ^= 0xd7870f42
    }
  }
  crc64High[index] = high
  crc64Low[index] = low
}

/** CRC-64 (ECMA-182, reflected) of xz, as its low and high halves. */
export const crc64 = (bytes: Uint8Array): { readonly low: number; readonly high: number } => {
  let high = 0xffffffff
  let low = 0xffffffff
  for (let i = 0; i < bytes.length; i++) {
    const index = (low ^ (bytes[i] as number)) & 0xff
    low = ((low >>> 8) | (high << 24)) ^ (crc64Low[index] as number)
    high = (high >>> 8) ^ (crc64High[index] as number)
  }
  return { low: ~low >>> 0, high: ~high >>> 0 }
}

const prime1 = 0x9e3779b1
const prime2 = 0x85ebca77
const prime3 = 0xc2b2ae3d
const prime4 = 0x27d4eb2f
const prime5 = 0x165667b1
const rotate = (value: number, bits: number): number => (value << bits) | (value >>> (32 - bits))

/** xxHash-32 with seed 0, the checksum of lz4 frames. */
export const xxHash32 = (bytes: Uint8Array): number => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const round = (lane: number, at: number): number =>
    Math.imul(rotate((lane + Math.imul(view.getUint32(at, true), prime2)) | 0, 13), prime1)
  let position = 0
  let hash: number
  if (bytes.length >= 16) {
    let [a, b, c, d] = [(prime1 + prime2) | 0, prime2 | 0, 0, -prime1 | 0]
    for (; position + 16 <= bytes.length; position += 16) {
      a = round(a, position)
      b = round(b, position + 4)
      c = round(c, position + 8)
      d = round(d, position + 12)
    }
    hash = (rotate(a, 1) + rotate(b, 7) + rotate(c, 12) + rotate(d, 18)) | 0
  } else {
    hash = prime5 | 0
  }
  hash = (hash + bytes.length) | 0
  for (; position + 4 <= bytes.length; position += 4)
    hash = Math.imul(rotate((hash + Math.imul(view.getUint32(position, true), prime3)) | 0, 17), prime4)
  for (; position < bytes.length; position++)
    hash = Math.imul(rotate((hash + Math.imul(bytes[position] as number, prime5)) | 0, 11), prime1)
  hash = Math.imul(hash ^ (hash >>> 15), prime2)
  hash = Math.imul(hash ^ (hash >>> 13), prime3)
  return (hash ^ (hash >>> 16)) >>> 0
}
