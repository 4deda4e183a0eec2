import { type Data, dataOf, type GivenColumn, type ModelInput } from '@modelsmith/scoring'
import type { CsvPiece } from '@modelsmith/table'
import type { ColumnPlan } from './plan.ts'

type Cell = string | number | boolean | null

const numeral = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/

/** Rows of a file as the data that the model takes. */
export const pieceData = (input: ModelInput, { sources, names }: ColumnPlan, piece: CsvPiece): Data => {
  const { rows, numbers } = piece
  const width = rows === 0 ? 0 : numbers.length / rows
  // The numbers lie as the model wants them.
  if (input.shape === 'numbers' && width === sources.length && sources.every((source, at) => source?.at === at))
    return { kind: 'dense', rows, columns: width, values: numbers }
  return dataOf(input, rows, givenColumns(input, { sources }, piece), names)
}

/** The columns of the model, each with a cell a row. */
export const givenColumns = (
  input: ModelInput,
  { sources }: Pick<ColumnPlan, 'sources'>,
  { rows, numbers, texts }: CsvPiece,
): readonly GivenColumn[] => {
  const width = rows === 0 ? 0 : numbers.length / rows
  return sources.map((source, column): GivenColumn => {
    if (source === undefined) return new Float64Array(rows).fill(Number.NaN)
    if (source.kind === 'number') {
      const values = new Float64Array(rows)
      for (let row = 0; row < rows; row++) values[row] = numbers[row * width + source.at] as number
      return values
    }
    const cells = texts[source.at] ?? []
    const type = input.shape === 'mappings' ? 'any' : input.columns[column]?.type
    return type === 'text' ? cells : cells.map(type === 'boolean' ? truth : numberOrText)
  })
}

const truth = (text: string | null): Cell =>
  text === null ? null : /^true$/i.test(text) ? true : /^false$/i.test(text) ? false : numberOrText(text)

const numberOrText = (text: string | null): Cell => (text !== null && numeral.test(text) ? Number(text) : text)
