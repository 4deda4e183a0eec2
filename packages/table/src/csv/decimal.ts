const powers = Float64Array.from({ length: 23 }, (_, power) => 10 ** power)
/** Each power of ten in two halves of at most 26 bits (Veltkamp), so that their products with other halves are exact. */
const splitter = 2 ** 27 + 1
const heads = powers.map((power) => {
  const scaled = power * splitter
  return scaled - (scaled - power)
})
const tails = powers.map((power, index) => power - (heads[index] as number))

/** The most digits of a whole number that every float64 holds. */
const exactDigits = 15
/** What two halves of nine digits hold. */
export const mostDigits = 18

/**
 * The float64 nearest to `(high × 10^lowDigits + low) ÷ 10^scale`: what `Number` says of the same text. `digits` counts those behind leading
 * zeros; NaN where this way cannot tell, and the caller asks the engine's own parser.
 *
 * Up to 15 digits and a power of ten up to 22 are exact, so one division rounds once (Clinger, 1990). Up to 18 digits are divided
 * in double-double arithmetic (Dekker, 1971), whose error is below 2^-100 of the quotient: the sum is right
 * unless the quotient lies that close to the middle of two neighbours.
 */
export const decimalValue = (high: number, low: number, lowDigits: number, digits: number, scale: number): number => {
  if (digits <= exactDigits) {
    const whole = lowDigits === 0 ? high : high * (powers[lowDigits] as number) + low
    if (scale >= 0) return scale <= 22 ? whole / (powers[scale] as number) : Number.NaN
    return scale >= -22 ? whole * (powers[-scale] as number) : Number.NaN
  }
  if (digits > mostDigits || scale < 0 || scale > 22) return Number.NaN
  const power = powers[lowDigits] as number
  const product = high * power
  const rest = low + errorOf(product, high, lowDigits)
  const whole = product + rest
  const wholeRest = rest - (whole - product)
  const divisor = powers[scale] as number
  const quotient = whole / divisor
  const back = quotient * divisor
  const correction = (whole - back - errorOf(back, quotient, scale) + wholeRest) / divisor
  const bound = quotient * 2 ** -100
  const value = quotient + (correction - bound)
  return value === quotient + (correction + bound) ? value : Number.NaN
}

/** What `product`, the rounded product of `value` and a power of ten, lacks to the exact one. */
const errorOf = (product: number, value: number, power: number): number => {
  const scaled = value * splitter
  const head = scaled - (scaled - value)
  const tail = value - head
  const powerHead = heads[power] as number
  const powerTail = tails[power] as number
  return head * powerHead - product + head * powerTail + tail * powerHead + tail * powerTail
}
