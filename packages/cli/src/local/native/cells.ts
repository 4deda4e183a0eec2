import { type Data, dataOf, type GivenColumn, type ModelInput } from '@modelsmith/scoring'
import type { CsvPiece } from '@modelsmith/table'
import type { ColumnPlan } from './plan.ts'

type Cell = string | number | boolean | null

const numeral = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/

/** Rows of a file as the data that the model takes. */
export const pieceData = (input: ModelInput, { sources, names }: ColumnPlan, piece: CsvPiece): Data => {
  const { rows, numbers, texts } = piece
  const width = rows === 0 ? 0 : numbers.length / rows
  // The numbers lie as the model wants them.
  if (input.shape === 'numbers' && width === sources.length && sources.every((source, at) => source?.at === at))
    return { kind: 'dense', rows, columns: width, values: numbers }
  const given = sources.map((source, column): GivenColumn => {
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
  return dataOf(input, rows, given, names)
}

const truth = (text: string | null): Cell =>
  text === null ? null : /^true$/i.test(text) ? true : /^false$/i.test(text) ? false : numberOrText(text)

const numberOrText = (text: string | null): Cell => (text !== null && numeral.test(text) ? Number(text) : text)
