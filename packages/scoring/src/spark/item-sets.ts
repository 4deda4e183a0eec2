import { scoringError } from '../errors.ts'
import { limitReached } from '../limits.ts'
import type { ItemRule } from '../stages/item-rules.ts'
import type { SparkBuilder, SparkFamily } from './class-entry.ts'

/**
 * Saved are the sets of items that were there often, each with how often that was. Of each item of a set it follows from the others, by
 * the share of theirs that the whole set has. Spark leaves it to its partitions in which order it looks at rules; here it is that of the file.
 */
const frequentItems: SparkBuilder = (saved, { limits }) => {
  const rows = saved.rows('data')
  if (rows.some((row) => row.has('items') && !row.hasTexts('items')))
    throw scoringError('model.parameter', { name: saved.name, parameter: 'items', value: 'other than texts' })
  const sets = rows.map((row) => ({ items: row.texts('items'), count: row.integer('freq') }))
  const counts = new Map(sets.map(({ items, count }) => [keyOf(items), count]))
  if (
    counts.size !== sets.length ||
    sets.some(({ items, count }) => !(count > 0) || new Set(items).size !== items.length)
  )
    throw saved.mismatch('items', 'sets of items, each once, with counts from 1')
  const cells = sets.reduce((sum, { items }) => sum + items.length ** 2, 0)
  if (cells > limits.nodes) throw limitReached('items of rules', limits.nodes, { found: cells })
  const least = saved.number('minConfidence')
  const rules = sets.flatMap(({ items, count }) =>
    items.flatMap((follows): ItemRule[] => {
      const others = items.filter((item) => item !== follows)
      const ofOthers = counts.get(keyOf(others))
      return ofOthers !== undefined && others.length > 0 && count / ofOthers >= least
        ? [{ items: others, follows }]
        : []
    }),
  )
  return {
    kind: 'stage',
    name: saved.name,
    stage: { kind: 'itemRules', items: saved.text('itemsCol'), prediction: saved.text('predictionCol'), rules },
  }
}

const keyOf = (items: readonly string[]): string => JSON.stringify(items.toSorted())

export const itemSets: SparkFamily = {
  'org.apache.spark.ml.fpm.FPGrowthModel': frequentItems,
}
