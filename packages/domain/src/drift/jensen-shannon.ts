import { sharesOf } from './shares.ts'

/**
 * Jensen–Shannon distance of two histograms over the same bins, to the base 2: 0 when they are equal, 1 when they have no bin in
 * common. Undefined when one of them is empty.
 */
export const jensenShannonDistance = (baseline: ArrayLike<number>, current: ArrayLike<number>): number | undefined => {
  const shares = sharesOf(baseline, current)
  if (shares === undefined) return undefined
  let sum = 0
  for (let bin = 0; bin < baseline.length; bin++) {
    const before = shares.baseline[bin] as number
    const now = shares.current[bin] as number
    const middle = (before + now) / 2
    if (before > 0) sum += before * Math.log2(before / middle)
    if (now > 0) sum += now * Math.log2(now / middle)
  }
  return Math.sqrt(Math.max(0, sum / 2))
}
