import { denseRows, type NumbersExpected, numericRows } from '../data/check.ts'
import { asFrame, cellOf, isNumeric, pickColumns, sparseRows, withColumns } from '../data/columns.ts'
import { type Cell, type Data, dataKind, type Frame, type Sparse } from '../data/data.ts'
import { scoringError } from '../errors.ts'
import type { Scorer } from './scorer.ts'

/** Missing values filled, each column with its own value. */
export type ImputerModel = {
  readonly kind: 'imputer'
  readonly name: string
  readonly columns: number
  readonly missing: Missing
  /** Columns that stay; one without any value in training is dropped. */
  readonly kept: Int32Array
  /** One value for each column that stays. */
  readonly fills: readonly Cell[]
}

/** What marks a missing value; null: NaN or None. */
export type Missing = number | string | null

/** Columns that say where others are missing. */
export type MissingIndicatorModel = {
  readonly kind: 'missingIndicator'
  readonly name: string
  readonly columns: number
  readonly missing: Missing
  /** The columns that are told of. */
  readonly features: Int32Array
  /** A missing value in any other column is refused. */
  readonly refusesOthers: boolean
  readonly isSparse: boolean
}

export const numbersExpected = (model: { name: string; columns: number; missing: Missing }): NumbersExpected => ({
  model: model.name,
  columns: model.columns,
  values: model.missing === null ? 'missing' : 'finite',
})

export const compileImputer = (model: ImputerModel): Scorer => {
  const { name, columns, kept, fills, missing } = model
  const isMissing = missingNumber(missing)
  const apply = (data: Data): Data => {
    const rows = checkedColumns(data, model)
    if (rows.kind === 'frame') return fillFrame(pickColumns(rows, kept) as Frame, model)
    const picked = kept.length === columns ? rows : (pickColumns(rows, kept) as typeof rows)
    if (picked.kind === 'sparse' && missing === 0)
      throw scoringError('input.kind', { model: name, expected: 'dense numbers', found: dataKind(picked) })
    const values = picked.values.slice()
    if (fills.some((fill) => typeof fill === 'string'))
      return fillFrame(asFrame(denseRows(picked, { model: name, columns: kept.length, values: 'any' })), model)
    for (let i = 0; i < values.length; i++)
      if (isMissing(values[i] as number))
        values[i] = numberOfCell(fills[picked.kind === 'dense' ? i % kept.length : (picked.indices[i] as number)])
    return { ...picked, values }
  }
  return { name, columns, methods: { transform: { apply } } }
}

const numberOfCell = (cell: Cell | undefined): number =>
  cell === null || cell === undefined ? Number.NaN : Number(cell)

export const missingNumber = (missing: Missing): ((value: number) => boolean) =>
  missing === null ? Number.isNaN : (value) => value === missing

/** Numbers where all cells are, checked; else the frame with its width checked. */
const checkedColumns = (data: Data, model: ImputerModel | MissingIndicatorModel) => {
  const rows = withColumns(data, model.name)
  if (rows.kind !== 'frame' || isNumeric(rows)) return numericRows(rows, numbersExpected(model))
  if (rows.columns.length !== model.columns)
    throw scoringError('input.width', { model: model.name, expected: model.columns, found: rows.columns.length })
  return rows
}

const fillFrame = (frame: Frame, { name, fills, missing }: ImputerModel): Frame => ({
  ...frame,
  columns: frame.columns.map((column, at) => ({
    name: column.name,
    values: Array.from({ length: frame.rows }, (_, row) => {
      const cell = cellOf(column, row)
      if (cell === missing) return fills[at] as Cell
      if (cell === null) throw scoringError('input.missing', { model: name, row, column: column.name ?? String(at) })
      return cell
    }),
  })),
})

export const compileMissingIndicator = (model: MissingIndicatorModel): Scorer => {
  const { name, columns, features, missing, refusesOthers, isSparse } = model
  const isMissing = missingNumber(missing)
  const places = new Int32Array(columns).fill(-1)
  for (const [place, feature] of features.entries()) places[feature] = place
  const apply = (data: Data): Data => {
    const rows = checkedColumns(data, model)
    const result = sparseRows(rows.rows, features.length, (row, add) => {
      const see = (column: number): void => {
        if ((places[column] as number) >= 0) add(places[column] as number, 1)
        else if (refusesOthers) throw scoringError('input.missing', { model: name, row, column: String(column) })
      }
      if (rows.kind === 'sparse')
        for (let i = rows.starts[row] as number; i < (rows.starts[row + 1] as number); i++) {
          if (isMissing(rows.values[i] as number)) see(rows.indices[i] as number)
        }
      else
        for (let column = 0; column < columns; column++)
          if (
            rows.kind === 'dense'
              ? isMissing(rows.values[row * columns + column] as number)
              : cellOf(rows.columns[column] as Frame['columns'][number], row) === missing
          )
            see(column)
    })
    return isSparse || rows.kind === 'sparse' ? result : truths(result)
  }
  return { name, columns, methods: { transform: { apply } } }
}

/** numpy holds the answers as truth values. */
const truths = (rows: Sparse): Data => denseRows(rows, { model: '', columns: rows.columns, values: 'any' })
