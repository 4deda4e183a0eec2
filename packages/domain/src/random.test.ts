import { describe, expect, it } from 'vitest'
import { below, randomFrom, xoshiro128 } from './random.ts'

describe('random numbers', () => {
  it('are those of xoshiro128** as its authors’ program prints them', () => {
    const random = xoshiro128([1, 2, 3, 4])
    expect(Array.from({ length: 10 }, random)).toEqual([
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
    ])
  })

  it('are even below a bound that does not divide 2^32', () => {
    const random = randomFrom(1)
    const counts = [0, 0, 0, 0, 0, 0, 0]
    for (let drawn = 0; drawn < 70_000; drawn++) counts[below(random, 7)]!++
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(400)
  })
})
