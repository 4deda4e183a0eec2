/**
 * exp and log rounded to the nearest number, but for one case in thousands that lies almost between two. `Math.exp` and
 * `Math.log` give a neighbour in every tenth; the C library that scikit-learn calls does not. It matters where sums cancel.
 */
export type RoundedExponential = {
  readonly exp: (x: number) => number
  /** For finite x of 0 and more. */
  readonly log: (x: number) => number
}

/** The powers of 2 between 1 and 2 that are tabulated: 2^(j / steps). */
const steps = 64

/** A number as the sum of two, the second smaller than the last digit of the first. */
type Pair = { high: number; low: number }

let made: RoundedExponential | undefined
export const roundedExponential = (): RoundedExponential => {
  made ??= compileExponential()
  return made
}

const compileExponential = (): RoundedExponential => {
  const { highs, lows } = powersOf2()
  // ln(2) / steps in three parts, so that whole multiples of the first two are exact.
  const [first, second, third] = [digitsOfLn2(0, 34), digitsOfLn2(34, 34), digitsOfLn2(68, 53)] as const
  const result: Pair = { high: 0, low: 0 }
  let [rest, more] = [0, 0]

  /** Sets `rest` and `more` to exp(x - n ln(2) / steps) - 1 for the n that it gives. */
  const reduce = (x: number): number => {
    const n = Math.round(x * (steps / Math.LN2))
    const coarse = x - n * first
    const fine = n * second
    const high = coarse - fine
    const low = coarse - high - fine - n * third
    rest = high + low
    const series = 0.5 + rest * (1 / 6 + rest * (1 / 24 + rest * (1 / 120 + rest * (1 / 720))))
    more = low - (rest - high) + rest * rest * series
    return n
  }
  /** Sets `result` to the table's power times (1 + rest + more), and gives the power of 2 that is left. */
  const restore = (n: number): number => {
    const j = ((n % steps) + steps) % steps
    const power = highs[j] as number
    const product = power * rest
    const high = power + product
    const beyond = errorOfProduct(power, rest, product) + ((lows[j] as number) * (1 + rest) + power * more)
    result.high = high
    result.low = product - (high - power) + beyond
    return (n - j) / steps
  }
  const exp = (x: number): number => {
    if (x === 0) return 1
    if (!(Math.abs(x) < 700)) return Math.exp(x)
    const exponent = restore(reduce(x))
    return (result.high + result.low) * 2 ** exponent
  }
  const log = (x: number): number => {
    if (!(x > 1e-300 && x < 1e300)) return Math.log(x)
    // One step of Newton's: log(x) = y + log(1 + d) where d = x exp(-y) - 1.
    const y = Math.log(x)
    const n = reduce(-y)
    let d: number
    if (n === 0) {
      const product = x * rest
      d = x - 1 + product + (errorOfProduct(x, rest, product) + x * more)
    } else {
      const scaled = x * 2 ** restore(n)
      const product = scaled * result.high
      d = product - 1 + (errorOfProduct(scaled, result.high, product) + scaled * result.low)
    }
    return y + (d - (d * d) / 2)
  }
  return { exp, log }
}

/** a × b - product, by Dekker's halves. */
const errorOfProduct = (a: number, b: number, product: number): number => {
  const [upperA, upperB] = [upperHalf(a), upperHalf(b)]
  const [lowerA, lowerB] = [a - upperA, b - upperB]
  return upperA * upperB - product + upperA * lowerB + lowerA * upperB + lowerA * lowerB
}
const upperHalf = (value: number): number => {
  const spread = (2 ** 27 + 1) * value
  return spread - (spread - value)
}

const ln2Bits = 164
const ln2 = 0xb17217f7d1cf79abc9e3b39803f2f6af40f343267n

/** `count` binary digits of ln(2) from a place on, divided by `steps`. */
const digitsOfLn2 = (from: number, count: number): number => {
  const digits = BigInt.asUintN(count, ln2 >> BigInt(ln2Bits - from - count))
  return (Number(digits) * 2 ** -(from + count)) / steps
}

const powersOf2 = (): { readonly highs: Float64Array; readonly lows: Float64Array } => {
  const bits = 128n
  const highs = new Float64Array(steps)
  const lows = new Float64Array(steps)
  for (let j = 0; j < steps; j++) {
    const x = ((ln2 >> (BigInt(ln2Bits) - bits)) * BigInt(j)) / BigInt(steps)
    let [sum, term] = [0n, 1n << bits]
    for (let k = 1n; term > 0n; k++) {
      sum += term
      term = ((term * x) >> bits) / k
    }
    const high = sum >> (bits - 52n)
    highs[j] = Number(high) * 2 ** -52
    lows[j] = Number(sum - (high << (bits - 52n))) * 2 ** -Number(bits)
  }
  return { highs, lows }
}
