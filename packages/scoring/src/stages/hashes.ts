import { scoringError } from '../errors.ts'
import { dense } from '../data/data.ts'
import { type Named, vectorsOf, withColumns } from '../data/named.ts'
import { single, type StageColumns } from './columns.ts'

/**
 * Numbers that are the same for vectors near to each other, one for each table. Spark keeps each number in a vector of its
 * own; here they are the numbers of one.
 */
export type Hashes = {
  readonly kind: 'hashes'
  readonly input: string
  readonly output: string
  readonly by: Buckets | Minima
}
/** In which bucket along a direction a vector lies; directions are tables × size. */
export type Buckets = {
  readonly kind: 'buckets'
  readonly size: number
  readonly directions: Float64Array
  readonly length: number
}
/** The least of the random places of what is not zero; a pair of coefficients for each table. */
export type Minima = {
  readonly kind: 'minima'
  readonly coefficients: readonly (readonly [number, number])[]
  /** Saved before Spark 2.4, whose sums run over and come out below zero. */
  readonly isOf32Bits: boolean
}

export const hashesColumns = (stage: Hashes): StageColumns =>
  single(stage, 'vector', stage.by.kind === 'buckets' ? { size: stage.by.size } : {})

export const compileHashes = ({ input, output, by }: Hashes, name: string): ((rows: Named) => Named) => {
  const tables = by.kind === 'buckets' ? by.directions.length / by.size : by.coefficients.length
  return (rows) => {
    const { columns, values } = vectorsOf(rows, input, name, by.kind === 'buckets' ? by.size : undefined)
    const hashes = dense(rows.rows, tables)
    for (let row = 0; row < rows.rows; row++) {
      const own = values.subarray(row * columns, (row + 1) * columns)
      const out = hashes.values.subarray(row * tables, (row + 1) * tables)
      if (by.kind === 'buckets') intoBuckets(by, own, out)
      else if (!intoMinima(by, own, out))
        throw scoringError('input.domain', {
          model: name,
          row,
          column: input,
          expected: 'vectors with a number that is not zero',
          value: 0,
        })
    }
    return withColumns(rows, [[output, { kind: 'vectors', values: hashes }]])
  }
}

const intoBuckets = ({ size, directions, length }: Buckets, row: Float64Array, out: Float64Array): void => {
  for (let table = 0; table < out.length; table++) {
    let sum = 0
    for (let i = 0; i < size; i++) sum += (directions[table * size + i] as number) * (row[i] as number)
    out[table] = Math.floor(sum / length)
  }
}

const intoMinima = ({ coefficients, isOf32Bits }: Minima, row: Float64Array, out: Float64Array): boolean => {
  let hasAny = false
  const placeOf = isOf32Bits ? overflowingPlaceOf : exactPlaceOf
  out.fill(Infinity)
  for (let i = 0; i < row.length; i++) {
    if (row[i] === 0) continue
    hasAny = true
    for (const [table, [factor, shift]] of coefficients.entries())
      out[table] = Math.min(out[table] as number, placeOf(i, factor, shift))
  }
  return hasAny
}

/** The prime below 2^31 that Spark reckons with. */
export const hashPrime = 2_038_074_743

const overflowingPlaceOf = (index: number, factor: number, shift: number): number =>
  ((Math.imul(1 + index, factor) + shift) | 0) % hashPrime

const exactPlaceOf = (index: number, factor: number, shift: number): number => {
  const product = (1 + index) * factor + shift
  return product <= Number.MAX_SAFE_INTEGER
    ? product % hashPrime
    : Number((BigInt(1 + index) * BigInt(factor) + BigInt(shift)) % BigInt(hashPrime))
}
