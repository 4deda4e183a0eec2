export type ChiSquare = {
  readonly statistic: number
  readonly degreesOfFreedom: number
  /** The chance of a statistic at least as large where both samples come from one distribution. */
  readonly pValue: number
}

/**
 * Pearson's test of homogeneity of two histograms, without a correction for continuity; bins that both leave empty do not count.
 * Undefined with fewer than two bins or an empty histogram.
 */
export const chiSquare = (baseline: ArrayLike<number>, current: ArrayLike<number>): ChiSquare | undefined => {
  if (baseline.length !== current.length) throw new RangeError('The histograms have different bins.')
  const columns = Array.from({ length: baseline.length }, (_, bin) => bin).filter(
    (bin) => (baseline[bin] as number) + (current[bin] as number) > 0,
  )
  const sumOf = (counts: ArrayLike<number>) => columns.reduce((sum, bin) => sum + (counts[bin] as number), 0)
  const [before, now] = [sumOf(baseline), sumOf(current)]
  if (columns.length < 2 || before === 0 || now === 0) return undefined
  let statistic = 0
  for (const bin of columns) {
    const both = (baseline[bin] as number) + (current[bin] as number)
    for (const [counts, rows] of [
      [baseline, before],
      [current, now],
    ] as const) {
      const expected = (both * rows) / (before + now)
      statistic += ((counts[bin] as number) - expected) ** 2 / expected
    }
  }
  const degreesOfFreedom = columns.length - 1
  return { statistic, degreesOfFreedom, pValue: upperGamma(degreesOfFreedom / 2, statistic / 2) }
}

/** Logarithm of the gamma function of a positive multiple of a half: a sum over the recurrence Γ(a + 1) = a Γ(a). */
const logGamma = (a: number): number => {
  let sum = 0
  let at = a
  for (; at > 1; at--) sum += Math.log(at - 1)
  return at === 1 ? sum : sum + Math.log(Math.PI) / 2
}

const mostTerms = 100_000

/** Regularised upper incomplete gamma function Q(a, x): a series below x = a + 1, a continued fraction (Lentz) above. */
const upperGamma = (a: number, x: number): number => {
  if (x <= 0) return 1
  const front = Math.exp(a * Math.log(x) - x - logGamma(a))
  if (x < a + 1) {
    let term = 1 / a
    let sum = term
    for (let n = 1; n < mostTerms && term > sum * Number.EPSILON; n++) {
      term *= x / (a + n)
      sum += term
    }
    return Math.max(0, 1 - front * sum)
  }
  let b = x + 1 - a
  let c = Number.POSITIVE_INFINITY
  let d = 1 / b
  let fraction = d
  for (let n = 1; n < mostTerms; n++) {
    const factor = -n * (n - a)
    b += 2
    d = 1 / (factor * d + b)
    c = b + factor / c
    const step = c * d
    fraction *= step
    if (Math.abs(step - 1) < Number.EPSILON) break
  }
  return front * fraction
}
