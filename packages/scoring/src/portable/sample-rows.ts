import type { Cell } from '../data/data.ts'
import type { InputColumn, ModelInput } from '../input/input.ts'

/** Rows over what is usual for each column, the same ones each time: to test with where nobody gave rows. */
export const sampleRows = ({ columns }: ModelInput, count: number): readonly (readonly Cell[])[] =>
  Array.from({ length: count }, (_, row) => columns.map((column, at) => sampleCell(column, at, row, count)))

/** Columns walk at different speeds, so that rows are no straight line. */
const sampleCell = (column: InputColumn, at: number, row: number, count: number): Cell => {
  const { type, low, high, values, words, isList } = column
  const step = (row * (1 + (at % 5)) + at) % count
  if (isList === true)
    return JSON.stringify(Array.from({ length: 1 + (step % 4) }, (_, index) => `text ${step + index}`))
  if (values !== undefined && values.length > 0) return values[step % values.length] ?? null
  if (words !== undefined && words.length > 0)
    return Array.from({ length: 4 }, (_, index) => words[(step + index * 3) % words.length]).join(' ')
  if (type === 'text' || type === 'any') return `text ${step}`
  if (type === 'boolean') return step % 2 === 1
  const [from, to] = low === undefined || high === undefined ? [-2, 2] : [low, high]
  const digits = 10 ** (3 - Math.floor(Math.log10(to - from)))
  return Math.round((from + ((to - from) * step) / Math.max(1, count - 1)) * digits) / digits
}
