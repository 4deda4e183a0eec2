import { type Cell, type Data, type FrameColumn, dense } from '../data/data.ts'
import type { NamedColumn } from '../data/named.ts'
import { scoringError } from '../errors.ts'
import type { InputColumn, ModelInput } from './input.ts'

/** The cells of one column: numbers, NaN where one is missing, or cells of any kind. */
export type GivenColumn = Float64Array | readonly Cell[]

/** Columns in the order of `input` as the data that its model takes; for mappings, columns of any names. */
export const dataOf = (
  { shape, columns }: ModelInput,
  rows: number,
  given: readonly GivenColumn[],
  names: readonly string[] = columns.map(({ name }) => name),
): Data => {
  switch (shape) {
    case 'numbers': {
      const result = dense(rows, columns.length)
      given.forEach((column, at) => {
        for (let row = 0; row < rows; row++)
          result.values[row * columns.length + at] = Number(column[row] ?? Number.NaN)
      })
      return result
    }
    case 'table':
      return {
        kind: 'frame',
        rows,
        columns: given.map((values, at): FrameColumn => ({ name: names[at], values })),
      }
    case 'texts':
      return { kind: 'texts', rows, values: Array.from({ length: rows }, (_, row) => String(given[0]?.[row] ?? '')) }
    case 'mappings':
      return { kind: 'dicts', rows, values: Array.from({ length: rows }, (_, row) => mappingOf(given, names, row)) }
    case 'named':
      return { kind: 'named', rows, columns: namedColumns(columns, rows, given) }
  }
}

const mappingOf = (given: readonly GivenColumn[], names: readonly string[], row: number): ReadonlyMap<string, Cell> =>
  new Map(
    given.flatMap((column, at): [string, Cell][] => {
      const cell = column[row] ?? null
      return cell === null || (typeof cell === 'number' && Number.isNaN(cell)) ? [] : [[names[at] as string, cell]]
    }),
  )

const namedColumns = (
  columns: readonly InputColumn[],
  rows: number,
  given: readonly GivenColumn[],
): ReadonlyMap<string, NamedColumn> => {
  const result = new Map<string, NamedColumn>()
  const vectors = new Map<string | undefined, number[]>()
  for (const [at, { vector }] of columns.entries()) {
    const parts = vectors.get(vector)
    if (parts === undefined) vectors.set(vector, [at])
    else parts.push(at)
  }
  for (const [name, parts] of vectors) {
    if (name !== undefined) {
      const values = dense(rows, parts.length)
      parts.forEach((at, part) => {
        for (let row = 0; row < rows; row++)
          values.values[row * parts.length + part] = Number(given[at]?.[row] ?? Number.NaN)
      })
      result.set(name, { kind: 'vectors', values })
      continue
    }
    for (const at of parts) result.set(columns[at]?.name as string, singleColumn(columns[at], rows, given[at] ?? []))
  }
  return result
}

const singleColumn = (column: InputColumn | undefined, rows: number, given: GivenColumn): NamedColumn => {
  const cells = Array.from({ length: rows }, (_, row) => given[row] ?? null)
  if (column?.isList === true)
    return { kind: 'textLists', values: cells.map((cell, row) => listIn(cell, row, column.name)) }
  if (column?.type === 'text' || (column?.type === 'any' && cells.some((cell) => typeof cell === 'string')))
    return { kind: 'texts', values: cells.map((cell) => (cell === null ? null : String(cell))) }
  const values = Float64Array.from(cells, (cell) => Number(cell ?? Number.NaN))
  // Spark writes true and false where it makes a text of them, not 1 and 0.
  const type = column?.numberType ?? (cells.some((cell) => typeof cell === 'boolean') ? 'boolean' : undefined)
  return {
    kind: 'numbers',
    values,
    isNull: Uint8Array.from(values, (value) => (Number.isNaN(value) ? 1 : 0)),
    ...(type === undefined ? {} : { type }),
  }
}

/** The texts of a cell that holds a list of them as JSON. */
const listIn = (cell: Cell, row: number, column: string): readonly (string | null)[] | null => {
  if (cell === null) return null
  const list = parsed(String(cell))
  if (!Array.isArray(list) || !list.every((item) => item === null || typeof item === 'string'))
    throw scoringError('input.kind', {
      model: 'The model',
      expected: `lists of texts as JSON in "${column}"`,
      found: `"${String(cell).slice(0, 40)}" (row ${row})`,
    })
  return list as readonly (string | null)[]
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
