import { dense } from '../data/data.ts'
import { type Named, vectorsOf, withColumns } from '../data/named.ts'
import { highest } from './highest.ts'
import type { StageColumns } from './columns.ts'

/** How probable each of several normal distributions is for a vector. */
export type Mixture = {
  readonly kind: 'mixture'
  readonly features: string
  readonly size: number
  readonly probability: string
  readonly prediction: string
  readonly components: readonly NormalComponent[]
}
export type NormalComponent = {
  readonly weight: number
  readonly mean: Float64Array
  /** The logarithm of the density at the mean. */
  readonly constant: number
  /** Directions × size: minus half the squared length of what these make of (row − mean) is added. */
  readonly factor: Float64Array
}

export const mixtureColumns = ({ features: name, size, probability, prediction }: Mixture): StageColumns => ({
  reads: [{ name, kind: 'vector', size }],
  writes: [probability, prediction],
  predicts: true,
})

/** Spark adds this to each, so that none is zero. */
const epsilon = 2 ** -52

export const compileMixture = (
  { features, size, probability, prediction, components }: Mixture,
  name: string,
): ((rows: Named) => Named) => {
  const count = components.length
  return (rows) => {
    const { values } = vectorsOf(rows, features, name, size)
    const shares = dense(rows.rows, count)
    const best = new Float64Array(rows.rows)
    for (let row = 0; row < rows.rows; row++) {
      let sum = 0
      for (const [index, component] of components.entries()) {
        const share = epsilon + component.weight * densityOf(component, values, row * size)
        shares.values[row * count + index] = share
        sum += share
      }
      for (let at = row * count; at < (row + 1) * count; at++) shares.values[at] = (shares.values[at] as number) / sum
      best[row] = highest(shares.values, row * count, count)
    }
    return withColumns(rows, [
      [probability, { kind: 'vectors', values: shares }],
      [prediction, { kind: 'numbers', values: best }],
    ])
  }
}

const densityOf = ({ mean, constant, factor }: NormalComponent, values: Float64Array, at: number): number => {
  const size = mean.length
  let squares = 0
  for (let from = 0; from < factor.length; from += size) {
    let sum = 0
    for (let i = 0; i < size; i++)
      sum += (factor[from + i] as number) * ((values[at + i] as number) - (mean[i] as number))
    squares += sum * sum
  }
  return Math.exp(constant - squares / 2)
}
