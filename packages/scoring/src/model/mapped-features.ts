import { sparseRows } from '../data/columns.ts'
import { type Cell, type Data, dataKind, dense } from '../data/data.ts'
import { scoringError } from '../errors.ts'
import type { Scorer } from './scorer.ts'

/** Each feature of a mapping in its own column; texts in the column of name, separator and text. Others are left out. */
export type MappedFeaturesModel = {
  readonly kind: 'mappedFeatures'
  readonly name: string
  readonly features: readonly string[]
  readonly columns: Int32Array
  readonly separator: string
  readonly isSparse: boolean
}

export const compileMappedFeatures = (model: MappedFeaturesModel): Scorer => {
  const { name, features, separator, isSparse } = model
  const width = features.length
  const places = new Map(features.map((feature, at): [string, number] => [feature, model.columns[at] as number]))
  const apply = (data: Data): Data => {
    if (data.kind !== 'dicts')
      throw scoringError('input.kind', { model: name, expected: 'mappings', found: dataKind(data) })
    const fill = (row: number, add: (column: number, value: number) => void): void => {
      for (const [feature, cell] of data.values[row] as ReadonlyMap<string, Cell>) {
        const isText = typeof cell === 'string'
        const column = places.get(isText ? `${feature}${separator}${cell}` : feature)
        if (column !== undefined) add(column, isText ? 1 : cell === null ? Number.NaN : Number(cell))
      }
    }
    if (isSparse) return sparseRows(data.rows, width, fill)
    const result = dense(data.rows, width)
    for (let row = 0; row < data.rows; row++)
      fill(row, (column, value) => void (result.values[row * width + column] = value))
    return result
  }
  return { name, columns: undefined, methods: { transform: { apply } } }
}
