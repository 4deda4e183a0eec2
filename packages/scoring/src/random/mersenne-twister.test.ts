import { describe, expect, it } from 'vitest'
import { gammaNumber } from './gamma.ts'
import { mersenneTwister } from './mersenne-twister.ts'

describe('the Mersenne twister', () => {
  it('gives the numbers of others for the same seed', () => {
    // Python: random.seed(2 * 2**32 + 1), whose words come the other way round.
    const random = mersenneTwister((1n << 32n) + 2n)
    const first = Array.from({ length: 4 }, random.next)
    for (let i = 0; i < 1_996; i++) random.next()
    expect([...first, random.next()]).toEqual([2_510_469_175, 412_874_776, 1_110_386_547, 1_872_056_496, 2_766_659_512])
  })

  it('takes seeds below zero', () => {
    expect(mersenneTwister(-1n).next()).toBe(mersenneTwister(2n ** 64n - 1n).next())
  })

  it.each([1, 3, 100])('makes gamma numbers of shape %i with their mean and variance', (shape) => {
    const random = mersenneTwister(5n)
    const drawn = Array.from({ length: 20_000 }, () => gammaNumber(random, shape, 2))
    const mean = drawn.reduce((sum, value) => sum + value, 0) / drawn.length
    const variance = drawn.reduce((sum, value) => sum + (value - mean) ** 2, 0) / drawn.length
    expect(mean / (2 * shape)).toBeCloseTo(1, 1)
    expect(variance / (4 * shape)).toBeCloseTo(1, 1)
  })
})
