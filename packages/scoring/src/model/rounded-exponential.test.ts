import { describe, expect, it } from 'vitest'
import { roundedExponential } from './rounded-exponential.ts'

const { exp, log } = roundedExponential()

/** Expected values are those of 50 decimal digits, rounded. */
describe('rounded exponential', () => {
  it.each([
    [-7.155673025689573, 0.0007804241330926293],
    [-3.878487506549782, 0.02068208305224484],
    [-11.496864768945768, 0.0000101619036224939],
    [-4.3369916405120845, 0.013075805817717208],
    [-0.9159102593363434, 0.4001522179706672],
    [0, 1],
    [1, Math.E],
    [-745, 5e-324],
    [-800, 0],
    [710, Infinity],
    [-Infinity, 0],
    [NaN, NaN],
  ])('exp(%d) is %d', (x, expected) => {
    expect(exp(x)).toBe(expected)
  })

  it.each([
    [1.7382154641650842, 0.5528589916362813],
    [1.255291226268619, 0.22736759846734042],
    [0.7244819425678894, -0.3222984415238788],
    [1.4689201016860784, 0.38452750611834424],
    [0.39109856440188484, -0.9387956678950485],
    [1, 0],
    [1 + 2 ** -52, 2.2204460492503128e-16],
    [1 - 2 ** -53, -1.1102230246251565e-16],
    [0, -Infinity],
    [Infinity, Infinity],
    [-1, NaN],
    [NaN, NaN],
  ])('log(%d) is %d', (x, expected) => {
    expect(log(x)).toBe(expected)
  })

  it('takes one back to the other within its rounding', () => {
    for (let x = -30; x < 30; x += 0.37)
      expect(Math.abs(log(exp(x)) - x)).toBeLessThanOrEqual(2 ** -53 * (1 + Math.abs(x)))
  })
})
