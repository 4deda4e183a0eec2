import { selectColumns } from '../data/column-sets.ts'
import { type Dense, dense, type Sparse } from '../data/data.ts'
import { scoringError } from '../errors.ts'
import { defaultLimits } from '../limits.ts'
import { anyVectorsOf, columnOf, type Named, type Vectors, withColumns } from '../data/named.ts'
import { eachRow } from '../data/vectors.ts'
import { single, type Read, type StageColumns } from './columns.ts'

/** A vector made of another one. */
export type VectorMap = {
  readonly kind: 'vectorMap'
  readonly input: string
  readonly output: string
  readonly made: Mapping
}

const widthOf = ({ made, output }: VectorMap): Pick<Read, 'size' | 'widthOf'> =>
  made.kind === 'projection' ? { size: made.size } : made.kind === 'norm' ? { widthOf: output } : {}

export const vectorMapColumns = (stage: VectorMap): StageColumns => single(stage, 'vector', widthOf(stage))

/**
 * Divided by its norm; multiplied by a matrix (inputs × outputs, row after row); some of its numbers, by their places and behind
 * them by their names; all products up to a degree.
 */
type Selection = { readonly kind: 'selection'; readonly indices: readonly number[]; readonly names?: readonly string[] }
type Mapping =
  | { readonly kind: 'norm'; readonly power: number }
  | { readonly kind: 'projection'; readonly size: number; readonly outputs: number; readonly weights: Float64Array }
  | Selection
  | { readonly kind: 'products'; readonly degree: number }

export const compileVectorMap =
  ({ input, output, made }: VectorMap, name: string): ((rows: Named) => Named) =>
  (rows) => {
    const vectors = anyVectorsOf(rows, input, name, made.kind === 'projection' ? made.size : undefined)
    if (made.kind !== 'selection')
      return withColumns(rows, [[output, { kind: 'vectors', values: mapped(vectors, made, name) }]])
    const { nameOf } = columnOf(rows, input, name) as Vectors
    const places = placesOf(made, vectors.columns, nameOf, `${name} of "${input}"`)
    return withColumns(rows, [
      [output, { kind: 'vectors', values: selectColumns(vectors, places), ...namesAt(places, nameOf) }],
    ])
  }

type NameOf = Vectors['nameOf']

const placesOf = ({ indices, names = [] }: Selection, columns: number, nameOf: NameOf, model: string): Int32Array => {
  const highest = indices.reduce((most, index) => Math.max(most, index), -1)
  if (highest >= columns) throw scoringError('input.width', { model, expected: highest + 1, found: columns })
  if (names.length === 0) return Int32Array.from(indices)
  const known = new Map(
    Array.from({ length: nameOf === undefined ? 0 : columns }, (_, place) => [nameOf?.(place), place]),
  )
  const named = names.map((name) => {
    const place = known.get(name)
    if (place === undefined) throw scoringError('input.column', { model, column: name })
    return place
  })
  return Int32Array.from([...indices, ...named])
}

const namesAt = (places: Int32Array, nameOf: NameOf): Pick<Vectors, 'nameOf'> =>
  nameOf === undefined ? {} : { nameOf: (part) => nameOf(places[part] as number) }

const mapped = (vectors: Dense | Sparse, made: Exclude<Mapping, Selection>, name: string): Dense | Sparse => {
  const { rows, columns, values } = vectors
  switch (made.kind) {
    case 'norm': {
      const out = values.slice()
      for (let row = 0; row < rows; row++) {
        const own =
          vectors.kind === 'sparse'
            ? out.subarray(vectors.starts[row], vectors.starts[row + 1])
            : out.subarray(row * columns, (row + 1) * columns)
        const norm = normOf(own, made.power)
        if (norm !== 0)
          own.forEach((value, at) => {
            own[at] = value / norm
          })
      }
      return { ...vectors, values: out }
    }
    case 'projection': {
      const { outputs, weights } = made
      const out = dense(rows, outputs)
      eachRow(vectors, (own, from, row) => {
        for (let target = 0; target < outputs; target++) {
          let sum = 0
          for (let column = 0; column < columns; column++)
            sum += (own[from + column] as number) * (weights[column * outputs + target] as number)
          out.values[row * outputs + target] = sum
        }
      })
      return out
    }
    case 'products': {
      const width = productsOf(columns, made.degree) - 1
      const limit = defaultLimits.nodes
      if (!(width * rows <= limit)) throw scoringError('input.size', { model: name, cells: width * rows, limit })
      const out = dense(rows, width)
      eachRow(vectors, (own, from, row) => {
        writeProducts(
          own.subarray(from, from + columns),
          made.degree,
          out.values.subarray(row * width, (row + 1) * width),
        )
      })
      return out
    }
  }
}

const normOf = (values: Float64Array, power: number): number => {
  if (power === Infinity) return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  if (power === 1) return values.reduce((sum, value) => sum + Math.abs(value), 0)
  if (power === 2) return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0))
  return values.reduce((sum, value) => sum + Math.abs(value) ** power, 0) ** (1 / power)
}

/** How many products of at most `degree` of `count` numbers there are, that of none among them. */
const productsOf = (count: number, degree: number): number => {
  let products = 1
  for (let i = 1; i <= degree; i++) products = (products * (count + i)) / i
  return Math.round(products)
}

/** In Spark's order: all of the first number, then all that the second adds, and so on. */
const writeProducts = (values: Float64Array, degree: number, out: Float64Array): void => {
  const write = (last: number, left: number, product: number, at: number): number => {
    if (left === 0 || last < 0) {
      if (at >= 0) out[at] = product
      return at + 1
    }
    let [next, power] = [at, product]
    for (let i = 0; i <= left; i++) {
      next = write(last - 1, left - i, power, next)
      power *= values[last] as number
    }
    return next
  }
  write(values.length - 1, degree, 1, -1)
}
