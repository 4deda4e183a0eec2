import { expect, it } from 'vitest'
import { normalProbability, normalQuantile } from './normal.ts'

// What scipy.special's ndtri and ndtr give.
it.each([
  [1e-300, -37.0471],
  [1e-7, -5.199337582192817],
  [0.1, -1.2815515655446004],
  [0.5, 0],
  [0.8, 0.8416212335729143],
  [0.999, 3.090232306167813],
])('the normal quantile of %d', (probability, quantile) => {
  expect(normalQuantile(probability)).toBeCloseTo(quantile, probability < 1e-100 ? 4 : 12)
  expect(normalProbability(normalQuantile(probability)) / probability).toBeCloseTo(1, 9)
})

it('has no quantile beyond certainty', () => {
  expect([0, 1, 1.5].map(normalQuantile)).toEqual([-Infinity, Infinity, Number.NaN])
})
