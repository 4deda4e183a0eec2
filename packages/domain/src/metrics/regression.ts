import { meanOf, type MetricValue, noValue, type Weights, weightOf } from './value.ts'

type Numbers = ArrayLike<number>

const errorAt = (actual: Numbers, predicted: Float64Array, row: number): number =>
  (actual[row] as number) - (predicted[row] as number)

const anyBelow = (values: Numbers, bound: number, orAt: boolean): boolean => {
  for (let row = 0; row < values.length; row++) {
    const value = values[row] as number
    if (value < bound || (orAt && value === bound)) return true
  }
  return false
}

export const rootMeanSquaredError = (actual: Numbers, predicted: Float64Array, weights?: Weights): MetricValue =>
  Math.sqrt(meanOf(predicted.length, weights, (row) => errorAt(actual, predicted, row) ** 2))

export const meanAbsoluteError = (actual: Numbers, predicted: Float64Array, weights?: Weights): MetricValue =>
  meanOf(predicted.length, weights, (row) => Math.abs(errorAt(actual, predicted, row)))

/** Share of the variance that is explained; when nothing varies, 1 for exact predictions and 0 for others. */
export const rSquared = (actual: Numbers, predicted: Float64Array, weights?: Weights): MetricValue => {
  if (predicted.length < 2) return noValue('it needs two rows')
  const mean = meanOf(predicted.length, weights, (row) => actual[row] as number)
  const residual = meanOf(predicted.length, weights, (row) => errorAt(actual, predicted, row) ** 2)
  const variance = meanOf(predicted.length, weights, (row) => ((actual[row] as number) - mean) ** 2)
  if (variance === 0) return residual === 0 ? 1 : 0
  return 1 - residual / variance
}

export const meanAbsolutePercentageError = (
  actual: Numbers,
  predicted: Float64Array,
  weights?: Weights,
): MetricValue => {
  for (let row = 0; row < actual.length; row++) if (actual[row] === 0) return noValue('an actual value is zero')
  return meanOf(predicted.length, weights, (row) => Math.abs(errorAt(actual, predicted, row) / (actual[row] as number)))
}

export const rootMeanSquaredLogError = (actual: Numbers, predicted: Float64Array, weights?: Weights): MetricValue => {
  if (anyBelow(actual, -1, true)) return noValue('an actual value is -1 or less')
  if (anyBelow(predicted, -1, true)) return noValue('a predicted value is -1 or less')
  return Math.sqrt(
    meanOf(
      predicted.length,
      weights,
      (row) => (Math.log1p(actual[row] as number) - Math.log1p(predicted[row] as number)) ** 2,
    ),
  )
}

/** Weighted median: where the weights split evenly between two rows, their mean. */
export const medianAbsoluteError = (actual: Numbers, predicted: Float64Array, weights?: Weights): MetricValue => {
  const errors = Float64Array.from(predicted, (_, row) => Math.abs(errorAt(actual, predicted, row)))
  const order = [...errors.keys()]
    .filter((row) => weightOf(weights, row) > 0)
    .toSorted((a, b) => (errors[a] as number) - (errors[b] as number))
  const half = order.reduce((sum, row) => sum + weightOf(weights, row), 0) / 2
  let passed = 0
  for (const [place, row] of order.entries()) {
    passed += weightOf(weights, row)
    if (passed < half) continue
    const next = order[place + 1]
    return passed === half && next !== undefined
      ? ((errors[row] as number) + (errors[next] as number)) / 2
      : (errors[row] as number)
  }
  return noValue('no row has weight')
}

export const gammaDeviance = (actual: Numbers, predicted: Float64Array, weights?: Weights): MetricValue => {
  if (anyBelow(actual, 0, true)) return noValue('an actual value is not positive')
  if (anyBelow(predicted, 0, true)) return noValue('a predicted value is not positive')
  return meanOf(predicted.length, weights, (row) => {
    const ratio = (actual[row] as number) / (predicted[row] as number)
    return 2 * (ratio - Math.log(ratio) - 1)
  })
}

export const poissonDeviance = (actual: Numbers, predicted: Float64Array, weights?: Weights): MetricValue => {
  if (anyBelow(actual, 0, false)) return noValue('an actual value is negative')
  if (anyBelow(predicted, 0, true)) return noValue('a predicted value is not positive')
  return meanOf(predicted.length, weights, (row) => {
    const value = actual[row] as number
    const expected = predicted[row] as number
    return 2 * ((value === 0 ? 0 : value * Math.log(value / expected)) - value + expected)
  })
}

/** Of power 1.5: between counts and positive amounts, for amounts of which many are exactly zero. */
export const tweedieDeviance = (actual: Numbers, predicted: Float64Array, weights?: Weights): MetricValue => {
  if (anyBelow(actual, 0, false)) return noValue('an actual value is negative')
  if (anyBelow(predicted, 0, true)) return noValue('a predicted value is not positive')
  return meanOf(predicted.length, weights, (row) => {
    const root = Math.sqrt(predicted[row] as number)
    return 4 * ((actual[row] as number) / root - 2 * Math.sqrt(actual[row] as number) + root)
  })
}
