import { asFrame, cellOf, sparseRows, withColumns } from '../data/columns.ts'
import { type Cell, type Data, dataKind, dense, type Frame, type FrameColumn } from '../data/data.ts'
import { scoringError } from '../errors.ts'
import type { Scorer } from './scorer.ts'

/** Categories replaced by numbers, or by a one in the column of each. */
export type CategoriesModel = {
  readonly kind: 'categories'
  readonly name: string
  readonly columns: readonly CategoryColumn[]
  readonly takesMissing: boolean
  /** Numbers are cut to whole ones, and negative ones refused: encoders of whole numbers from zero. */
  readonly isTruncated: boolean
  readonly output: CategoriesOutput
}

export type CategoryColumn = {
  /** null is a missing value. */
  readonly categories: readonly Cell[]
  /** What each category becomes: its number, or its column among all columns; -1 is none. */
  readonly places: Float64Array
  /** What any other value becomes; undefined where it is refused. */
  readonly unknown: number | undefined
}

export type CategoriesOutput =
  /** One number for each column; `labels`: of the only column, as a vector of whole numbers. */
  | { readonly type: 'numbers' | 'labels' }
  | { readonly type: 'one-hot'; readonly width: number; readonly isSparse: boolean }

export const compileCategories = (model: CategoriesModel): Scorer => {
  const { name, columns, output } = model
  const lookups = columns.map((column) => lookupOf(column, model))
  const placesOf = (data: Data): ((row: number, column: number) => number) => {
    const frame = frameOf(data, model)
    return (row, column) => (lookups[column] as Lookup)(frame.columns[column] as FrameColumn, row, column, name)
  }
  const width = columns.length
  const apply = (data: Data): Data => {
    const place = placesOf(data)
    const { rows } = data
    if (output.type !== 'one-hot') {
      const values = new Float64Array(rows * width)
      for (let column = 0; column < width; column++)
        for (let row = 0; row < rows; row++) values[row * width + column] = place(row, column)
      return dense(rows, width, values)
    }
    const fill = (row: number, add: (column: number, value: number) => void): void => {
      for (let column = 0; column < width; column++) {
        const at = place(row, column)
        if (at >= 0) add(at, 1)
      }
    }
    if (output.isSparse) return sparseRows(rows, output.width, fill)
    const result = dense(rows, output.width)
    for (let row = 0; row < rows; row++)
      fill(row, (column, value) => void (result.values[row * output.width + column] = value))
    return result
  }
  const isLabels = output.type === 'labels'
  return {
    name,
    columns: width,
    methods: { transform: isLabels ? { apply, isVector: true, isInteger: true } : { apply } },
  }
}

const frameOf = (data: Data, { name, columns }: CategoriesModel): Frame => {
  const table =
    data.kind === 'texts'
      ? { kind: 'frame' as const, rows: data.rows, columns: [{ name: undefined, values: data.values }] }
      : withColumns(data, name)
  if (table.kind === 'sparse')
    throw scoringError('input.kind', { model: name, expected: 'categories', found: dataKind(table) })
  const frame = asFrame(table)
  if (frame.columns.length !== columns.length)
    throw scoringError('input.width', { model: name, expected: columns.length, found: frame.columns.length })
  return frame
}

type Lookup = (column: FrameColumn, row: number, at: number, model: string) => number

/** Python finds 1, 1.0 and True equal; texts equal no number. */
const keyOf = (cell: Cell): string | number | null => (typeof cell === 'boolean' ? Number(cell) : cell)

const lookupOf = (
  { categories, places, unknown }: CategoryColumn,
  { takesMissing, isTruncated }: CategoriesModel,
): Lookup => {
  const known = new Map(categories.map((category, index) => [keyOf(category), places[index] as number]))
  return (column, row, at, model) => {
    const given = cellOf(column, row)
    const cell = isTruncated && typeof given === 'number' ? Math.trunc(given) : given
    if (isTruncated && Number(cell) < 0)
      throw scoringError('input.domain', {
        model,
        row,
        column: at,
        expected: 'whole numbers from zero',
        value: Number(cell),
      })
    if (cell === null && !takesMissing)
      throw scoringError('input.missing', { model, row, column: column.name ?? String(at) })
    const place = known.get(keyOf(cell)) ?? unknown
    if (place !== undefined) return place
    throw scoringError('input.category', {
      model,
      column: column.name ?? String(at),
      value: typeof cell === 'string' ? `"${cell.slice(0, 60)}"` : String(cell),
    })
  }
}
