import { scoringError } from '../errors.ts'
import { Layer } from './column-layers.ts'
import { type Data, dataKind, type Dense } from './data.ts'

/** Rows as Spark has them: columns by name, each of numbers, of texts or of vectors. */
export type Named = {
  readonly kind: 'named'
  readonly rows: number
  readonly columns: ReadonlyMap<string, NamedColumn>
}
export type NamedColumn = Numbers | NamedTexts | Vectors

/** A null is NaN here and marked, because Spark tells the two apart. */
export type Numbers = { readonly kind: 'numbers'; readonly values: Float64Array; readonly isNull?: Uint8Array }
export type NamedTexts = { readonly kind: 'texts'; readonly values: readonly (string | null)[] }
export type Vectors = { readonly kind: 'vectors'; readonly values: Dense }

const inWords: Readonly<Record<NamedColumn['kind'], string>> = {
  numbers: 'a column of numbers',
  texts: 'a column of texts',
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

/** Vectors of `size` numbers, or of more where that is the least; of any size where it is not given. */
export const vectorsOf = (rows: Named, name: string, model: string, size?: number, isLeast = false): Dense => {
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
        kind: 'numbers',
        values: Float64Array.from(kept, (row) => values[row] as number),
        ...(isNull === undefined ? {} : { isNull: Uint8Array.from(kept, (row) => isNull[row] as number) }),
      }
    }
    case 'texts':
      return { kind: 'texts', values: kept.map((row) => column.values[row] ?? null) }
    case 'vectors': {
      const { columns, values } = column.values
      const picked = new Float64Array(kept.length * columns)
      kept.forEach((row, index) => {
        picked.set(values.subarray(row * columns, (row + 1) * columns), index * columns)
      })
      return { kind: 'vectors', values: { kind: 'dense', rows: kept.length, columns, values: picked } }
    }
  }
}
