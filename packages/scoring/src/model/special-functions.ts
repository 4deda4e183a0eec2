/** The derivative of the logarithm of the gamma function; there is none at negative whole numbers. */
export const digamma = (value: number): number => {
  if (value === 0) return -Infinity
  if (value < 0) return Number.isInteger(value) ? Number.NaN : digamma(1 - value) - Math.PI / Math.tan(Math.PI * value)
  let x = value
  let result = 0
  // The series is exact to the last digits from 10 on.
  while (x < 10) {
    result -= 1 / x
    x++
  }
  const square = 1 / (x * x)
  const series = bernoulliTerms.reduceRight((sum, term) => (sum + term) * square, 0)
  return result + Math.log(x) - 0.5 / x - series
}

/** B(2k) / 2k. */
const bernoulliTerms = [1 / 12, -1 / 120, 1 / 252, -1 / 240, 1 / 132, -691 / 32760, 1 / 12]

/** The error function: a series of positive terms for small arguments, a continued fraction of the complement for large. */
export const erf = (value: number): number => {
  const x = Math.abs(value)
  if (x > 6) return Math.sign(value)
  const scale = Math.exp(-x * x) / Math.sqrt(Math.PI)
  if (x < 2.5) {
    let term = x
    let sum = x
    for (let n = 1; term > sum * 1e-17; n++) {
      term *= (2 * x * x) / (2 * n + 1)
      sum += term
    }
    return Math.sign(value) * 2 * scale * sum
  }
  let fraction = x
  for (let n = 60; n > 0; n--) fraction = x + n / 2 / fraction
  return Math.sign(value) * (1 - scale / fraction)
}

/** The logarithm of the gamma function of positive numbers, by Lanczos' approximation. */
export const logGamma = (value: number): number => {
  if (value < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * value)) - logGamma(1 - value)
  const x = value - 1
  const base = x + lanczosShift + 0.5
  const series = lanczos.reduce((sum, coefficient, i) => sum + (i === 0 ? coefficient : coefficient / (x + i)), 0)
  return 0.5 * Math.log(2 * Math.PI) + (x + 0.5) * Math.log(base) - base + Math.log(series)
}

const lanczosShift = 7
const lanczos = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
]

/**
 * The modified Bessel function of the second kind: the integral of exp(-x cosh t) cosh(order t) by the trapezoidal rule, which
 * is exact to the last digits for integrands that fall off this fast.
 */
export const besselK = (order: number, x: number): number => {
  if (x > 745) return 0
  if (x <= 0) return x === 0 ? Infinity : Number.NaN
  const step = 1 / 16
  // Behind this, exp(-x cosh t) is zero.
  const end = Math.acosh(Math.max(1, 750 / x)) + step
  let sum = 0.5 * Math.exp(-x)
  for (let t = step; t < end; t += step) sum += Math.exp(-x * Math.cosh(t)) * Math.cosh(order * t)
  return sum * step
}
