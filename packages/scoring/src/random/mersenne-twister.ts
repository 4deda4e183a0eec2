const [size, shift] = [624, 397]
const [upper, lower] = [0x80000000, 0x7fffffff]

/** Random numbers as the Mersenne twister MT19937 gives them for a seed. */
export type MersenneTwister = {
  /** 32 bits. */
  readonly next: () => number
  /** From 0 to 1, with 52 random bits. */
  readonly uniform: () => number
  /** Normally distributed: pairs of them by Box and Muller's method. */
  readonly normal: () => number
}

/** Seeded by 64 bits, of which the upper half comes first. */
export const mersenneTwister = (seed: bigint): MersenneTwister => {
  const state = seededState([Number((seed >> 32n) & 0xffffffffn), Number(seed & 0xffffffffn)])
  let position = size
  const next = (): number => {
    if (position === size) {
      refill(state)
      position = 0
    }
    let y = state[position++] as number
    y ^= y >>> 11
    y ^= (y << 7) & 0x9d2c5680
    y ^= (y << 15) & 0xefc60000
    return (y ^ (y >>> 18)) >>> 0
  }
  const uniform = (): number => ((next() >>> 6) * 2 ** 26 + (next() >>> 6)) * 2 ** -52
  let spare: number | undefined
  const normal = (): number => {
    if (spare !== undefined) {
      const value = spare
      spare = undefined
      return value
    }
    const angle = 2 * Math.PI * uniform()
    const radius = Math.sqrt(-2 * Math.log(uniform()))
    spare = radius * Math.sin(angle)
    return radius * Math.cos(angle)
  }
  return { next, uniform, normal }
}

const seededState = (key: readonly number[]): Uint32Array => {
  const state = new Uint32Array(size)
  state[0] = 19_650_218
  for (let i = 1; i < size; i++) state[i] = Math.imul(1_812_433_253, mixed(state, i - 1)) + i
  let i = 1
  const step = (): void => {
    if (++i < size) return
    state[0] = state[size - 1] as number
    i = 1
  }
  for (let k = 0; k < size; k++) {
    state[i] =
      ((state[i] as number) ^ Math.imul(mixed(state, i - 1), 1_664_525)) +
      (key[k % key.length] as number) +
      (k % key.length)
    step()
  }
  for (let k = 0; k < size - 1; k++) {
    state[i] = ((state[i] as number) ^ Math.imul(mixed(state, i - 1), 1_566_083_941)) - i
    step()
  }
  state[0] = upper
  return state
}

const mixed = (state: Uint32Array, at: number): number => {
  const value = state[at] as number
  return value ^ (value >>> 30)
}

const refill = (state: Uint32Array): void => {
  for (let i = 0; i < size; i++) {
    const y = ((state[i] as number) & upper) | ((state[(i + 1) % size] as number) & lower)
    state[i] = (state[(i + shift) % size] as number) ^ (y >>> 1) ^ ((y & 1) === 0 ? 0 : 0x9908b0df)
  }
}
