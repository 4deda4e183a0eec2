/** MurmurHash3 (x86, 32 bits) of bytes, as a signed number. */
export const murmurHash3 = (bytes: Uint8Array, seed = 0): number => {
  const whole = bytes.length & ~3
  let hash = seed
  for (let i = 0; i < whole; i += 4) {
    const block =
      (bytes[i] as number) |
      ((bytes[i + 1] as number) << 8) |
      ((bytes[i + 2] as number) << 16) |
      ((bytes[i + 3] as number) << 24)
    hash = stirred(hash, block)
  }
  let rest = 0
  for (let i = bytes.length - 1; i >= whole; i--) rest = (rest << 8) | (bytes[i] as number)
  return spread(hash ^ mixed(rest) ^ bytes.length)
}

/** The hash after one more block of 32 bits. */
export const stirred = (hash: number, block: number): number => {
  const next = hash ^ mixed(block)
  return (Math.imul((next << 13) | (next >>> 19), 5) + 0xe6546b64) | 0
}

/** Lets every bit count for every other. */
export const spread = (hash: number): number => {
  let bits = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35)
  return (bits ^ (bits >>> 16)) | 0
}

const mixed = (block: number): number => {
  const scrambled = Math.imul(block, 0xcc9e2d51)
  return Math.imul((scrambled << 15) | (scrambled >>> 17), 0x1b873593)
}
