import { scoringError } from '../errors.ts'
import { keptRows, type Named, numbersOf, withColumns } from '../data/named.ts'
import type { StageColumns } from './columns.ts'

/** What users would give to items: the product of what is known of the one and of the other. */
export type PairProduct = {
  readonly kind: 'pairProduct'
  readonly users: Factors
  readonly items: Factors
  readonly rank: number
  readonly prediction: string
  /** Numbers of four bytes, as Spark multiplies and adds them. */
  readonly isSingle: boolean
  /** Rows whose user or item was never seen are left out, or have NaN. */
  readonly dropsUnknown: boolean
}
/** `rank` numbers for each id. */
export type Factors = { readonly column: string; readonly ids: Int32Array; readonly values: Float64Array }

const mostValues = 100

export const pairProductColumns = ({ users, items, prediction }: PairProduct): StageColumns => ({
  reads: [users, items].map(({ column, ids }) => ({
    name: column,
    kind: 'number',
    values: [...ids.subarray(0, mostValues)],
  })),
  writes: [prediction],
  predicts: true,
})

export const compilePairProduct = (model: PairProduct, name: string): ((rows: Named) => Named) => {
  const { users, items, rank, prediction, isSingle, dropsUnknown } = model
  const [userAt, itemAt] = [placesOf(users, name), placesOf(items, name)]
  const product = productOf(isSingle)
  return (rows) => {
    const [user, item] = [userAt(rows), itemAt(rows)]
    const values = new Float64Array(rows.rows).fill(Number.NaN)
    const keep = new Uint8Array(rows.rows).fill(1)
    for (let row = 0; row < rows.rows; row++) {
      const [u, i] = [user(row), item(row)]
      if (u !== undefined && i !== undefined)
        values[row] = product(users.values, u * rank, items.values, i * rank, rank)
      if (dropsUnknown && Number.isNaN(values[row])) keep[row] = 0
    }
    return keptRows(withColumns(rows, [[prediction, { kind: 'numbers', values }]]), keep)
  }
}

type PlaceAt = (row: number) => number | undefined

/** Ids are whole numbers of 32 bits, whatever the type of their column. */
const placesOf = ({ column, ids }: Factors, model: string): ((rows: Named) => PlaceAt) => {
  const places = new Map(Array.from(ids, (id, place) => [id, place]))
  return (rows) => {
    const { values, isNull } = numbersOf(rows, column, model)
    return (row) => {
      if (isNull?.[row] === 1) return undefined
      const id = values[row] as number
      if ((id | 0) !== id)
        throw scoringError('input.domain', { model, row, column, expected: 'whole numbers of 32 bits', value: id })
      return places.get(id)
    }
  }
}

type Product = (a: Float64Array, i: number, b: Float64Array, j: number, count: number) => number

export const productOf = (isSingle: boolean): Product => (isSingle ? singleProduct : doubleProduct)

const singleProduct: Product = (a, i, b, j, count) => {
  let sum = 0
  for (let k = 0; k < count; k++) sum = Math.fround(sum + Math.fround((a[i + k] as number) * (b[j + k] as number)))
  return sum
}

const doubleProduct: Product = (a, i, b, j, count) => {
  let sum = 0
  for (let k = 0; k < count; k++) sum += (a[i + k] as number) * (b[j + k] as number)
  return sum
}
