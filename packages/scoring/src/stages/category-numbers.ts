import { scoringError } from '../errors.ts'
import { dense } from '../data/data.ts'
import { keptRows, type Named, vectorsOf, withColumns } from '../data/named.ts'
import { single, type StageColumns } from './columns.ts'

/** Within vectors, the place of each number among the categories of its feature. */
export type CategoryNumbers = {
  readonly kind: 'categoryNumbers'
  readonly input: string
  readonly output: string
  readonly size: number
  readonly features: readonly { readonly feature: number; readonly places: readonly (readonly [number, number])[] }[]
  /** Other numbers are refused, their rows left out, or given the place behind the last. */
  readonly invalid: 'error' | 'skip' | 'keep'
}

export const categoryNumbersColumns = (stage: CategoryNumbers): StageColumns =>
  single(stage, 'vector', { size: stage.size })

export const compileCategoryNumbers = (
  { input, output, size, features, invalid }: CategoryNumbers,
  name: string,
): ((rows: Named) => Named) => {
  const known = features.map(({ feature, places }) => ({ feature, places: new Map(places) }))
  return (rows) => {
    const given = vectorsOf(rows, input, name, size)
    const made = dense(rows.rows, size, given.values.slice())
    const keep = new Uint8Array(rows.rows).fill(1)
    for (let row = 0; row < rows.rows; row++)
      for (const { feature, places } of known) {
        const value = given.values[row * size + feature] as number
        const place = places.get(value)
        if (place === undefined && invalid === 'error')
          throw scoringError('input.label', {
            model: name,
            column: `${input}:${feature}`,
            value: `${value} (row ${row})`,
          })
        if (place === undefined && invalid === 'skip') keep[row] = 0
        made.values[row * size + feature] = place ?? places.size
      }
    return keptRows(withColumns(rows, [[output, { kind: 'vectors', values: made, hasCategories: true }]]), keep)
  }
}
