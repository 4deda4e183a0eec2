import { sharesOf, smallestShare } from './shares.ts'

/**
 * Population stability index of two histograms over the same bins; 0 when they are equal. A share of zero counts as 0.0001.
 * Undefined when one of them is empty.
 */
export const populationStabilityIndex = (
  baseline: ArrayLike<number>,
  current: ArrayLike<number>,
): number | undefined => {
  const shares = sharesOf(baseline, current)
  if (shares === undefined) return undefined
  let sum = 0
  for (let bin = 0; bin < baseline.length; bin++) {
    const before = shares.baseline[bin] || smallestShare
    const now = shares.current[bin] || smallestShare
    sum += (now - before) * Math.log(now / before)
  }
  return sum
}
