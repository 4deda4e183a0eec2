import { sparseRows } from '../data/columns.ts'
import { anyVectorsOf, columnOf, knownNumbers, type Named, withColumns } from '../data/named.ts'
import { scoringError } from '../errors.ts'
import type { StageColumns } from './columns.ts'

/** All products of one number of each column; a number that is a category's place counts as a one among zeros. */
export type Interaction = {
  readonly kind: 'interaction'
  readonly inputs: readonly string[]
  readonly output: string
}

const maxWidth = 2 ** 31 - 1
/** Products of one row. */
const maxProducts = 2 ** 22

export const interactionColumns = ({ inputs, output }: Interaction): StageColumns => ({
  reads: inputs.map((name) => ({ name, kind: 'numberOrVector' })),
  writes: [output],
})

export const compileInteraction =
  ({ inputs, output }: Interaction, name: string): ((rows: Named) => Named) =>
  (rows) => {
    const factors = inputs.map((input) => factorOf(rows, input, name))
    const width = factors.reduce((product, factor) => product * factor.width, 1)
    if (width > maxWidth) throw scoringError('input.size', { model: name, cells: width, limit: maxWidth })
    const values = sparseRows(rows.rows, width, (row, add) => {
      let products: readonly Entry[] = [[0, 1]]
      for (const factor of factors) {
        const entries = factor.entries(row)
        const cells = products.length * entries.length
        if (cells > maxProducts) throw scoringError('input.size', { model: name, cells, limit: maxProducts })
        products = products.flatMap(([place, value]) =>
          entries.map(([own, other]): Entry => [place * factor.width + own, value * other]),
        )
      }
      for (const [place, value] of products) add(place, value)
    })
    return withColumns(rows, [[output, { kind: 'vectors', values }]])
  }

/** A place and the number there. */
type Entry = readonly [number, number]
type Factor = { readonly width: number; readonly entries: (row: number) => readonly Entry[] }

const factorOf = (rows: Named, input: string, model: string): Factor => {
  const column = columnOf(rows, input, model)
  if (column.kind !== 'vectors') {
    const numbers = knownNumbers(rows, input, model)
    const categories = column.kind === 'numbers' ? (column.categories ?? 1) : 1
    if (categories <= 1) return { width: 1, entries: (row) => [[0, numbers[row] as number]] }
    return {
      width: categories,
      entries: (row) => {
        const value = numbers[row] as number
        if (!(Number.isInteger(value) && value >= 0 && value < categories))
          throw scoringError('input.outside', { model, row, value, low: 0, high: categories - 1 })
        return [[value, 1]]
      },
    }
  }
  // Spark then passes over the first category wherever a vector happens to be sparse.
  if (column.hasCategories === true)
    throw scoringError('input.kind', { model, expected: `numbers as "${input}"`, found: 'vectors with categories' })
  const vectors = anyVectorsOf(rows, input, model)
  const { columns, values } = vectors
  return {
    width: columns,
    entries: (row) =>
      vectors.kind === 'sparse'
        ? Array.from(
            values.subarray(vectors.starts[row], vectors.starts[row + 1]),
            (value, at): Entry => [vectors.indices[(vectors.starts[row] as number) + at] as number, value],
          )
        : Array.from(values.subarray(row * columns, (row + 1) * columns), (value, at): Entry => [at, value]),
  }
}
