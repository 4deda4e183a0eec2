import { scoringError } from '../errors.ts'
import type { SparkBuilder, SparkFamily } from './class-entry.ts'
import { inputsAndOutputs } from './columns.ts'

/** What Spark writes in the place of a category: that there is none, and all rows together. */
const [none, all] = [-1, 2 ** 31 - 1]

/** Smoothed: a category with few rows is drawn to the mean of all. */
const targetEncoder: SparkBuilder = (saved) => {
  const columns = inputsAndOutputs(saved)
  const rows = saved.rows('data').toSorted((a, b) => a.integer('index') - b.integer('index'))
  if (rows.length !== columns.length) throw saved.mismatch('data', `${columns.length} rows, one a column`)
  const smoothing = saved.number('smoothing')
  const targetType = saved.text('targetType')
  if (targetType !== 'binary' && targetType !== 'continuous')
    throw scoringError('model.parameter', { name: saved.name, parameter: 'targetType', value: targetType })
  const invalid = saved.text('handleInvalid')
  if (invalid !== 'error' && invalid !== 'keep') throw saved.wrong('handleInvalid', '"error" or "keep"')
  return {
    kind: 'stage',
    name: saved.name,
    stage: {
      kind: 'categoryMeans',
      columns: columns.map((names, index) => {
        const [categories, counts, stats] = (['categories', 'counts', 'stats'] as const).map(
          (key) => rows[index]?.numbers(key) ?? new Float64Array(),
        ) as [Float64Array, Float64Array, Float64Array]
        const place = categories.indexOf(all)
        if (place < 0 || counts.length !== categories.length || stats.length !== categories.length)
          throw saved.mismatch('stats', 'a number for each category, and one for all')
        // Of two classes the ones are counted; of numbers the mean is kept.
        const meanAt = (at: number): number =>
          (stats[at] as number) / (targetType === 'binary' ? (counts[at] as number) : 1)
        const ofAll = meanAt(place)
        const means = Array.from(categories, (category, at): readonly [number, number] => {
          const weight = (counts[at] as number) / ((counts[at] as number) + smoothing)
          return [category, weight * meanAt(at) + (1 - weight) * ofAll]
        })
        const ofNull = means.find(([category]) => category === none)?.[1]
        return {
          ...names,
          means: means.filter(([category]) => category !== none && category !== all),
          ofAll,
          ...(ofNull === undefined ? {} : { ofNull }),
        }
      }),
      refusesUnknown: invalid === 'error',
    },
  }
}

export const targetEncoders: SparkFamily = {
  'org.apache.spark.ml.feature.TargetEncoderModel': targetEncoder,
}
