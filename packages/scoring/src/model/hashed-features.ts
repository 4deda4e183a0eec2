import { sparseRows } from '../data/columns.ts'
import { type Cell, type Data, dataKind } from '../data/data.ts'
import { scoringError } from '../errors.ts'
import { murmurHash3 } from '../text/murmur-hash.ts'
import type { Scorer } from './scorer.ts'

/** Each feature of a mapping in the column that the hash of its name says. */
export type HashedFeaturesModel = {
  readonly kind: 'hashedFeatures'
  readonly name: string
  readonly width: number
  readonly isSigned: boolean
}

const utf8 = new TextEncoder()

/** scikit-learn's hashing trick. */
export const hashedFeature = (
  name: string,
  value: number,
  width: number,
  isSigned: boolean,
): { readonly column: number; readonly value: number } => {
  const hash = murmurHash3(utf8.encode(name))
  return { column: Math.abs(hash) % width, value: isSigned && hash < 0 ? -value : value }
}

export const compileHashedFeatures = ({ name, width, isSigned }: HashedFeaturesModel): Scorer => {
  const apply = (data: Data): Data => {
    if (data.kind !== 'dicts')
      throw scoringError('input.kind', { model: name, expected: 'mappings', found: dataKind(data) })
    return sparseRows(data.rows, width, (row, add) => {
      for (const [feature, cell] of data.values[row] as ReadonlyMap<string, Cell>) {
        const isText = typeof cell === 'string'
        const value = isText ? 1 : cell === null ? Number.NaN : Number(cell)
        if (value === 0) continue
        const hashed = hashedFeature(isText ? `${feature}=${cell}` : feature, value, width, isSigned)
        add(hashed.column, hashed.value)
      }
    })
  }
  return { name, columns: undefined, methods: { transform: { apply } } }
}
