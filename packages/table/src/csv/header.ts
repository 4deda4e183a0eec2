import type { ModelsmithError } from '../errors.ts'
import { tableError } from '../table-errors.ts'
import { cellText } from './cells.ts'
import type { CsvRecord } from './scanner.ts'

const named = (items: readonly (string | number)[]): string =>
  items.length <= 5 ? items.join(', ') : `${items.slice(0, 5).join(', ')} and ${items.length - 5} more`

/** Names of the columns; each must be there and be unique. */
export const headerNames = (record: CsvRecord): string[] => {
  const names = Array.from({ length: record.count }, (_, cell) => {
    try {
      return cellText(record, cell)
    } catch (error) {
      throw unreadable(error, record, cell)
    }
  })
  const empty = names.flatMap((name, index) => (name.trim() === '' ? [index + 1] : []))
  const seen = new Set<string>()
  const twice = new Set(names.filter((name) => name.trim() !== '' && seen.size === seen.add(name).size))
  const problems = [
    ...(empty.length === 0 ? [] : [`${empty.length === 1 ? 'column' : 'columns'} ${named(empty)} without a name`]),
    ...(twice.size === 0 ? [] : [`more than one column named ${named([...twice].map((name) => `"${name}"`))}`]),
  ]
  if (problems.length > 0) {
    const { line } = record
    throw tableError('csv.header', { line, problem: problems.join(', and ') }, { place: { line } })
  }
  return names
}

/** A cell whose bytes are not UTF-8, as an error with its place; any other error as it is. */
export const unreadable = (error: unknown, record: CsvRecord, cell: number): ModelsmithError | unknown =>
  error instanceof TypeError
    ? tableError(
        'csv.encoding',
        { line: record.line },
        { place: { line: record.line, column: cell + 1 }, cause: error },
      )
    : error
