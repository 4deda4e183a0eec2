import { scoringError } from '../errors.ts'
import { type Metric, plainMetrics, type PlainMetric } from '../model/distance.ts'
import { arrayOf } from '../numpy/array.ts'
import { float64sOf } from '../numpy/convert.ts'
import { scalarOf } from '../numpy/scalar.ts'
import type { Value } from '../pickle/graph.ts'
import type { Instance } from '../python/instance.ts'
import { inverse } from './inverse.ts'
import { textMapOf } from '../python/values.ts'

const synonyms: Readonly<Record<string, PlainMetric>> = {
  l2: 'euclidean',
  l1: 'manhattan',
  cityblock: 'manhattan',
  infinity: 'chebyshev',
}

/** The metric that two parameters give: its name and a dict of what it needs beside. */
export const metricOf = (
  instance: Instance,
  columns: number,
  names = { metric: 'metric', more: 'metric_params' },
): Metric => {
  const given = instance.textOr(names.metric, undefined)
  const more = textMapOf(instance.get(names.more)) ?? new Map<string, Value>()
  const unsupported = (value: string) =>
    scoringError('model.parameter', { name: instance.className, parameter: names.metric, value })
  if (given === undefined) throw unsupported('a function')
  const type = synonyms[given] ?? given
  const numbers = (name: string, length: number): Float64Array => {
    const array = arrayOf(more.get(name), instance.limits)
    const values = array === undefined ? undefined : float64sOf(array)
    if (values?.length !== length) throw instance.wrong(names.more, `${length} numbers as "${name}"`)
    return values
  }
  switch (type) {
    case 'minkowski':
    case 'p':
      return minkowski(
        powerOf(instance, more),
        (more.get('w') ?? undefined) === undefined ? undefined : numbers('w', columns),
      )
    case 'wminkowski':
      return { type, power: powerOf(instance, more), weights: numbers('w', columns) }
    case 'seuclidean':
      return { type, variances: numbers('V', columns) }
    case 'mahalanobis':
      return {
        type,
        matrix: more.has('VI') ? numbers('VI', columns ** 2) : inverse(numbers('V', columns ** 2), columns),
      }
    case 'haversine':
      if (columns !== 2) throw instance.wrong(names.metric, 'another metric for rows of other than two features')
      return { type }
    default: {
      const plain = plainMetrics.find((one) => one === type)
      if (plain === undefined) throw unsupported(given)
      return { type: plain }
    }
  }
}

const powerOf = (instance: Instance, more: ReadonlyMap<string, Value>): number => {
  const scalar = scalarOf(more.get('p'))
  return scalar === undefined ? instance.numberOr('p', 2) : Number(scalar.value)
}

const minkowski = (power: number, weights: Float64Array | undefined): Metric => {
  if (power === Number.POSITIVE_INFINITY) return { type: 'chebyshev' }
  if (weights !== undefined || (power !== 1 && power !== 2)) return { type: 'minkowski', power, weights }
  return { type: power === 1 ? 'manhattan' : 'euclidean' }
}
