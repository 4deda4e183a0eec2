import { scoringError } from '../errors.ts'
import { writtenOut } from './check.ts'
import { Layer } from './column-layers.ts'
import { type Data, dataKind, type Dense, type Sparse } from './data.ts'
import { pickRows } from './vectors.ts'

/** Rows as Spark has them: columns by name, each of numbers, of texts, of lists of texts or of vectors. */
export type Named = {
  readonly kind: 'named'
  readonly rows: number
  readonly columns: ReadonlyMap<string, NamedColumn>
}
export type NamedColumn = Numbers | NamedTexts | TextLists | Vectors

/**
 * A null is NaN here and marked, because Spark tells the two apart. The type, double where it is not given, decides how
 * Spark writes a number as a text; true is 1.
 */
export type Numbers = {
  readonly kind: 'numbers'
  readonly values: Float64Array
  readonly isNull?: Uint8Array
  readonly type?: NumberType
  /** How many categories the numbers stand for, where they are places among them, and what these are called. */
  readonly categories?: number
  readonly labels?: readonly string[]
}
export type NumberType = 'boolean' | 'int' | 'bigint' | 'float' | 'double'
export type NamedTexts = { readonly kind: 'texts'; readonly values: readonly (string | null)[] }
export type TextLists = { readonly kind: 'textLists'; readonly values: readonly (TextList | null)[] }
export type TextList = readonly (string | null)[]
export type Vectors = {
  readonly kind: 'vectors'
  readonly values: Dense | Sparse
  /** Some of the numbers are places among categories. */
  readonly hasCategories?: boolean
  /** What a number is called, where the stage that made the vectors said so. */
  readonly nameOf?: (part: number) => string
}

const inWords: Readonly<Record<NamedColumn['kind'], string>> = {
  numbers: 'a column of numbers',
  texts: 'a column of texts',
  textLists: 'a column of lists of texts',
  vectors: 'a column of vectors',
}

export const namedRows = (data: Data, model: string): Named => {
  if (data.kind === 'named') return data
  throw scoringError('input.kind', { model, expected: 'columns by name', found: dataKind(data) })
}

export const columnOf = (rows: Named, name: string, model: string): NamedColumn => {
  const column = rows.columns.get(name)
  if (column === undefined) throw scoringError('input.column', { model, column: name })
  return column
}

const wrong = (model: string, name: string, expected: NamedColumn['kind'], found: NamedColumn) =>
  scoringError('input.kind', {
    model,
    expected: `${inWords[expected]} as "${name}"`,
    found: inWords[found.kind],
  })

export const numbersOf = (rows: Named, name: string, model: string): Numbers => {
  const column = columnOf(rows, name, model)
  if (column.kind !== 'numbers') throw wrong(model, name, 'numbers', column)
  return column
}

/** Numbers none of which is null. */
export const knownNumbers = (rows: Named, name: string, model: string): Float64Array => {
  const { values, isNull } = numbersOf(rows, name, model)
  const row = isNull?.indexOf(1) ?? -1
  if (row >= 0) throw scoringError('input.missing', { model, row, column: name })
  return values
}

/** Texts none of which is null. */
export const knownTexts = (rows: Named, name: string, model: string): readonly string[] => {
  const column = columnOf(rows, name, model)
  if (column.kind !== 'texts') throw wrong(model, name, 'texts', column)
  return column.values.map((value, row) => known(value, row, name, model))
}

/** Lists of texts none of which is null; what they hold may be. */
export const knownTextLists = (rows: Named, name: string, model: string): readonly TextList[] => {
  const column = columnOf(rows, name, model)
  if (column.kind !== 'textLists') throw wrong(model, name, 'textLists', column)
  return column.values.map((value, row) => known(value, row, name, model))
}

const known = <T>(value: T | null, row: number, column: string, model: string): T => {
  if (value === null) throw scoringError('input.missing', { model, row, column })
  return value
}

/**
 * Vectors of `size` numbers, or of more where that is the least; of any size where it is not given. Sparse ones are written
 * out, as many as fit below a limit.
 */
export const vectorsOf = (rows: Named, name: string, model: string, size?: number, isLeast = false): Dense => {
  const vectors = anyVectorsOf(rows, name, model, size, isLeast)
  return vectors.kind === 'sparse' ? writtenOut(vectors, model) : vectors
}

/** The same vectors, sparse or dense as they came. */
export const anyVectorsOf = (
  rows: Named,
  name: string,
  model: string,
  size?: number,
  isLeast = false,
): Dense | Sparse => {
  const column = columnOf(rows, name, model)
  if (column.kind !== 'vectors') throw wrong(model, name, 'vectors', column)
  const { columns: found } = column.values
  if (size !== undefined && (isLeast ? found < size : found !== size))
    throw scoringError('input.width', { model, expected: size, found })
  return column.values
}

/** The rows with more columns; an empty name means that one is not wanted. */
export const withColumns = (rows: Named, added: readonly (readonly [string, NamedColumn])[]): Named => {
  const wanted = added.some(([name]) => name === '') ? added.filter(([name]) => name !== '') : added
  return { kind: 'named', rows: rows.rows, columns: new Layer(rows.columns, wanted) }
}

/** The rows for which `keep` holds a one. */
export const keptRows = (rows: Named, keep: Uint8Array): Named => {
  if (!keep.includes(0)) return rows
  const kept = Array.from(keep.keys()).filter((row) => keep[row] === 1)
  return {
    kind: 'named',
    rows: kept.length,
    columns: new Map(Array.from(rows.columns, ([name, column]) => [name, pick(column, kept)])),
  }
}

const pick = (column: NamedColumn, kept: readonly number[]): NamedColumn => {
  switch (column.kind) {
    case 'numbers': {
      const { values, isNull } = column
      return {
        ...column,
        values: Float64Array.from(kept, (row) => values[row] as number),
        ...(isNull === undefined ? {} : { isNull: Uint8Array.from(kept, (row) => isNull[row] as number) }),
      }
    }
    case 'texts':
      return { kind: 'texts', values: kept.map((row) => column.values[row] ?? null) }
    case 'textLists':
      return { kind: 'textLists', values: kept.map((row) => column.values[row] ?? null) }
    case 'vectors':
      return { ...column, values: pickRows(column.values, kept) }
  }
}
