/** A share of zero would make a logarithm infinite; the field puts this in its place. */
export const smallestShare = 1e-4

const total = (counts: ArrayLike<number>): number => {
  let sum = 0
  for (let index = 0; index < counts.length; index++) sum += counts[index] as number
  return sum
}

/** Counts of two histograms over the same bins as shares of their own totals; undefined where one of them is empty. */
export const sharesOf = (
  baseline: ArrayLike<number>,
  current: ArrayLike<number>,
): { readonly baseline: Float64Array; readonly current: Float64Array } | undefined => {
  if (baseline.length !== current.length) throw new RangeError('The histograms have different bins.')
  const [before, now] = [total(baseline), total(current)]
  if (before === 0 || now === 0) return undefined
  return {
    baseline: Float64Array.from(baseline, (count) => count / before),
    current: Float64Array.from(current, (count) => count / now),
  }
}
