import { denseRows, type NumbersExpected } from '../data/check.ts'
import { type Data, dense } from '../data/data.ts'
import { growTriangle, solveTriangle, type Triangle } from './solve.ts'
import type { Scorer } from './scorer.ts'

/** Rows as sums of few atoms of a dictionary. */
export type SparseCodeModel = {
  readonly kind: 'sparseCode'
  readonly name: string
  readonly columns: number
  /** atoms × columns. */
  readonly atoms: Float64Array
  readonly method: SparseCodeMethod
  readonly isPositive: boolean
  /** Positive and negative parts in columns of their own. */
  readonly isSplit: boolean
}

export type SparseCodeMethod =
  /** Orthogonal matching pursuit: atom after atom, until there are as many. */
  | { readonly type: 'pursuit'; readonly most: number }
  /** Shrinks what each atom has in common with the row. */
  | { readonly type: 'threshold'; readonly alpha: number }

export const compileSparseCode = (model: SparseCodeModel): Scorer => {
  const { name, columns, atoms, method, isPositive, isSplit } = model
  const count = atoms.length / columns
  const expected: NumbersExpected = { model: name, columns, values: 'finite' }
  const gram = new Float64Array(count * count)
  for (let i = 0; i < count; i++) for (let j = 0; j < count; j++) gram[i * count + j] = dot(atoms, i, atoms, j, columns)
  const apply = (data: Data): Data => {
    const rows = denseRows(data, expected)
    const result = dense(rows.rows, isSplit ? 2 * count : count)
    for (let row = 0; row < rows.rows; row++) {
      const common = Float64Array.from({ length: count }, (_, atom) => dot(rows.values, row, atoms, atom, columns))
      const code =
        method.type === 'threshold'
          ? common.map((value) => Math.sign(value) * Math.max(Math.abs(value) - method.alpha, 0))
          : pursue(common, gram, method.most)
      const signed = isPositive && method.type === 'threshold' ? code.map((value) => Math.max(value, 0)) : code
      if (isSplit) {
        result.values.set(
          signed.map((value) => Math.max(value, 0)),
          row * 2 * count,
        )
        result.values.set(
          signed.map((value) => -Math.min(value, 0)),
          (row * 2 + 1) * count,
        )
      } else result.values.set(signed, row * count)
    }
    return result
  }
  return { name, columns, methods: { transform: { apply } } }
}

const dot = (a: Float64Array, row: number, b: Float64Array, other: number, columns: number): number => {
  let sum = 0
  for (let i = 0; i < columns; i++) sum += (a[row * columns + i] as number) * (b[other * columns + i] as number)
  return sum
}

const smallest = 2 ** -52

/** sklearn's _gram_omp. */
const pursue = (common: Float64Array, gram: Float64Array, most: number): Float64Array => {
  const count = common.length
  const chosen: number[] = []
  const lower: Triangle = []
  let left: Float64Array = common.slice()
  let weights: Float64Array = new Float64Array(0)
  while (chosen.length < most) {
    let best = 0
    for (let atom = 1; atom < count; atom++)
      if (Math.abs(left[atom] as number) > Math.abs(left[best] as number)) best = atom
    if (chosen.includes(best) || (left[best] as number) ** 2 < smallest) break
    const row = Float64Array.from([...chosen, best], (atom) => gram[best * count + atom] as number)
    // Otherwise the atom depends on those before it.
    if (!growTriangle(lower, row, smallest)) break
    chosen.push(best)
    weights = solveTriangle(
      lower,
      Float64Array.from(chosen, (atom) => common[atom] as number),
    )
    left = common.map((value, atom) => value - explained(chosen, weights, gram, atom, count))
  }
  const code = new Float64Array(count)
  for (const [at, atom] of chosen.entries()) code[atom] = weights[at] as number
  return code
}

const explained = (
  chosen: readonly number[],
  weights: Float64Array,
  gram: Float64Array,
  atom: number,
  count: number,
): number =>
  chosen.reduce((sum, other, at) => sum + (weights[at] as number) * (gram[atom * count + other] as number), 0)
