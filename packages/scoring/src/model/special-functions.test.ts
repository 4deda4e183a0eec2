import { describe, expect, it } from 'vitest'
import { besselK, digamma, erf, logGamma } from './special-functions.ts'

/** Expected values are those of scipy 1.3. */
const relativeError = (found: number, expected: number) => Math.abs(found - expected) / (Math.abs(expected) || 1)

describe('special functions', () => {
  it.each([
    [-3.5, -0.9999992569016276],
    [-0.5, -0.5204998778130465],
    [0, 0],
    [1, 0.8427007929497148],
    [2.4, 0.999311486103355],
    [2.6, 0.9997639655834707],
    [7, 1],
  ])('erf of %d is %d', (x, expected) => {
    expect(relativeError(erf(x), expected)).toBeLessThan(2e-14)
  })

  it.each([
    [0.1, -10.423754940411076],
    [0.5, -1.9635100260214235],
    [7.25, 1.9104535268837362],
    [30, 3.384438132685525],
    [-0.3, 2.1133097796353972],
    [-41.25, 6.873316006774674],
  ])('digamma of %d is %d', (x, expected) => {
    expect(relativeError(digamma(x), expected)).toBeLessThan(2e-14)
  })

  it('digamma has no value where the gamma function has none', () => {
    expect([-3, -1e300, -Infinity, Number.NaN].map(digamma)).toEqual(Array.from({ length: 4 }, () => Number.NaN))
    expect([0, Infinity].map(digamma)).toEqual([-Infinity, Infinity])
  })

  it.each([
    [0.3, 1.0957979948180756],
    [4.5, 2.4537365708424423],
    [60, 184.53382886144948],
  ])('the logarithm of gamma of %d is %d', (x, expected) => {
    expect(relativeError(logGamma(x), expected)).toBeLessThan(2e-14)
  })

  it.each([
    [0.7, 0.3, 2.0605226512839305],
    [3.3, 2, 0.9085742518087492],
    [0, 1e-3, 7.023688800562382],
    [1.2, 40, 8.543417301691642e-19],
  ])('the Bessel function of order %d at %d is %d', (order, x, expected) => {
    expect(relativeError(besselK(order, x), expected)).toBeLessThan(2e-14)
  })
})
