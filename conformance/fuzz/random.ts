/** Numbers that follow from a seed alone. */
export type Random = {
  /** A whole number from 0 to `count` - 1. */
  readonly below: (count: number) => number
  readonly pick: <T>(choices: readonly T[]) => T
}

/** Mulberry32: small, and good enough to choose what to break. */
export const randomFrom = (seed: number): Random => {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return (mixed ^ (mixed >>> 14)) >>> 0
  }
  const below = (count: number): number => next() % count
  return { below, pick: (choices) => choices[below(choices.length)] as (typeof choices)[number] }
}
