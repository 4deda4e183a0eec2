import { sharesOf } from './shares.ts'

/**
 * Largest difference of the distribution functions of two samples of numbers without NaN; undefined when one is empty.
 * The samples are sorted in copies.
 */
export const kolmogorovSmirnov = (baseline: Float64Array, current: Float64Array): number | undefined => {
  if (baseline.length === 0 || current.length === 0) return undefined
  const before = baseline.toSorted()
  const now = current.toSorted()
  let largest = 0
  for (let i = 0, j = 0; i < before.length && j < now.length; ) {
    const value = Math.min(before[i] as number, now[j] as number)
    while (i < before.length && (before[i] as number) <= value) i++
    while (j < now.length && (now[j] as number) <= value) j++
    largest = Math.max(largest, Math.abs(i / before.length - j / now.length))
  }
  return largest
}

/**
 * The same, seen at the bounds of ordered bins only: never more than the distance of the samples, and less by at most the largest
 * share of one bin.
 */
export const kolmogorovSmirnovOfBins = (
  baseline: ArrayLike<number>,
  current: ArrayLike<number>,
): number | undefined => {
  const shares = sharesOf(baseline, current)
  if (shares === undefined) return undefined
  let [before, now, largest] = [0, 0, 0]
  for (let bin = 0; bin < baseline.length; bin++) {
    before += shares.baseline[bin] as number
    now += shares.current[bin] as number
    largest = Math.max(largest, Math.abs(before - now))
  }
  return largest
}
