/**
 * Uniform 32-bit numbers of xoshiro128** 1.1 (Blackman and Vigna, "Scrambled linear pseudorandom number generators", 2018).
 * The state must not be all zeros.
 */
export const xoshiro128 = (state: readonly [number, number, number, number]): (() => number) => {
  let [a, b, c, d] = state
  return () => {
    const result = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0
    const shifted = b << 9
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= shifted
    d = rotate(d, 11)
    return result
  }
}

const rotate = (value: number, by: number): number => (value << by) | (value >>> (32 - by))

/** A generator seeded with one number, spread over the state by SplitMix32 (Steele, Lea and Flood, 2014; constants of MurmurHash3). */
export const randomFrom = (seed: number): (() => number) => {
  let counter = seed | 0
  const spread = () => {
    counter = (counter + 0x9e3779b9) | 0
    let mixed = counter ^ (counter >>> 16)
    mixed = Math.imul(mixed, 0x85ebca6b)
    mixed ^= mixed >>> 13
    mixed = Math.imul(mixed, 0xc2b2ae35)
    return (mixed ^ (mixed >>> 16)) >>> 0
  }
  return xoshiro128([spread(), spread(), spread(), spread()])
}

/** A whole number in [0, bound), without bias: numbers of the last, incomplete block are drawn again. */
export const below = (random: () => number, bound: number): number => {
  const limit = 2 ** 32 - (2 ** 32 % bound)
  let drawn = random()
  while (drawn >= limit) drawn = random()
  return drawn % bound
}

/** Shuffles in place (Durstenfeld's form of the Fisher–Yates shuffle). */
export const shuffle = (values: Int32Array, random: () => number): void => {
  for (let last = values.length - 1; last > 0; last--) {
    const other = below(random, last + 1)
    const kept = values[last] as number
    values[last] = values[other] as number
    values[other] = kept
  }
}
