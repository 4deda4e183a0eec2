import type { KeptRowsFilter } from '@modelsmith/api'
import { type LoggedRows, scoreColumns } from '@modelsmith/serving'
import {
  canonicalLabel,
  type Cell,
  type Column,
  type ColumnSchema,
  cellReader,
  columnIndex,
  parseIsoDate,
} from '@modelsmith/table'
import { requestError } from './errors.ts'

/** Whether a row of a request fits; asked for each request, then for each of its rows. */
export type RowFilter = (rows: LoggedRows) => (row: number) => boolean

const numberIn = (text: string): number => (text.trim() === '' ? Number.NaN : Number(text))

const demandBound = (text: string | undefined): void => {
  if (text !== undefined && Number.isNaN(numberIn(text)) && Number.isNaN(parseIsoDate(text)))
    throw requestError('rows.bound', { found: text })
}

/** What is asked of the cells and the answers; all that is wrong with it is said before a row is read. */
export const filterOf = (
  { column, value, least, most, predicted }: KeptRowsFilter,
  hidden: ReadonlySet<string>,
): RowFilter => {
  const isAboutCells = value !== undefined || least !== undefined || most !== undefined
  if (isAboutCells && column === undefined) throw requestError('rows.filterColumn', {})
  if (column !== undefined && hidden.has(column)) throw requestError('rows.hiddenColumn', { column })
  for (const bound of [least, most]) demandBound(bound)
  return (rows) => {
    const ofCell = column !== undefined && isAboutCells ? cellTest(rows, column, { value, least, most }) : () => true
    const ofAnswer = predicted === undefined ? () => true : answerTest(rows, predicted)
    return (row) => ofCell(row) && ofAnswer(row)
  }
}

type Wanted = Readonly<Record<'value' | 'least' | 'most', string | undefined>>

const cellTest = ({ inputs }: LoggedRows, name: string, { value, least, most }: Wanted) => {
  const at = columnIndex(inputs, name)
  if (at < 0) return () => false
  const schema = inputs.schema.columns[at] as ColumnSchema
  const read = cellReader(inputs.columns[at] as Column, schema)
  const number = schema.type === 'date' ? parseIsoDate : numberIn
  const isOrdered = ['number', 'integer', 'date'].includes(schema.type)
  const measure = (cell: Cell): number =>
    typeof cell === 'string' ? parseIsoDate(cell) : typeof cell === 'number' ? cell : Number.NaN
  const isValue = (cell: Cell): boolean => {
    if (value === undefined) return true
    if (value === '') return cell === null || cell === ''
    return isOrdered ? measure(cell) === number(value) : canonicalLabel(cell) === canonicalLabel(value)
  }
  const isWithin = (cell: Cell): boolean => {
    if (least === undefined && most === undefined) return true
    if (!isOrdered) return false
    const found = measure(cell)
    return (least === undefined || found >= number(least)) && (most === undefined || found <= number(most))
  }
  return (row: number): boolean => {
    const cell = read(row)
    return isValue(cell) && isWithin(cell)
  }
}

const answerTest = ({ scores, outcome }: LoggedRows, predicted: string) => {
  if (outcome.outputs === true) return () => false
  const { predictions } = scoreColumns(scores, outcome)
  return (row: number): boolean => canonicalLabel(predictions[row] ?? null) === canonicalLabel(predicted)
}
