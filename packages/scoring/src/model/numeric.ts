/** The sum of `count` values from `start`, added as numpy adds contiguous values: eight running sums from eight values on. */
export const numpySum = (values: Float64Array, start: number, count: number): number => {
  if (count < 8) {
    let sum = 0
    for (let i = start; i < start + count; i++) sum += values[i] as number
    return sum
  }
  if (count > 128) {
    let half = count >> 1
    half -= half % 8
    return numpySum(values, start, half) + numpySum(values, start + half, count - half)
  }
  const sums = values.slice(start, start + 8)
  const whole = start + count - (count % 8)
  for (let i = start + 8; i < whole; i += 8)
    for (let lane = 0; lane < 8; lane++) sums[lane] = (sums[lane] as number) + (values[i + lane] as number)
  const [a, b, c, d, e, f, g, h] = sums as unknown as [number, number, number, number, number, number, number, number]
  let sum = a + b + (c + d) + (e + f + (g + h))
  for (let i = whole; i < start + count; i++) sum += values[i] as number
  return sum
}

/** The index of the largest of `count` values from `start`; the first of equal ones, and the first NaN before all. */
export const argmax = (values: Float64Array, start: number, count: number): number => {
  let best = 0
  for (let i = 1; i < count; i++) {
    const [value, highest] = [values[start + i] as number, values[start + best] as number]
    if (value > highest || (Number.isNaN(value) && !Number.isNaN(highest))) best = i
  }
  return best
}

export const logistic = (value: number): number => 1 / (1 + Math.exp(-value))

/** Softmax in place, as `sklearn.utils.extmath.softmax`: subtract the maximum, exponentiate, divide by the sum. */
export const softmax = (values: Float64Array, start: number, count: number): void => {
  const highest = values[start + argmax(values, start, count)] as number
  for (let i = start; i < start + count; i++) values[i] = Math.exp((values[i] as number) - highest)
  divideBy(values, start, count, numpySum(values, start, count))
}

/** `exp(values - logsumexp(values))` in place. */
export const expMinusLogSum = (values: Float64Array, start: number, count: number): void => {
  const highest = values[start + argmax(values, start, count)] as number
  let sum = 0
  for (let i = start; i < start + count; i++) sum += Math.exp((values[i] as number) - highest)
  const logSum = Math.log(sum) + highest
  for (let i = start; i < start + count; i++) values[i] = Math.exp((values[i] as number) - logSum)
}

export const divideBy = (values: Float64Array, start: number, count: number, divisor: number): void => {
  for (let i = start; i < start + count; i++) values[i] = (values[i] as number) / divisor
}
