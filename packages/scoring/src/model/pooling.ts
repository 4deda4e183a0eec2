import { type NumbersExpected, onlyDenseRows } from '../data/check.ts'
import { dense } from '../data/data.ts'
import { numpySum } from './numeric.ts'
import type { Scorer } from './scorer.ts'

/** One value for each group of features. */
export type PoolingModel = {
  readonly kind: 'pooling'
  readonly name: string
  /** The group of each feature. */
  readonly groups: Int32Array
  readonly count: number
  readonly pool: Pool
}
export type Pool = 'mean' | 'sum' | 'max' | 'min' | 'median'

export const compilePooling = ({ name, groups, count, pool }: PoolingModel): Scorer => {
  const columns = groups.length
  const expected: NumbersExpected = { model: name, columns, values: 'finite' }
  const members = Array.from({ length: count }, (_, group) =>
    Int32Array.from(groups.keys()).filter((column) => groups[column] === group),
  )
  const pooled = pools[pool]
  return {
    name,
    columns,
    methods: {
      transform: {
        apply: (data) => {
          const { rows, values } = onlyDenseRows(data, expected)
          const result = dense(rows, count)
          for (let row = 0; row < rows; row++)
            for (const [group, own] of members.entries())
              result.values[row * count + group] = pooled(
                Float64Array.from(own, (column) => values[row * columns + column] as number),
              )
          return result
        },
      },
    },
  }
}

const pools: Readonly<Record<Pool, (values: Float64Array) => number>> = {
  // The library adds the mean up from the first feature on, by bincount.
  mean: (values) => values.reduce((sum, value) => sum + value, 0) / values.length,
  sum: (values) => numpySum(values, 0, values.length),
  max: (values) => values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY),
  min: (values) => values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY),
  median: (values) => {
    const sorted = values.toSorted()
    const middle = sorted.length >> 1
    const upper = sorted[middle] as number
    return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] as number) + upper) / 2
  },
}
